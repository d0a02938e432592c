import { Component, javascript } from 'projen';

interface Restriction {
  /** Import specifiers, as gitignore patterns. */
  readonly group: string[];
  readonly message: string;
}

const CDK = ['aws-cdk-lib', 'aws-cdk-lib/**', 'constructs', 'constructs/**'];
const SDK = ['@aws-sdk/**', '@smithy/**'];
const NODE = ['node:*', 'node:*/**'];
const folders = (...names: string[]) => names.flatMap((name) => [`**/${name}`, `**/${name}/**`]);

const SYNTH = ['model', 'job', 'pipeline', 'monitoring', 'private'];
const RUN = ['handlers', 'cli'];

const noIo: Restriction[] = [
  {
    group: [...CDK, ...folders(...SYNTH)],
    message: 'The pure tier knows no constructs. Take plain facts as arguments, and let src/model or src/job call you.',
  },
  {
    group: [...SDK, ...folders(...RUN)],
    message: 'The pure tier calls no service. Take the facts as arguments, and let src/handlers or src/cli fetch them.',
  },
  {
    group: NODE,
    message: 'The pure tier does no I/O. Read files in src/private (synth) or in src/handlers and src/cli (run).',
  },
];

const downward = (above: string[]): Restriction[] => [
  {
    group: folders(...above),
    message: 'Synth imports go downward only: pipeline, then job, then model. Move what both need to the lower folder.',
  },
];

const synthOnly: Restriction[] = [
  {
    group: [...SDK, ...folders(...RUN)],
    message:
      'The synth tier never calls a service. Do it in src/handlers and pass what it needs through src/core/event.ts.',
  },
];

const runOnly: Restriction[] = [
  {
    group: [...CDK, ...folders(...SYNTH)],
    message: 'The run tier never loads CDK. Share through src/core, and pass values through src/core/event.ts.',
  },
];

const adaptersOnly: Restriction[] = [
  {
    group: SDK,
    message:
      'Only adapters (sdk-*.ts, *.lambda.ts) know the SDK. Take a small interface here and implement it in an adapter.',
  },
];

const TIERS: { readonly files: string[]; readonly restrictions: Restriction[] }[] = [
  {
    files: ['src/catalog/**'],
    restrictions: [
      ...noIo,
      {
        group: folders('core', 'records'),
        message: 'The catalog holds facts only and imports nothing. Put the rule in src/core.',
      },
    ],
  },
  {
    files: ['src/core/**'],
    restrictions: [
      ...noIo,
      {
        group: folders('records'),
        message: 'src/core does not know record formats. Put what needs both in src/records.',
      },
    ],
  },
  { files: ['src/records/**'], restrictions: noIo },
  {
    files: ['src/private/**', 'src/model/**'],
    restrictions: [...synthOnly, ...downward(['job', 'pipeline', 'monitoring'])],
  },
  { files: ['src/job/**'], restrictions: [...synthOnly, ...downward(['pipeline', 'monitoring'])] },
  { files: ['src/pipeline/**', 'src/monitoring/**', 'src/index.ts'], restrictions: synthOnly },
  {
    files: ['src/handlers/**', 'src/cli/**', '!src/**/sdk-*.ts', '!src/**/*.lambda.ts'],
    restrictions: [...runOnly, ...adaptersOnly],
  },
  { files: ['src/handlers/**/sdk-*.ts', 'src/cli/**/sdk-*.ts', 'src/**/*.lambda.ts'], restrictions: runOnly },
];

/** Holds the three import tiers of ARCHITECTURE.md by lint; test/import-tiers.test.ts shows each refusal. */
export class ImportTiers extends Component {
  constructor(project: javascript.NodeProject) {
    super(project);
    const biome = javascript.Biome.of(project);
    for (const { files, restrictions } of TIERS) {
      biome?.addOverride({
        includes: files,
        linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns: restrictions } } } } },
      } as javascript.biome_config.OverridePattern);
    }
  }
}
