import type { InferenceParameters } from '../body-format';
import type { JsonObject, Rule } from './shape';

/**
 * Members of a body that carry the inference parameters, which a family may have under several names. `topK` is in the list
 * because models refuse it together with the others, although requests have no parameter of that name.
 */
export type ParameterMembers = {
  readonly [name in keyof InferenceParameters | 'topK']?: readonly string[];
};

/** What the model at hand takes less of than its family does, for the object that holds the parameters. */
export function withinLimits(members: ParameterMembers): Rule {
  const { maxTokens = [] } = members;
  const membersOf = new Map<string, readonly string[] | undefined>(Object.entries(members));
  return (holder, findings) => {
    const { limits, modelId = 'the model' } = findings.model;
    if (limits === undefined) return;
    const { maxOutputTokens, refusedParameters, exclusiveParameters } = limits;
    if (maxOutputTokens !== undefined) {
      for (const member of maxTokens) {
        const given = holder[member];
        if (typeof given === 'number' && given > maxOutputTokens) {
          findings.fail(
            'TooManyOutputTokens',
            `must be at most ${maxOutputTokens}, the most that ${modelId} answers, got ${given}`,
            member,
          );
        }
      }
    }
    if (refusedParameters !== undefined) {
      for (const parameter of refusedParameters) {
        const member = findGiven(holder, membersOf.get(parameter));
        if (member !== undefined)
          findings.fail('ParameterNotSupported', `must not be given: ${modelId} refuses it`, member);
      }
    }
    if (exclusiveParameters !== undefined) {
      for (const group of exclusiveParameters) {
        let first: string | undefined;
        for (const parameter of group) {
          const member = findGiven(holder, membersOf.get(parameter));
          if (member === undefined) continue;
          if (first === undefined) first = member;
          else
            findings.fail(
              'ParametersExclusive',
              `must not be given together with ${first}: ${modelId} takes one of them`,
              member,
            );
        }
      }
    }
  };
}

function findGiven(holder: JsonObject, names: readonly string[] | undefined): string | undefined {
  if (names === undefined) return undefined;
  for (const name of names) {
    const given = holder[name];
    if (given !== undefined && given !== null) return name;
  }
  return undefined;
}

/** For an image block: whether the model at hand takes images. */
export const imagesTaken: Rule = (_block, findings) => {
  const { limits, modelId = 'the model' } = findings.model;
  if (limits?.images === false) findings.fail('ImagesNotSupported', `must not be an image: ${modelId} takes text only`);
};
