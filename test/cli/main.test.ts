import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateModelInvocationJobCommand } from '@aws-sdk/client-bedrock';
import { EmulatedAccount, EVERYTHING, jobRequest, REGION } from '../emulator/emulated-account';
import { novaLines, ScratchFolder, toFile } from './scratch-folder';

/** The program as it is packaged: `npm test` bundles it before. */
const PROGRAM = join(__dirname, '..', '..', 'assets', 'cli', 'main', 'index.js');

/** A terminal of 100 columns around a program, by Python's pty: what it writes comes out of stdout, as a screen would get it. */
const IN_A_TERMINAL = `
import fcntl, os, pty, struct, sys, termios
pid, master = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', 30, 100, 0, 0))
typed = False
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
    if os.environ.get('TYPE_CTRL_C_AT') and not typed and os.environ['TYPE_CTRL_C_AT'].encode() in data:
        typed = True
        os.write(master, b'\\x03')
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
`;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Told of everything that is written to either output. */
  readonly onOutput?: (text: string, child: ChildProcess) => void;
}

/** Nothing of the machine's own settings gets in. */
function start(command: string, args: readonly string[], { env = {}, onOutput }: StartOptions = {}): Promise<Ended> {
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, { env: { PATH, HOME, AWS_EC2_METADATA_DISABLED: 'true', ...env } });
  children.push(child);
  const written = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.out += text;
    onOutput?.(text, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.err += text;
    onOutput?.(text, child);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...written }));
  });
}

const piped = (line: string, options?: StartOptions) => start(process.execPath, [PROGRAM, ...line.split(' ')], options);
const inTerminal = (line: string, options: StartOptions = {}) =>
  start('python3', ['-c', IN_A_TERMINAL, process.execPath, PROGRAM, ...line.split(' ')], {
    ...options,
    env: { TERM: 'xterm-256color', ...options.env },
  });

describe('the program in a pipe', () => {
  test('writes results to stdout, the rest to stderr, and no colours', async () => {
    const { code, out, err } = await piped('models amazon.nova --region us-east-1');
    expect({ code, err }).toEqual({ code: 0, err: '1 more reached end of life; --all shows it\n' });
    expect(out).toMatch(/^MODEL ID +NAME +PROVIDER +FROM US-EAST-1 +LIFECYCLE\n/);
    expect(out).not.toContain('\u001b');
  });

  test('writes colours with FORCE_COLOR', async () => {
    expect((await piped('models amazon.nova', { env: { FORCE_COLOR: '1' } })).out).toContain('\u001b[1mMODEL ID');
  });

  test('ends with 2 on bad usage, and shows no stack', async () => {
    const { code, out, err } = await piped('modles');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: unknown command 'modles'\n\(Did you mean models\?\)\n/);
    expect(err).not.toMatch(/^\s+at /m);
  });

  test('ends with 1 where there are no credentials, and shows no stack and no warning of the SDK', async () => {
    const env = { AWS_REGION: REGION, HOME: '/nonexistent' };
    const { code, out, err } = await piped('jobs', { env });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: no AWS credentials were found; .*\n$/);
  });

  test('ends quietly and well when its reader goes away', async () => {
    const { code, signal, err } = await start('bash', [
      '-c',
      // Far more than a pipe holds, of which one line is read.
      `set -o pipefail; "${process.execPath}" "${PROGRAM}" models --all --json | head -1 > /dev/null`,
    ]);
    expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: '' });
  });

  test('ends with 1 and one line where stdout cannot be written', async () => {
    const { code, err } = await start('bash', ['-c', `"${process.execPath}" "${PROGRAM}" models --json > /dev/full`]);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: stdout could not be written \(ENOSPC: .*\)\n$/);
  });

  test('leaves no temporary folder where stdout cannot be written', async () => {
    const folder = new ScratchFolder();
    try {
      folder.write('a.jsonl.out', toFile(novaLines(5000).map((record) => `${record.slice(0, -1)},"modelOutput":{}}`)));
      const { code, err } = await start('bash', [
        '-c',
        `mkdir ${folder.at('tmp')}; TMPDIR=${folder.at('tmp')} "${process.execPath}" "${PROGRAM}" results ${folder.path} --to jsonl > /dev/full`,
      ]);
      expect(code).toBe(1);
      expect(err).toMatch(/^error: stdout could not be written/m);
      expect(readdirSync(folder.at('tmp'))).toEqual([]);
    } finally {
      folder.remove();
    }
  });

  test('knows its version', async () => {
    expect((await piped('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('the program in a terminal', () => {
  test('writes colours, and tables as wide as the terminal', async () => {
    const { code, out } = await inTerminal('models anthropic.claude');
    expect(code).toBe(0);
    expect(out).toContain('\u001b[1mMODEL ID');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room
    const lines = out.replace(/\u001b\[\d+m/g, '').split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('writes no colours with NO_COLOR', async () => {
    expect((await inTerminal('models anthropic.claude', { env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
  });

  test('shows a red error', async () => {
    const { code, out } = await inTerminal('modles');
    expect(code).toBe(2);
    expect(out).toContain('\u001b[31merror:\u001b[39m unknown command');
  });
});

describe('the program with a service', () => {
  let account: EmulatedAccount;
  let env: NodeJS.ProcessEnv;
  let jobArn: string;
  beforeEach(async () => {
    account = await EmulatedAccount.start({ clock: () => new Date(), progressSteps: 2 });
    const user = account.emulator.iam.addUser('arn:aws:iam::111122223333:user/terminal', [EVERYTHING]);
    env = {
      AWS_ENDPOINT_URL: account.emulator.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: user.accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'emulated',
    };
    account.putRecords(120);
    jobArn = (await account.bedrock.send(new CreateModelInvocationJobCommand(jobRequest()))).jobArn ?? '';
  });
  afterEach(() => account.stop());

  test('lists jobs', async () => {
    const { code, out, err } = await piped('jobs', { env });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ID +NAME .*\n\w{12} +job-1 +example\.alpha-v1:0 +Submitted +0\/0 +0 +0 +\d+s\n$/);
  });

  test('watches a job to its end: a bar in the terminal, then the end', async () => {
    await account.emulator.advanceTo(jobArn, 'Scheduled');
    account.emulator.faults.hook = async ({ operation, phase }) => {
      if (operation === 'GetModelInvocationJob' && phase === 'after') await account.emulator.advance(jobArn);
      return undefined;
    };
    const { code, out } = await inTerminal(`watch ${jobArn} --interval 1`, { env: { ...env, NO_COLOR: '1' } });
    expect(code).toBe(0);
    expect(out).toMatch(/job \[-+\] Scheduled {2}/);
    expect(out).toMatch(/job \[=+-+\] InProgress {2}\d+\/120 records, .*left/);
    const screen = out.split('\r').at(-2) ?? '';
    expect(screen).toMatch(
      /job-1 Completed: 120 of 120 records processed, 120 succeeded, 0 failed; in \d+s; read them with/,
    );
    // The cursor is seen again.
    expect(out.lastIndexOf('\u001b[?25h')).toBeGreaterThan(out.lastIndexOf('\u001b[?25l'));
  });

  test('reads results from S3', async () => {
    await account.emulator.finish(jobArn);
    const { code, out, err } = await piped(
      `results s3://output-bucket/out/${jobArn.slice(-12)}/ --inputs s3://input-bucket/in/`,
      { env },
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('records   120: 120 succeeded, 0 failed, 0 missing\n');
  });

  test('ends a watch with 130 on Ctrl-C in the terminal, and gives the cursor back', async () => {
    const { code, out } = await inTerminal(`watch ${jobArn}`, { env: { ...env, TYPE_CTRL_C_AT: 'Submitted' } });
    expect(code).toBe(130);
    expect(out).toContain('job-1 runs on; cdk-bedrock-batch stop ');
    expect(out.lastIndexOf('\u001b[?25h')).toBeGreaterThan(out.lastIndexOf('\u001b[?25l'));
    expect(out).not.toContain('Completed');
  });

  test('ends a watch with 130 on SIGINT in a pipe, at once', async () => {
    const { code, signal, out, err } = await piped(`watch ${jobArn}`, {
      env,
      onOutput: (text, child) => {
        if (text.includes('Submitted')) child.kill('SIGINT');
      },
    });
    expect({ code, signal, out }).toEqual({ code: 130, signal: null, out: '' });
    expect(err).toMatch(/job-1 runs on; cdk-bedrock-batch stop \w{12} stops it\n$/);
  });

  test('leaves no file under the final name when it is interrupted', async () => {
    await account.emulator.finish(jobArn);
    const folder = new ScratchFolder();
    try {
      // The download never ends.
      account.emulator.faults.inject({ operation: 'GetObject', phase: 'after', fault: 'hang' });
      const ended = piped(`results s3://output-bucket/out/ --out ${folder.at('answers.csv')}`, { env });
      await until(() => account.emulator.served.some(({ operation }) => operation.startsWith('ListObjects')));
      await until(() => account.emulator.faults.pending().length === 0);
      children.at(-1)?.kill('SIGINT');
      expect(await ended).toMatchObject({ code: 130, signal: null, out: '', err: '' });
      expect(folder.names()).toEqual([]);
    } finally {
      folder.remove();
    }
  });
});

describe('the program that writes', () => {
  let folder: ScratchFolder;
  beforeEach(() => {
    folder = new ScratchFolder();
  });
  afterEach(() => folder.remove());

  test('leaves nothing under the final name when it is interrupted in the middle', async () => {
    const rows = 400_000;
    folder.write('rows.csv', `text\n${'a review of some length for the file to be large\n'.repeat(rows)}`);
    const out = folder.at('parts');
    const ended = piped(
      `prepare ${folder.at('rows.csv')} --template {{text}} --model amazon.nova-lite-v1:0 --out ${out}`,
    );
    // Something has been written, under another name.
    await until(() => existsSync(out) && folder.names().length > 1);
    children.at(-1)?.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, signal: null, out: '', err: '' });
    expect(folder.names()).toEqual(['rows.csv']);
  });

  test('works in threads where the file is large, and ends', async () => {
    folder.write(
      'rows.jsonl',
      toFile(novaLines(30_000, 'a review of some length, for the file to be large '.repeat(12))),
    );
    const { code, out, err } = await piped(`check ${folder.at('rows.jsonl')} --model amazon.nova-lite-v1:0`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^1 file, 30,000 records, 2\d\.\d MB: good\n$/);
  });

  test('tells the first error of a large file before it has read the rest', async () => {
    const lines = novaLines(50_000, 'a review of some length, for the file to be large '.repeat(12));
    lines[1] = '{';
    folder.write('rows.jsonl', toFile(lines));
    const { code, out, err } = await piped(`check ${folder.at('rows.jsonl')} --model amazon.nova-lite-v1:0`);
    expect(code).toBe(1);
    expect(err).toMatch(/^so far: error: .*line 2.* \[MalformedRecord\]\n$/);
    expect(out).toMatch(/^error: .*line 2.* \[MalformedRecord\]\n1 file, /);
  });
});

/** Gives up before the test does, or it would go on in the background. */
async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isSo(); ) {
    if (Date.now() > end) throw new Error('what the test waits for has not happened');
    await pause(5);
  }
}
