import { BatchInferenceError } from '../core/batch-inference-error';
import { findJobProperties } from '../core/event';
import type { Clock } from './clock';
import { findReturnAddress, type ResourceRequest, type ReturnAddress, readRequest } from './cloudformation-event';
import { type Answer, type PutAnswer, toBody } from './cloudformation-response';
import { explainError, quoteServiceError } from './explain-error';
import { type Log, withFacts } from './log';
import { type Outcome, onCreate, onDelete, onUpdate, physicalIdOfFailedCreate } from './resource-requests';
import { OutOfTimeError, TimeBudget } from './time-budget';
import type { Progress, Services, Workbench } from './workbench';

/** The part of a Lambda context that the starter uses. */
export interface FunctionContext {
  getRemainingTimeInMillis(): number;
  /** Lambda's, which stands in its own lines of the log; another each time that an event is delivered again. */
  readonly awsRequestId?: string;
}

export interface StartJobWiring {
  /** The services for one invocation; what is under way ends when the signal is aborted. */
  readonly connect: (signal: AbortSignal) => Services;
  readonly putAnswer: PutAnswer;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The function behind `Custom::BedrockBatchInferenceJob`, the custom resource's service token itself. It answers
 * CloudFormation in every case; it throws only if the answer cannot be delivered and the event may safely be run again, which
 * Lambda then does.
 */
export function makeStartJob(wiring: StartJobWiring) {
  const { connect, putAnswer, clock } = wiring;
  return async (event: unknown, context: FunctionContext): Promise<void> => {
    const address = findReturnAddress(event);
    if (address === undefined) {
      wiring.log.warn('the event has no usable ResponseURL, so nobody is waiting for an answer');
      return;
    }
    const budget = new TimeBudget(clock, context.getRemainingTimeInMillis());
    const progress: Progress = { step: 'looking for the job' };
    const { requestId, stackId, logicalResourceId } = address;
    const request = { requestId, lambdaRequestId: context.awsRequestId, stackId, logicalResourceId };
    const log = withFacts(wiring.log, () => ({ ...request, identity: progress.hash, jobArn: progress.jobArn }));
    const bench: Workbench = { services: connect(budget.signal), budget, log, progress, requestId };
    const { answer, isRepeatable } = await answerTo(event, address, bench);
    try {
      await putAnswer(address.responseUrl, toBody(answer, address), clock);
      log.info('answered CloudFormation', { status: answer.status, physicalResourceId: answer.physicalResourceId });
    } catch (error) {
      if (isRepeatable) {
        throw error;
      }
      log.warn('could not deliver the failure; CloudFormation comes to it by itself when its time is up', {
        error: quoteServiceError(error),
      });
    }
  };
}

interface Served {
  readonly answer: Answer;
  /**
   * A create or update that failed is not run again: its answer may have come through after all, and a job that the next run
   * started would be nobody's.
   */
  readonly isRepeatable: boolean;
}

async function answerTo(event: unknown, address: ReturnAddress, bench: Workbench): Promise<Served> {
  let request: ResourceRequest | undefined;
  try {
    request = readRequest(event);
    bench.log.info('asked by CloudFormation', { request: request.type });
    const { physicalResourceId, data } = await serve(request, address, bench);
    return { answer: { status: 'SUCCESS', physicalResourceId, data }, isRepeatable: true };
  } catch (error) {
    const reason = explain(error, request, bench.progress);
    bench.log.warn('failed', { request: request?.type, reason });
    const physicalResourceId = physicalIdOfFailure(request, address, bench.progress);
    return { answer: { status: 'FAILED', physicalResourceId, reason }, isRepeatable: request?.type === 'Delete' };
  }
}

function serve(request: ResourceRequest, address: ReturnAddress, bench: Workbench): Promise<Outcome> {
  const resource = { stackId: address.stackId, logicalId: address.logicalResourceId };
  return bench.budget.run(() => {
    switch (request.type) {
      case 'Create':
        return onCreate(request, resource, bench);
      case 'Update':
        return onUpdate(request, resource, bench);
      case 'Delete':
        return onDelete(request, resource, bench);
    }
  });
}

/** A failed create names what a delete has to look for; anything else keeps the physical id that it came with. */
function physicalIdOfFailure(request: ResourceRequest | undefined, address: ReturnAddress, progress: Progress): string {
  if (request?.type === 'Create' || address.physicalResourceId === undefined) {
    return physicalIdOfFailedCreate(progress, address.logicalResourceId, address.requestId);
  }
  return address.physicalResourceId;
}

function explain(error: unknown, request: ResourceRequest | undefined, progress: Progress): string {
  if (error instanceof BatchInferenceError) {
    return error.message;
  }
  if (error instanceof OutOfTimeError) {
    const last =
      error.lastError === undefined ? '' : `, the last error was: ${explain(error.lastError, request, progress)}`;
    return `deployment took longer than the starter function has, while ${progress.step}; deploy again [OutOfTime]${last}`;
  }
  const properties = findJobProperties(request?.properties);
  // A delete may come with the properties of another version of the library; the service's words have to do then.
  return properties === undefined ? quoteServiceError(error) : explainError(error, progress.step, properties);
}
