import { isAscii, isUtf8 } from 'node:buffer';
import type { BodyKind } from '../records/body-format';
import { MAX_LINE_BYTES } from '../records/check-block';
import { type ResultsBlock, readResultsBlock } from '../records/results/read-block';
import { type InputLines, readInputLines } from '../records/results/read-input-lines';
import { type LineBlock, LineBlockReader, readLineBlock } from './line-blocks';

/** What is wanted of results. */
export interface ResultsBlockSetup {
  readonly kind?: BodyKind;
  readonly table?: { readonly format: 'csv' | 'jsonl'; readonly hasEmbedding: boolean };
  readonly keepBodies?: boolean;
}

/** Reads the results of one block, in whichever thread. */
export function resultsBlock(setup: ResultsBlockSetup): (block: LineBlock) => ResultsBlock {
  const rules = { ...setup, isUtf8, isAscii };
  const reader = new LineBlockReader(MAX_LINE_BYTES);
  return (block) => readResultsBlock(reader.read(block), rules, block.start === 0);
}

/** Reads which records are in one block of input, in whichever thread. */
export function inputLinesBlock(): (block: LineBlock) => InputLines {
  const reader = new LineBlockReader(MAX_LINE_BYTES);
  return (block) => readInputLines(reader.read(block), block.start === 0);
}

/** The lines of a block as the tasks see them, so that places in it hold. */
export function readWholeLines(block: LineBlock): Buffer {
  return readLineBlock(block, MAX_LINE_BYTES);
}
