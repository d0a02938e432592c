import type { BedrockClientConfig } from '@aws-sdk/client-bedrock';

type Credentials = Exclude<BedrockClientConfig['credentials'], undefined>;

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundle (see projenrc/function-bundle.ts): a function's credentials
 * are always in its environment, and the SDK's whole chain (profiles, single sign-on, web identity) is a sixth of the bundle.
 */
export function defaultProvider(): Credentials {
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) {
      throw new Error('no credentials in the environment of the function');
    }
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN,
    };
  };
}
