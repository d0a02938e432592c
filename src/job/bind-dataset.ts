import { existsSync, statSync } from 'node:fs';
import type { Construct } from 'constructs';
import { BatchInferenceError } from '../core/batch-inference-error';
import { type Issue, isError } from '../core/issue';
import { libraryVersion } from '../private/library-version';
import { runPackagedTool } from '../private/packaged-tool';
import { reportIssues } from '../private/report-issues';
import { contentKey, SynthCache } from '../private/synth-cache';
import type { PrepareReply, PrepareRequest } from '../records/dataset/prepare-request';
import { stageFile } from './bind-local-input';
import { checkLocalFiles } from './check-local-files';
import type { DatasetOptions } from './dataset-options';
import { inputRules } from './input-rules';
import type { JobInputBindOptions, JobInputConfig } from './job-input';

/** Records are made of the rows once for the same content, in the folder of the synthesised app, and staged from there. */
export function bindDataset(
  scope: Construct,
  { path, dataset, options }: { path: string; dataset: DatasetOptions; options: JobInputBindOptions },
): JobInputConfig {
  const { kind, model } = inputRules(options);
  reportIssues(scope, checkPlace(path));
  if (kind === undefined) throw new BatchInferenceError([bodyUnknown(options)], scope.node.path);
  const wanted = { ...dataset, kind, model };
  const cache = SynthCache.of(scope);
  const key = contentKey([path], [libraryVersion(), path, wanted]);
  const outputFile = cache.path(`${key}.jsonl`);
  const request: PrepareRequest = { ...wanted, path, outputFile };
  const { issues } = cache.remember(key, () => prepare(request), { isWhole: (reply) => isThere(reply, outputFile) });
  reportIssues(
    scope,
    issues.map((issue) => ({ ...issue, message: `${issue.message} ("${path}")` })),
  );
  reportIssues(scope, checkLocalFiles(scope, [outputFile], options, { isNamed: false }));
  return stageFile(scope, outputFile);
}

function prepare(request: PrepareRequest): PrepareReply {
  return runPackagedTool('prepare-at-synth', request) as PrepareReply;
}

/** What is remembered may have lost its file. */
function isThere({ issues }: PrepareReply, outputFile: string): boolean {
  return issues.some(isError) || existsSync(outputFile);
}

function checkPlace(path: string): Issue[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return [];
  const problem = found === undefined ? `but nothing is at "${path}"` : `got the directory "${path}"`;
  const code = found === undefined ? 'FileNotFound' : 'NotAFile';
  return [{ code, input: 'input', message: `must be a file, ${problem} (the app runs in ${process.cwd()})` }];
}

function bodyUnknown({ model }: JobInputBindOptions): Issue {
  const message = `cannot make bodies for ${model.modelId}, whose family the catalog does not know; use InvocationType.CONVERSE, which takes one body for every text model, or JobInput.fromFile with records of your own`;
  return { code: 'BodyFormatUnknown', input: 'input', message };
}
