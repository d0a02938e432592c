import { isUtf8 } from 'node:buffer';
import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BatchPrice } from '../catalog/model-entry';
import type { Issue } from '../core/issue';
import { routeModel } from '../core/route-model';
import { fileBlocks } from '../private/file-blocks';
import { checkEstimatedCost, estimateCost, findPriceOf } from '../records/estimate';
import { findModelInput } from '../records/find-model-input';
import { type TokenEstimate, TokenSample } from '../records/token-estimate';
import { type InputRules, inputRules } from './input-rules';
import type { JobInputBindOptions } from './job-input';

/** Holds the estimate for local records against `maxEstimatedCost`, where that is given. */
export function checkCost(scope: Construct, paths: readonly string[], options: JobInputBindOptions): Issue[] {
  const { maxEstimatedCost } = options;
  if (maxEstimatedCost === undefined || Token.isUnresolved(maxEstimatedCost)) return [];
  const price = findJobPrice(scope, options);
  const estimate = price && estimateCost(sampleTokens(paths, inputRules(options)), price);
  return checkEstimatedCost(estimate, maxEstimatedCost);
}

/** By the way to the model that the job takes from the Region of its stack; undefined where either is not known. */
function findJobPrice(scope: Construct, { model, routing }: JobInputBindOptions): BatchPrice | undefined {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region)) return undefined;
  const { route } = routeModel(model._source, region, routing);
  return route && findPriceOf(route.modelId);
}

function sampleTokens(paths: readonly string[], { kind, model }: InputRules): TokenEstimate {
  const sample = new TokenSample(kind, { modelId: model.modelId });
  for (const path of paths) {
    for (const { bytes } of fileBlocks(path)) {
      for (const line of linesOf(bytes)) {
        if (!sample.next()) continue;
        const modelInput = findModelInput(line.toString(isUtf8(line) ? 'utf8' : 'latin1'));
        if (modelInput !== undefined) sample.add(modelInput);
      }
    }
  }
  return sample.total();
}

const NEWLINE = 10;

/** Those that hold something. */
function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    if (end > start) yield bytes.subarray(start, end);
    start = end + 1;
  }
}
