import { isError } from '../../core/issue';
import type { BodyIssue, BodyKind, BodyModel } from '../body-format';
import { findForeignBody } from './foreign-body';
import { checkShape, isObject, type JsonObject, type Shape } from './shape';

/**
 * What is wrong with a body of one kind. Whether it is one of another kind is only asked once something is; it is an error
 * only where the body has one anyway, because a member too many does not make it another body.
 */
export function checkBody(kind: BodyKind, shape: Shape, body: JsonObject, model: BodyModel): BodyIssue[] {
  const issues = checkShape(shape, body, model);
  if (issues.length === 0 || !isObject(body)) return issues;
  const foreign = findForeignBody(body, kind);
  if (foreign === undefined) return issues;
  if (issues.some(isError)) return [foreign];
  return [{ ...foreign, severity: 'warning', message: foreign.message.replace(/^must/, 'should') }];
}
