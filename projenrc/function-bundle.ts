import { type awscdk, Component } from 'projen';
import { metafileOf } from './bundle-metafile';

/**
 * Bundles `src/handlers/<name>.lambda.ts`, the SDK included, into `assets/handlers/<name>.lambda/index.js`.
 *
 * CommonJS, minified, ES modules preferred when resolving: of the combinations tried the smallest and the quickest to load.
 */
export class FunctionBundle extends Component {
  constructor(project: awscdk.AwsCdkConstructLibrary, name: string) {
    super(project);
    project.bundler.addBundle(`src/handlers/${name}.lambda.ts`, {
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      minify: true,
      mainFields: ['module', 'main'],
      sourcemap: false,
      watchTask: false,
      esbuildArgs: {
        '--log-level': 'warning',
        '--metafile': metafileOf(`handlers/${name}.lambda`),
        // In Lambda credentials come from the environment: the other providers would be a fifth of the bundle.
        '--alias:@aws-sdk/credential-provider-node': './src/handlers/sdk-lambda-credentials.ts',
        '--alias:@aws-sdk/token-providers': './src/handlers/sdk-no-bearer-token.ts',
      },
    });
  }
}
