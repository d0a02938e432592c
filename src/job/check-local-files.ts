import { isUtf8 } from 'node:buffer';
import { statSync } from 'node:fs';
import type { Construct } from 'constructs';
import type { Issue } from '../core/issue';
import { fileBlocks } from '../private/file-blocks';
import { libraryVersion } from '../private/library-version';
import { contentKey, SynthCache } from '../private/synth-cache';
import { bodyFormat } from '../records/bodies';
import { type BlockReport, checkBlock, MAX_LINE_BYTES } from '../records/check-block';
import { checkSizes, RecordsCheck } from '../records/check-records';
import { countLines } from '../records/count-lines';
import { InputCheck } from './input-check';
import { type InputRules, inputRules } from './input-rules';
import type { JobInputBindOptions } from './job-input';

/** With `InputCheck.SAMPLE` every so many-th block is checked, and in the others the lines are counted. */
const SAMPLE_STRIDE = 16;

/** Of a sampled file: a small one is not read whole, either. */
const SAMPLE_BLOCK_BYTES = 1 << 20;

/** How the files are spoken of. */
export interface LocalFilesWords {
  /** Whether their paths mean anything to the user. @default true */
  readonly isNamed?: boolean;
}

/** The rules on the records of one job in local files, by what the model takes. Read once for the same content. */
export function checkLocalFiles(
  scope: Construct,
  paths: readonly string[],
  options: JobInputBindOptions,
  { isNamed = true }: LocalFilesWords = {},
): Issue[] {
  const rules = inputRules(options);
  const files = paths.map((path) => ({
    path,
    name: isNamed && paths.length > 1 ? path : '',
    bytes: statSync(path).size,
  }));
  if (options.checkInput === InputCheck.NONE)
    return [...checkSizes(files, rules.limits), ...checkCostOf(scope, paths, options)];
  const key = contentKey(paths, [libraryVersion(), paths, options.checkInput, rules]);
  const issues = SynthCache.of(scope).remember(key, () => readFiles(files, rules, options.checkInput));
  const named = isNamed && paths.length === 1 ? issues.map((issue) => withPath(issue, paths[0] as string)) : issues;
  return [...named, ...checkCostOf(scope, paths, options)];
}

/** Loaded when a cost is to be judged: most apps give none, and would wait for it each time that they are synthesised. */
function checkCostOf(scope: Construct, paths: readonly string[], options: JobInputBindOptions): Issue[] {
  if (options.maxEstimatedCost === undefined) return [];
  const { checkCost } = require('./input-cost') as typeof import('./input-cost');
  return checkCost(scope, paths, options);
}

function readFiles(
  files: readonly { readonly path: string; readonly name: string }[],
  { kind, model, limits }: InputRules,
  how: InputCheck,
): Issue[] {
  const check = new RecordsCheck(limits);
  const rules = { format: kind && bodyFormat(kind), model, isUtf8 };
  const blockBytes = how === InputCheck.SAMPLE ? SAMPLE_BLOCK_BYTES : undefined;
  for (const { path, name } of files) {
    check.startFile(name);
    let index = 0;
    for (const { bytes, isFirst } of fileBlocks(path, { blockBytes, maxLineBytes: MAX_LINE_BYTES })) {
      const isRead = how === InputCheck.FULL || index % SAMPLE_STRIDE === 0;
      const report: BlockReport = isRead ? checkBlock(bytes, rules, isFirst) : countLines(bytes);
      check.add(report);
      if (report.findings.some(({ code }) => code === 'NotJsonLines')) break;
      index += 1;
    }
  }
  return check.issues();
}

function withPath({ message, ...rest }: Issue, path: string): Issue {
  return { ...rest, message: `${message} ("${path}")` };
}
