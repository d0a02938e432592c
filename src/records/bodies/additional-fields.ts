import type { BodyRequest } from '../body-format';
import { refuse } from './request';
import { isObject, type JsonObject } from './shape';

/**
 * A body with `additionalFields` put in: objects are joined member by member, so that `inferenceConfig: { topK: 50 }` adds to
 * what the parameters made of it.
 *
 * @param defaults names of members that the builder only set because they have to be there; these may be replaced
 * @throws BatchInferenceError where a field would replace what the request itself says, the prompt above all
 */
export function withAdditionalFields(body: JsonObject, request: BodyRequest, defaults: readonly string[] = []): object {
  const fields = request.parameters?.additionalFields ?? {};
  return join(present(body) as JsonObject, fields, 'parameters.additionalFields', defaults);
}

/** Without the members that were not given, as JSON has it. */
function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (!isObject(value)) return value;
  const given = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(given.map(([name, member]) => [name, present(member)]));
}

function join(body: JsonObject, fields: JsonObject, path: string, defaults: readonly string[]): JsonObject {
  let joined = body;
  for (const [name, field] of Object.entries(fields)) {
    if (field === undefined) continue;
    const own = Object.hasOwn(body, name) ? body[name] : undefined;
    const input = `${path}.${name}`;
    if (own !== undefined && !defaults.includes(name) && !(isObject(own) && isObject(field))) {
      refuse('ParameterConflict', input, 'must not replace what the request itself gives; leave it out');
    }
    joined = { ...joined, [name]: isObject(own) && isObject(field) ? join(own, field, input, defaults) : field };
  }
  return joined;
}
