import type { InferenceParameters } from '../body-format';
import type { JsonObject, Rule } from './shape';

/**
 * Members of a body that carry the inference parameters, which a family may have under several names. `topK` is in the list
 * because models refuse it together with the others, although requests have no parameter of that name.
 */
export type ParameterMembers = {
  readonly [name in keyof InferenceParameters | 'topK']?: readonly string[];
};

/**
 * Whether sources differ in how long an answer of a model may be: for Llama 3 the page on its parameters says 2,048 tokens, and
 * the cards of the same models 4K. What is above the lower figure is told, and not refused.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-meta-llama-3-3-70b-instruct.html
 */
export function isLongestAnswerDisputed(modelId: string | undefined): boolean {
  return modelId?.includes('llama3') === true;
}

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
          const most = `be at most ${maxOutputTokens}, the most that ${modelId} answers`;
          if (isLongestAnswerDisputed(modelId)) {
            findings.warn('TooManyOutputTokens', `should ${most} by one of its pages, got ${given}`, member);
          } else findings.fail('TooManyOutputTokens', `must ${most}, got ${given}`, member);
        }
      }
    }
    if (refusedParameters !== undefined) {
      for (const parameter of refusedParameters) {
        const member = findGiven(holder, membersOf.get(parameter));
        if (member === undefined) continue;
        // "Setting any non-default value": 1 is the default of both, and of it no source says that it is refused.
        if (holder[member] === 1) {
          findings.warn('ParameterNotSupported', `should not be given: ${modelId} takes its default only`, member);
        } else findings.fail('ParameterNotSupported', `must not be given: ${modelId} refuses it`, member);
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
