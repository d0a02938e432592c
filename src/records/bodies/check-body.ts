import type { BodyIssue, BodyKind, BodyModel } from '../body-format';
import { findForeignBody } from './foreign-body';
import { checkShape, isObject, type JsonObject, type Shape } from './shape';

/** What is wrong with a body of one kind. Whether it is one of another kind is only asked once something is. */
export function checkBody(kind: BodyKind, shape: Shape, body: JsonObject, model: BodyModel): BodyIssue[] {
  const issues = checkShape(shape, body, model);
  if (issues.length === 0 || !isObject(body)) return issues;
  const foreign = findForeignBody(body, kind);
  return foreign === undefined ? issues : [foreign];
}
