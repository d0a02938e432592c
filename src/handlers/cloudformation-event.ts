import { BatchInferenceError } from '../core/batch-inference-error';

/** Where an answer goes and what it must repeat; enough to refuse even an event that is malformed otherwise. */
export interface ReturnAddress {
  /** Pre-signed: never to be logged or repeated. */
  readonly responseUrl: string;
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalResourceId: string;
  readonly physicalResourceId?: string;
}

/** A request of CloudFormation for one custom resource; the properties are not read yet. */
export type ResourceRequest =
  | { readonly type: 'Create'; readonly properties: unknown }
  | {
      readonly type: 'Update';
      readonly physicalResourceId: string;
      readonly properties: unknown;
      readonly oldProperties: unknown;
    }
  | { readonly type: 'Delete'; readonly physicalResourceId: string; readonly properties: unknown };

/** Undefined where there is nowhere to send an answer to. */
export function findReturnAddress(event: unknown): ReturnAddress | undefined {
  const { ResponseURL, StackId, RequestId, LogicalResourceId, PhysicalResourceId } = toFields(event);
  if (typeof ResponseURL !== 'string' || !/^https?:\/\//.test(ResponseURL) || !URL.canParse(ResponseURL)) {
    return undefined;
  }
  return {
    responseUrl: ResponseURL,
    stackId: toText(StackId),
    requestId: toText(RequestId),
    logicalResourceId: toText(LogicalResourceId),
    physicalResourceId: toText(PhysicalResourceId) === '' ? undefined : toText(PhysicalResourceId),
  };
}

export function readRequest(event: unknown): ResourceRequest {
  const fields = toFields(event);
  const properties = fields.ResourceProperties;
  const physicalResourceId = toText(fields.PhysicalResourceId);
  switch (fields.RequestType) {
    case 'Create':
      readText(fields, 'StackId');
      readText(fields, 'LogicalResourceId');
      return { type: 'Create', properties };
    case 'Update':
      readText(fields, 'StackId');
      readText(fields, 'LogicalResourceId');
      return { type: 'Update', physicalResourceId, properties, oldProperties: fields.OldResourceProperties };
    case 'Delete':
      return { type: 'Delete', physicalResourceId, properties };
    default:
      return refuse('RequestType', 'must be Create, Update or Delete');
  }
}

function toFields(event: unknown): Readonly<Record<string, unknown>> {
  return typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function readText(fields: Readonly<Record<string, unknown>>, name: string): void {
  if (toText(fields[name]) === '') {
    refuse(name, 'must be a text that is not empty');
  }
}

function refuse(input: string, message: string): never {
  throw new BatchInferenceError([{ code: 'MalformedEvent', input, message }]);
}
