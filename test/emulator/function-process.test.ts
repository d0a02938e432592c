import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionFailure, FunctionProcess, type FunctionSpec } from './function-process';
import { InProcessFunction } from './in-process-function';

let directory: string;
const started: FunctionProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'function-process-'));
});
afterEach(async () => {
  for (const process of started.splice(0)) await process.stop();
  rmSync(directory, { recursive: true });
});

function start(source: string, changes: Partial<FunctionSpec> = {}): FunctionProcess {
  writeFileSync(join(directory, 'index.js'), source);
  const functionProcess = new FunctionProcess({
    functionName: 'f',
    functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:f',
    directory,
    handler: 'index.handler',
    timeoutSeconds: 30,
    memoryMegabytes: 128,
    environment: { OWN: 'mine' },
    ...changes,
  });
  started.push(functionProcess);
  return functionProcess;
}

describe('a function in its own process', () => {
  test('gets the event and gives what it returns', async () => {
    const f = start('exports.handler = async (event) => ({ twice: event.n * 2 });');
    expect(await f.invoke({ n: 21 })).toEqual({ twice: 42 });
  });

  test('stays warm from one event to the next', async () => {
    const f = start('let n = 0; exports.handler = async () => (n += 1);');
    expect([await f.invoke({}), await f.invoke({})]).toEqual([1, 2]);
  });

  test('takes one event at a time', async () => {
    const f = start(
      'let busy = 0; exports.handler = async () => { busy += 1; await new Promise(setImmediate); const n = busy; busy -= 1; return n; };',
    );
    expect(await Promise.all([f.invoke({}), f.invoke({}), f.invoke({})])).toEqual([1, 1, 1]);
  });

  test('sees its own environment, and nothing of ours', async () => {
    process.env.HOME_OF_THE_TEST = 'here';
    const f = start('exports.handler = async () => Object.keys(process.env).sort();');
    expect(await f.invoke({})).toEqual(['OWN', 'PATH', 'TZ']);
    delete process.env.HOME_OF_THE_TEST;
  });

  test('has a context with its name, its ARN and the time that is left', async () => {
    const f = start(
      'exports.handler = async (_, c) => ({ name: c.functionName, arn: c.invokedFunctionArn, left: c.getRemainingTimeInMillis() });',
    );
    const context = (await f.invoke({})) as { left: number };
    expect(context).toMatchObject({ name: 'f', arn: expect.stringContaining(':function:f') });
    expect(context.left).toBeGreaterThan(20_000);
    expect(context.left).toBeLessThanOrEqual(30_000);
  });

  test('has its log lines collected', async () => {
    const f = start("exports.handler = async () => { console.log('one'); console.error('two'); };");
    await f.invoke({});
    await f.stop();
    expect([...f.logs].sort()).toEqual(['one', 'two']);
  });

  test('fails with what it throws', async () => {
    const f = start("exports.handler = async () => { throw new TypeError('no'); };");
    await expect(f.invoke({})).rejects.toMatchObject({ kind: 'error', message: 'TypeError: no' });
  });

  test('fails when it exits, and starts anew for the next event', async () => {
    const f = start('exports.handler = async ({ die }) => (die ? process.exit(3) : "alive");');
    await expect(f.invoke({ die: true })).rejects.toMatchObject({ kind: 'crash', message: 'Runtime exited: status 3' });
    expect(await f.invoke({})).toBe('alive');
  });

  test('fails when a promise is rejected that nobody waits for', async () => {
    const f = start("exports.handler = () => { Promise.reject(new Error('lost')); return new Promise(() => {}); };");
    await expect(f.invoke({})).rejects.toMatchObject({ kind: 'crash' });
  });

  test('fails when it is killed midway, and starts anew for the next event', async () => {
    const f = start(
      'exports.handler = async ({ wait }) => wait ? new Promise(() => setInterval(() => {}, 1000)) : "alive";',
    );
    await f.invoke({});
    const running = f.invoke({ wait: true });
    const failed = expect(running).rejects.toMatchObject({ kind: 'crash', message: 'Runtime exited: SIGKILL' });
    await new Promise(setImmediate);
    f.kill();
    await failed;
    expect(await f.invoke({})).toBe('alive');
  });

  test('fails when its time is up', async () => {
    const f = start('exports.handler = () => new Promise(() => setInterval(() => {}, 1000));', {
      timeoutSeconds: 0.05,
    });
    await expect(f.invoke({})).rejects.toMatchObject({ kind: 'timeout', message: 'Task timed out after 0.05 seconds' });
  });

  test('fails with its own words when it cannot be loaded', async () => {
    const f = start("throw new Error('broken bundle');");
    await expect(f.invoke({})).rejects.toThrow(/^Runtime exited: status 1[\s\S]*broken bundle/);
  });

  test('fails when it has no such handler', async () => {
    const f = start('exports.other = 1;');
    await expect(f.invoke({})).rejects.toBeInstanceOf(FunctionFailure);
  });
});

describe('a function in our process', () => {
  test('gets a copy of the event, and gives what it returns', async () => {
    const event = { n: 1 };
    const f = new InProcessFunction((received) => {
      (received as { n: number }).n = 2;
      return received;
    });
    expect(await f.invoke(event)).toEqual({ n: 2 });
    expect(event).toEqual({ n: 1 });
  });

  test('fails with what it throws', async () => {
    const f = new InProcessFunction(() => {
      throw new TypeError('no');
    });
    await expect(f.invoke({})).rejects.toMatchObject({ kind: 'error', message: 'TypeError: no' });
  });

  test('fails when it is killed midway', async () => {
    const f = new InProcessFunction(() => new Promise(() => {}));
    const running = f.invoke({});
    f.kill();
    await expect(running).rejects.toMatchObject({ kind: 'crash' });
  });

  test('is told the time that it has left', async () => {
    const f = new InProcessFunction((_, context) => context.getRemainingTimeInMillis(), { remainingMillis: () => 7 });
    expect(await f.invoke({})).toBe(7);
  });
});
