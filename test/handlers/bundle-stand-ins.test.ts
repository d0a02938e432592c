import { defaultProvider } from '../../src/handlers/sdk-lambda-credentials';
import { fromEnvSigningName, nodeProvider } from '../../src/handlers/sdk-no-bearer-token';

describe('the credentials of the bundled function', () => {
  const before = { ...process.env };
  const credentials = defaultProvider() as () => Promise<object>;
  afterEach(() => {
    process.env = { ...before };
  });

  test('come from the environment', async () => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    });
    expect(await credentials()).toMatchObject({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
  });

  test('come from nowhere else', async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    await expect(credentials()).rejects.toThrow('environment');
  });

  test.each([fromEnvSigningName, nodeProvider])('are never a bearer token', async (provider) => {
    await expect(provider()()).rejects.toThrow('no bearer token');
  });
});
