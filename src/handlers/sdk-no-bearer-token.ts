/**
 * Stands in for `@aws-sdk/token-providers` in the bundle (see projenrc/function-bundle.ts): the starter signs as its role, which
 * alone may pass a role to Bedrock; single sign-on, which brings clients of its own, has no place in a function.
 */
const noToken = () => async (): Promise<never> => {
  throw new Error('the starter signs its requests and has no bearer token');
};

export const fromEnvSigningName = noToken;
export const nodeProvider = noToken;
