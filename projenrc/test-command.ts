import { type awscdk, Component } from 'projen';

/** What `npm test` runs besides jest and lint; `npm run demo`; `npm run bench`. */
export class TestCommand extends Component {
  constructor(project: awscdk.AwsCdkConstructLibrary) {
    super(project);
    for (const folder of ['bench', 'docs', 'examples', 'projenrc', 'src'])
      project.tsconfigDev.addInclude(`../${folder}/**/*.ts`);

    const bundle = project.bundler.bundleTask;
    const types = project.addTask('check:types', {
      description: 'Type-check tests, examples and project files (jest only strips types)',
      exec: 'tsc --noEmit -p test/tsconfig.json',
    });
    const snippets = project.addTask('check:snippets', {
      description: 'Compile every code sample in README.md and in doc comments',
      steps: [{ exec: 'jsii --silence-warnings=reserved-word' }, { exec: 'jsii-rosetta extract --strict .' }],
    });
    project.testTask.prependSpawn(bundle);
    project.testTask.spawn(types);
    project.testTask.spawn(snippets);

    project.addTask('test:soak', {
      description: 'The state machine proof of the starter, for as many sequences as STATE_MACHINE_RUNS says',
      env: { STATE_MACHINE_RUNS: '50000' },
      exec: 'jest --coverage=false test/handlers/state-machine',
      receiveArgs: true,
    });
    project.addTask('test:mutation', {
      description: 'Change src/core and src/handlers in every small way, and see a test fail for it',
      exec: 'stryker run',
      receiveArgs: true,
    });

    project.addTask('docs', {
      description: 'Write the pages of docs/ that are made from templates',
      exec: 'tsx docs/generate/write.ts',
    });

    const demo = project.addTask('demo', {
      description: 'One real job from text to joined results, without an account',
    });
    demo.spawn(bundle);
    demo.exec('tsx examples/moby-dick/demo.ts', { receiveArgs: true });

    const bench = project.addTask('bench', { description: 'Measure what README.md claims; writes bench/results.json' });
    bench.spawn(bundle);
    bench.spawn(project.compileTask);
    bench.exec('tsx bench/bench.ts', { receiveArgs: true });
  }
}
