import { isUtf8 } from 'node:buffer';
import { bodyFormat } from '../records/bodies';
import type { BodyKind, BodyModel } from '../records/body-format';
import { type BlockReport, checkBlock as checkLines, MAX_LINE_BYTES } from '../records/check-block';
import { type LineBlock, LineBlockReader } from './line-blocks';

/** What the bodies are judged by; without a kind they are not. */
export interface BodyRules {
  readonly kind?: BodyKind;
  readonly model?: BodyModel;
}

/** Checks the lines of one block, in whichever thread. */
export function checkBlock({ kind, model }: BodyRules): (block: LineBlock) => BlockReport {
  const rules = { format: kind === undefined ? undefined : bodyFormat(kind), model, isUtf8 };
  const reader = new LineBlockReader(MAX_LINE_BYTES);
  return (block) => checkLines(reader.read(block), rules, block.start === 0);
}
