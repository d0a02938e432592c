import { type awscdk, Component } from 'projen';
import { metafileOf } from './bundle-metafile';

/**
 * What users run or import apart from the constructs, with everything it needs in one file each, so that the package depends
 * on nothing at run time: the command line `cdk-bedrock-batch`, its worker threads, the preparation of datasets at synth,
 * and the formats as `cdk-bedrock-batch/records`.
 */
export class TerminalBundle extends Component {
  constructor(project: awscdk.AwsCdkConstructLibrary) {
    super(project);
    for (const entry of ['cli/main', 'cli/sdk', 'cli/worker', 'cli/prepare-at-synth', 'records/index']) {
      project.bundler.addBundle(`src/${entry}.ts`, {
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        minify: true,
        // By the module fields alone, as for the function, some of the packages would be taken twice.
        mainFields: ['module', 'main'],
        sourcemap: false,
        watchTask: false,
        esbuildArgs: {
          '--log-level': 'warning',
          '--log-override:empty-import-meta': 'silent',
          '--metafile': metafileOf(entry),
        },
      });
    }
    project.addBins({ 'cdk-bedrock-batch': 'assets/cli/main/index.js' });
    project.package.addField('exports', {
      '.': { types: './lib/index.d.ts', default: './lib/index.js' },
      './records': { types: './lib/records/index.d.ts', default: './assets/records/index/index.js' },
      // jsii and the tools around it look for these.
      './package.json': './package.json',
      './.jsii': './.jsii',
      './.warnings.jsii.js': './.warnings.jsii.js',
      './lib/*': './lib/*.js',
    });
  }
}
