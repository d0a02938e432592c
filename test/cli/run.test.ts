import { CATALOG_CHECKED } from '../../src/catalog/model-catalog';
import { BAD_INPUT, BAD_USAGE, COMMANDS, GOOD, INTERRUPTED, run } from '../../src/cli/run';
import { READER_GONE } from '../../src/cli/terminal';
import { BatchInferenceError } from '../../src/core/batch-inference-error';
import { FakeJobs, job, outside } from './fake-outside';
import { FakeTerminal, runLine } from './fake-terminal';

const STACK = /^\s+at /m;

describe('help', () => {
  test('of the program lists the commands, on stdout', async () => {
    const { code, out, err } = await runLine('--help');
    expect({ code, err }).toEqual({ code: GOOD, err: '' });
    expect(out).toMatchInlineSnapshot(`
"Usage: cdk-bedrock-batch [options] [command]

Data and jobs for Amazon Bedrock batch inference: from a dataset to records, from results to
answers.

Options:
  -V, --version                 print the version
  -h, --help                    print help

Commands:
  models [options] [text...]    list the models that batch inference serves, and how they are
                                reached from a Region
  prepare [options] <dataset>   make the records of a job from a dataset and a prompt
  check [options] <file...>     check the input files of a job, before it costs anything
  split [options] <file...>     cut files of records into parts that a job takes
  estimate [options] <file...>  estimate tokens and cost of a job from its input files
  jobs [options]                list the batch inference jobs of an account and Region, with their
                                record counts
  watch [options] <job>         follow a batch inference job until it ends
  stop [options] <job>          stop a batch inference job
  results [options] <path...>   read the results of jobs: what succeeded, failed and is missing, as
                                a summary and as a table
  help [command]                print help of a command

Exit codes: 0 good, 1 bad input or a job that did not complete, 2 bad usage.
"
`);
  });

  test('of models', async () => {
    expect((await runLine('models --help')).out.replace(CATALOG_CHECKED, '2000-01-01')).toMatchInlineSnapshot(`
"Usage: cdk-bedrock-batch models [options] [text...]

List the models that batch inference serves, and how they are reached from a Region.

Facts are from the catalog of this package, compared with AWS's pages on 2000-01-01; no service is
asked.

Arguments:
  text                 only models with these words in id, name or provider

Options:
  --region <region>    only models that batch inference serves from this Region, and how they are
                       reached there
  --provider <name>    only models of this provider
  --routing <routing>  the way to choose with --region: AUTO (in-Region, else geographic),
                       IN_REGION, GEOGRAPHIC or GLOBAL (default: AUTO, and GLOBAL where that is the
                       only way)
  --all                also models that have reached their end of life
  --json               print JSON
  -h, --help           print help

Examples:
  $ cdk-bedrock-batch models claude --region eu-west-1
      Claude from Ireland: model id or profile, and until when
  $ cdk-bedrock-batch models --provider amazon --json
      everything that is known of Amazon's models, as JSON
  $ cdk-bedrock-batch models --region us-east-1 --routing GLOBAL
      what a job could reach through a global profile
"
`);
  });

  test('of prepare', async () => {
    expect((await runLine('prepare --help')).out).toMatchInlineSnapshot(`
"Usage: cdk-bedrock-batch prepare [options] <dataset>

Make the records of a job from a dataset and a prompt.

Reads CSV, TSV, JSONL, a JSON array or Parquet, as the name of the file says. Writes every file or,
where anything is wrong, none. Into a folder it writes as many files as the quotas of the model make
necessary, none with fewer records than a job must have.

Arguments:
  dataset                  file with a row for each record

Options:
  --template <text>        the prompt, with {{column}} where the value of a column belongs
  --template-file <file>   file that holds the prompt
  --model <id>             model id, profile id (us.…) or ARN that the job names
  --converse               bodies are those of Converse, for a job with the invocation type Converse
  --body <family>          bodies of a model that the catalog does not know: anthropic-messages,
                           amazon-nova, amazon-nova-embeddings, amazon-titan-embed-text,
                           amazon-titan-embed-image, meta-llama, mistral-text, chat-completions
                           (default: those of the model)
  --out <place>            file to write (ends in .jsonl), or folder for records-0001.jsonl and so
                           on
  --system <text>          system prompt, the same for every record
  --id-column <column>     column whose values become record ids (default: row-0000001 and so on)
  --max-tokens <count>     most tokens of an answer
  --temperature <number>   sampling temperature
  --top-p <number>         share of the likeliest tokens to sample from
  --delimiter <character>  what is between the cells of CSV or TSV (default: a comma, in .tsv a tab)
  --max-records <count>    most records of a file (default: the quota of the model)
  --max-bytes <bytes>      most bytes of a file (default: the quota of the model)
  --json                   print JSON
  -h, --help               print help

Examples:
  $ cdk-bedrock-batch prepare reviews.csv --template 'Is this review kind? {{review}}' --model amazon.nova-lite-v1:0 --out records.jsonl
      one record for each row of a CSV file
  $ cdk-bedrock-batch prepare books.parquet --template-file prompt.txt --id-column isbn --max-tokens 500 --model us.anthropic.claude-sonnet-4-6 --out parts/
      ids from a column, the prompt from a file, as many files as it takes
"
`);
  });

  test('of check', async () => {
    expect((await runLine('check --help')).out).toMatchInlineSnapshot(`
"Usage: cdk-bedrock-batch check [options] <file...>

Check the input files of a job, before it costs anything.

The service does not look into bodies: a job of bad ones completes, full of errors. This reads every
line: JSON, recordId, the body as the model takes it, and the quotas of the model on files and job.
All files that are named are taken as the input of one job; of a folder those that end in .jsonl.
Exit code 1 where an error is found.

Arguments:
  file                            JSONL file, or a folder of them

Options:
  --model <id>                    model id, profile id (us.…) or ARN that the job names
  --converse                      bodies are those of Converse, for a job with the invocation type
                                  Converse
  --body <family>                 bodies of a model that the catalog does not know:
                                  anthropic-messages, amazon-nova, amazon-nova-embeddings,
                                  amazon-titan-embed-text, amazon-titan-embed-image, meta-llama,
                                  mistral-text, chat-completions (default: those of the model)
  --fail-fast                     end at the first lines with an error
  --min-records <count>           fewest records of a job (default: the quota of the model)
  --max-records <count>           most records of a job (default: the quota of the model)
  --max-records-per-file <count>  most records of a file (default: the quota of the model)
  --json                          print JSON
  -h, --help                      print help

Examples:
  $ cdk-bedrock-batch check records.jsonl --model anthropic.claude-sonnet-4-6
      bodies for Claude
  $ cdk-bedrock-batch check parts/ --model us.amazon.nova-lite-v1:0 --converse
      a folder of files, bodies for Converse
  $ cdk-bedrock-batch check records.jsonl --model amazon.nova-lite-v1:0 --json | jq .issues
      for another program
"
`);
  });

  test('of split', async () => {
    expect((await runLine('split --help')).out).toMatchInlineSnapshot(`
"Usage: cdk-bedrock-batch split [options] <file...>

Cut files of records into parts that a job takes.

Takes the files as one, in their order. Lines are copied byte for byte. No part has fewer records
than a job must have, so that each can be a job of its own; parts with the same number under JOB fit
into one job. Writes every part or, where anything is wrong, none.

Arguments:
  file                   JSONL file, or a folder of them

Options:
  --out <folder>         folder for records-0001.jsonl and so on
  --model <id>           model whose quotas hold (default: the lowest that any model has)
  --max-records <count>  most records of a file (default: the quota)
  --max-bytes <bytes>    most bytes of a file (default: the quota)
  --json                 print JSON
  -h, --help             print help

Examples:
  $ cdk-bedrock-batch split records.jsonl --out parts/ --model amazon.nova-lite-v1:0
      by the quotas of Nova Lite
  $ cdk-bedrock-batch split a.jsonl b.jsonl --out parts/ --max-records 10000
      parts of 10,000 records at most
"
`);
  });

  test('of estimate', async () => {
    expect((await runLine('estimate --help')).out).toMatchInlineSnapshot(`
"Usage: cdk-bedrock-batch estimate [options] <file...>

Estimate tokens and cost of a job from its input files.

Every record is counted, and the tokens of a sample of them, by kinds of characters: how far off
that may be is told with it. How long answers get nobody knows before. Prices are those of the
catalog, with source and date; what it does not know is called unknown.

Arguments:
  file                    JSONL file, or a folder of them

Options:
  --model <id>            model id, profile id (us.…) or ARN that the job names
  --converse              bodies are those of Converse, for a job with the invocation type Converse
  --body <family>         bodies of a model that the catalog does not know: anthropic-messages,
                          amazon-nova, amazon-nova-embeddings, amazon-titan-embed-text,
                          amazon-titan-embed-image, meta-llama, mistral-text, chat-completions
                          (default: those of the model)
  --region <region>       Region of the job: its way to the model has a price of its own
  --routing <routing>     way to the model from --region: AUTO, IN_REGION, GEOGRAPHIC, GLOBAL
                          (default: AUTO)
  --output-share <share>  part of the allowed length that answers are taken to use (default: 0.5)
  --price-in <usd>        US dollars for a million input tokens in a batch, in place of the
                          catalog’s
  --price-out <usd>       US dollars for a million output tokens in a batch, in place of the
                          catalog’s
  --max-cost <usd>        exit code 1 where the cost, with the error of the estimate, is above
  --json                  print JSON
  -h, --help              print help

Examples:
  $ cdk-bedrock-batch estimate records.jsonl --model amazon.nova-lite-v1:0
      at the price of the catalog
  $ cdk-bedrock-batch estimate parts/ --model anthropic.claude-sonnet-4-6 --region eu-west-1 --max-cost 50
      by the way that a job in Ireland takes; exit code 1 above 50 dollars
  $ cdk-bedrock-batch estimate records.jsonl --model my.model-v1:0 --price-in 0.5 --price-out 2.5
      at your own price
"
`);
  });

  test('of jobs', async () => {
    expect((await runLine('jobs --help')).out).toMatchInlineSnapshot(`
"Usage: cdk-bedrock-batch jobs [options]

List the batch inference jobs of an account and Region, with their record counts.

Counts are the service’s, up to a minute late; they are 0 until the records are being worked on.

Options:
  --status <status>  only jobs in this state: Submitted, Validating, Scheduled, InProgress,
                     Completed, PartiallyCompleted, Failed, Stopping, Stopped, Expired
  --name <text>      only jobs with this in their name
  --max <count>      most jobs to list, the newest first (default: 50)
  --json             print JSON
  --region <region>  Region to ask in (else AWS_REGION, or that of the profile)
  --profile <name>   profile of the AWS configuration files (else AWS_PROFILE)
  -h, --help         print help

Examples:
  $ cdk-bedrock-batch jobs --status in-progress
      what runs now
  $ cdk-bedrock-batch jobs --name chapters --max 5
      the newest five with "chapters" in their name
  $ cdk-bedrock-batch jobs --json --profile research --region us-west-2
      for another program, of another account
"
`);
  });

  test('of watch', async () => {
    expect((await runLine('watch --help')).out).toMatchInlineSnapshot(`
"Usage: cdk-bedrock-batch watch [options] <job>

Follow a batch inference job until it ends.

Ends with the job: exit code 0 for Completed, 1 for every other end. The time left is estimated from
the progress that was seen while watching, and unknown before there is any; the service’s counters
are up to a minute late. Where stderr is no terminal, each change of state is a line.

Arguments:
  job                   ARN, id or name of the job

Options:
  --interval <seconds>  how often to ask the service (default: 15)
  --json                print the ended job as JSON
  --region <region>     Region to ask in (else AWS_REGION, or that of the profile)
  --profile <name>      profile of the AWS configuration files (else AWS_PROFILE)
  -h, --help            print help

Examples:
  $ cdk-bedrock-batch watch a1b2c3d4e5f6
      by the id that \`jobs\` shows
  $ cdk-bedrock-batch watch chapters-2026-11 --interval 60 && echo done
      goes on only when the job completed
  $ cdk-bedrock-batch watch a1b2c3d4e5f6 --json | jq .resultsS3Uri
      where the results are, once they are there
"
`);
  });

  test('of stop', async () => {
    expect((await runLine('stop --help')).out).toMatchInlineSnapshot(`
"Usage: cdk-bedrock-batch stop [options] <job>

Stop a batch inference job.

Tokens that were processed before the stop are charged. A job that has ended already is no error.

Arguments:
  job                ARN, id or name of the job

Options:
  --region <region>  Region to ask in (else AWS_REGION, or that of the profile)
  --profile <name>   profile of the AWS configuration files (else AWS_PROFILE)
  -h, --help         print help

Examples:
  $ cdk-bedrock-batch stop a1b2c3d4e5f6
      by the id that \`jobs\` shows
  $ cdk-bedrock-batch stop chapters-2026-11 --region us-west-2
      by name; of several the newest
"
`);
  });

  test('of results', async () => {
    expect((await runLine('results --help')).out).toMatchInlineSnapshot(`
"Usage: cdk-bedrock-batch results [options] <path...>

Read the results of jobs: what succeeded, failed and is missing, as a summary and as a table.

Takes folders and files of results (*.jsonl.out, manifest.json.out), of one job or several, and
places in S3, from which they are downloaded for the time of the reading. Of two answers to a record
the later path counts. Exit code 1 where a line cannot be read; records that failed are no error of
the reading.

Arguments:
  path                 file, folder or s3://bucket/folder/

Options:
  --inputs <path>      what was sent: file, folder or s3://…, for what is missing; can be given
                       several times
  --to <format>        write a table: csv, jsonl or parquet (default: as --out ends)
  --out <file>         file for the table (default with --to: stdout, and the summary on stderr)
  --retry-file <file>  file for the records to send again, bodies whole
  --model <id>         model of the job, for the cost and where the answers do not tell whose they
                       are
  --converse           bodies are those of Converse
  --price-in <usd>     US dollars for a million input tokens in a batch, in place of the catalog’s
  --price-out <usd>    US dollars for a million output tokens in a batch, in place of the catalog’s
  --json               print the summary as JSON
  --region <region>    Region to ask in (else AWS_REGION, or that of the profile)
  --profile <name>     profile of the AWS configuration files (else AWS_PROFILE)
  -h, --help           print help

Examples:
  $ cdk-bedrock-batch results s3://answers/out/a1b2c3d4e5f6/
      the summary of a job
  $ cdk-bedrock-batch results out/ --inputs records.jsonl --out answers.csv
      a table with a row for every record sent
  $ cdk-bedrock-batch results out/ --inputs records.jsonl --retry-file again.jsonl
      what failed or is missing, ready to be sent again
  $ cdk-bedrock-batch results out/ --to jsonl | jq -r .text
      the texts, for another program
"
`);
  });

  test.each(COMMANDS.map(({ name }) => name))('of %s comes by the command help, too', async (name) => {
    expect(await runLine(`help ${name}`)).toEqual(await runLine(`${name} --help`));
  });

  test('fits the width of the terminal', async () => {
    const { out } = await runLine('results --help', { isTty: true, columns: 72 });
    const prose = out.slice(0, out.indexOf('Examples:')).split('\n');
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(72);
  });

  test.each(COMMANDS.map((command) => [command.name, command] as const))(
    'of %s has examples that the command takes',
    async (name, { examples, options, ...command }) => {
      expect(examples.length).toBeGreaterThanOrEqual(2);
      for (const { line } of examples) {
        const given = line.split(/ [|&]/)[0]?.match(/'[^']*'|\S+/g) ?? [];
        expect(given[0]).toBe(name);
        const known = Object.keys(options).map((key) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
        for (const word of given.filter((each) => each.startsWith('--'))) expect(known).toContain(word.slice(2));
        const required = command.arguments.filter((argument) => argument.required).length;
        expect(given.length - 1).toBeGreaterThanOrEqual(required);
      }
    },
  );
});

describe('the version', () => {
  test('is on stdout', async () => {
    expect(await runLine('--version')).toEqual({
      code: GOOD,
      out: `${require('../../package.json').version}\n`,
      err: '',
    });
  });
});

describe('bad usage gives 2, and nothing on stdout', () => {
  test.each([
    ['a command that is near another', 'modles', "unknown command 'modles'\n(Did you mean models?)"],
    ['a command that is near none', 'xyzzy', "unknown command 'xyzzy'"],
    ['an option that is near another', 'models --regoin x', "unknown option '--regoin'\n(Did you mean --region?)"],
    ['an option without its value', 'models --region', "option '--region <region>' argument missing"],
    ['an argument that is missing', 'watch', "missing required argument 'job'"],
    ['an argument too many', 'jobs one', "too many arguments for 'jobs'. Expected 0 arguments but got 1."],
    ['a required option that is missing', 'check a.jsonl', "required option '--model <id>' not specified"],
    ['a number that is none', 'jobs --max many', "argument 'many' is invalid. It must be a whole number from 1."],
    ['a number in another notation', 'jobs --max 0x10', 'It must be a whole number from 1.'],
    ['no command', '', 'Usage: cdk-bedrock-batch [options] [command]'],
  ])('for %s', async (_, line, words) => {
    const { code, out, err } = await runLine(line);
    expect({ code, out }).toEqual({ code: BAD_USAGE, out: '' });
    expect(err).toContain(words);
  });

  test('and says where to find help', async () => {
    expect((await runLine('models --nothing-like-it')).err).toContain('(cdk-bedrock-batch models --help tells more)');
  });
});

describe('errors', () => {
  const failing = (error: unknown) => ({ ...outside(new FakeJobs([])), connectJobs: () => Promise.reject(error) });

  test('of the input are one line each, and give 1', async () => {
    const issues = [
      { code: 'First', input: 'a', message: 'must be b' },
      { code: 'Second', input: 'c', message: 'should be d\u001b[2J', severity: 'warning' as const },
    ];
    expect(await runLine('jobs', {}, failing(new BatchInferenceError(issues)))).toEqual({
      code: BAD_INPUT,
      out: '',
      err: 'error: a must be b [First]\nwarning: c should be d\\x1b[2J [Second]\n',
    });
  });

  test('that nobody expected are one line, and a hint', async () => {
    const { code, out, err } = await runLine('jobs', {}, failing(new TypeError('x is not a function\nmore')));
    expect({ code, out }).toEqual({ code: BAD_INPUT, out: '' });
    expect(err).toBe(
      'error: unexpected: x is not a function\nThis is a bug of this program; DEBUG=1 shows where it happened.\n',
    );
  });

  test('show where they happened with DEBUG', async () => {
    const { err } = await runLine('jobs', { env: { DEBUG: '1' } }, failing(new Error('x', { cause: new Error('y') })));
    expect(err).toMatch(STACK);
    expect(err).toContain('caused by Error: y');
    expect(err).toMatch(/error: unexpected: x\n$/);
  });

  test('that are no error objects are told, too', async () => {
    expect((await runLine('jobs', {}, failing('text'))).err).toContain('error: unexpected: text\n');
    expect((await runLine('jobs', {}, failing(undefined))).err).toContain('error: unexpected: undefined\n');
  });

  test('of files are told in words', async () => {
    const line = 'prepare a.csv --template-file no-such-file --model amazon.nova-lite-v1:0 --out a.jsonl';
    expect(await runLine(line)).toEqual({
      code: BAD_INPUT,
      out: '',
      err: 'error: no-such-file does not exist (ENOENT)\n',
    });
  });

  test('are red in a terminal and plain in a pipe', async () => {
    expect((await runLine('modles', { isTty: true })).err).toContain('\u001b[31merror:\u001b[39m unknown command');
    expect((await runLine('modles')).err).not.toContain('\u001b');
    expect((await runLine('modles', { isTty: true, env: { NO_COLOR: '1' } })).err).not.toContain('\u001b');
  });
});

describe('the end of a run', () => {
  test('is 130 where it was interrupted before it began', async () => {
    const terminal = new FakeTerminal({ signal: AbortSignal.abort() });
    expect(await run(['watch', 'abc123def456'], terminal, outside(new FakeJobs([job()])))).toBe(INTERRUPTED);
  });

  test('is 130 where the command does not listen', async () => {
    const abort = new AbortController();
    const world = outside(new FakeJobs([]));
    const deaf = {
      ...world,
      connectJobs: () => {
        abort.abort();
        return new Promise<never>(() => undefined);
      },
    };
    const terminal = new FakeTerminal({ signal: abort.signal });
    expect(await run(['jobs'], terminal, deaf)).toBe(INTERRUPTED);
    expect(terminal.err).toBe('');
  });

  test('is quiet and good where the reader of stdout has gone', async () => {
    const terminal = new FakeTerminal({ signal: AbortSignal.abort(READER_GONE) });
    expect(await run(['watch', 'abc123def456'], terminal, outside(new FakeJobs([job()])))).toBe(GOOD);
  });
});
