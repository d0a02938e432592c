import { type Connection, ServiceCallError } from './services';

/** What both clients are made with. Credentials, profiles and endpoints are left to the SDK, which finds them the AWS way. */
export function clientConfig({ region, profile, env }: Connection) {
  return {
    // The SDK does not read AWS_DEFAULT_REGION, which the AWS CLI does.
    region: region ?? nonEmpty(env.AWS_REGION) ?? nonEmpty(env.AWS_DEFAULT_REGION),
    profile,
    // With a profile that was named and keys in the environment the SDK warns that it had to choose.
    logger: profile === undefined ? undefined : SILENT,
  };
}

const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}

interface RegionalClient {
  readonly config: { region(): Promise<string> };
}

/** The Region that a client has settled on. */
export async function readRegion(client: RegionalClient, action: string): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    throw new ServiceCallError(error, action);
  }
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
