import { readInputLines } from '../../../src/records/results/read-input-lines';
import { ResultsTally } from '../../../src/records/results/results-tally';
import { embedding, failure, input, readLines, success } from './lines';

/** Files as lists of lines, each file one block. */
function tally(files: readonly (readonly string[])[], inputs?: readonly (readonly string[])[]): ResultsTally {
  const whole = new ResultsTally();
  for (const [index, lines] of files.entries()) {
    whole.startFile(`${index + 1}.jsonl.out`);
    whole.add(readLines(lines.join('\n')));
  }
  for (const [index, lines] of inputs?.entries() ?? []) {
    whole.startInput(`${index + 1}.jsonl`);
    whole.addInput(readInputLines(Buffer.from(lines.join('\n'))));
  }
  return whole;
}

const codes = (whole: ResultsTally) => whole.summary().issues.map(({ code }) => code);

describe('counts', () => {
  test('are of records, each once', () => {
    const whole = tally([[success('a'), failure('b')], [success('b')]]);
    expect(whole.summary().records).toEqual({ total: 2, succeeded: 2, failed: 0, missing: undefined });
  });

  test('have the missing ones where the inputs are known', () => {
    const { records } = tally([[success('a')]], [[input('a'), input('b')]]).summary();
    expect(records).toEqual({ total: 2, succeeded: 1, failed: 0, missing: 1 });
  });

  test('say that none is missing of inputs that are empty', () => {
    const whole = tally([[success('a')]]);
    whole.hasInputs = true;
    expect(whole.summary()).toMatchObject({ records: { missing: 0 }, unexpected: { count: 1, recordIds: ['a'] } });
  });

  test('are the same however often they are asked for', () => {
    const whole = tally([[failure('a')]]);
    expect(whole.summary()).toEqual(whole.summary());
  });
});

describe('input in the place of results', () => {
  test('is an error that names the file', () => {
    expect(tally([[input('a'), input('b')], [success('c')]]).summary().issues).toMatchObject([
      { code: 'InputForResults', input: '1.jsonl.out', message: expect.stringContaining('got 2 records with neither') },
    ]);
  });

  test('is not meant where other lines of the file are results', () => {
    expect(codes(tally([[input('a'), failure('b')]]))).toEqual([]);
    expect(codes(tally([[]]))).toEqual([]);
  });
});

describe('tokens', () => {
  test('are of every answer, also of one that is replaced', () => {
    expect(tally([[success('a')], [success('a')]]).summary().tokens).toMatchObject({
      inputTokens: 20,
      outputTokens: 8,
      withoutInputTokens: 0,
    });
  });

  test('are undefined where no answer says', () => {
    expect(tally([[embedding('a'), failure('b')]]).summary().tokens).toEqual({
      inputTokens: 3,
      outputTokens: undefined,
      withoutInputTokens: 0,
      withoutOutputTokens: 1,
    });
  });
});

describe('error groups', () => {
  test('are of the records that failed in the end', () => {
    const whole = tally([
      [failure('a', 'x'), failure('b', 'x'), failure('c', 'y')],
      [success('a'), failure('c', 'x')],
    ]);
    expect(whole.summary().errorGroups).toEqual([{ errorCode: 400, message: 'x', count: 2, recordIds: ['b', 'c'] }]);
  });
});

describe('rows that do not count', () => {
  test('are told, through all blocks', () => {
    const whole = new ResultsTally();
    whole.startFile('1');
    expect(whole.add(readLines([failure('a'), success('b')].join('\n')))).toEqual([]);
    expect(whole.add(readLines([success('a'), failure('b')].join('\n')))).toEqual([0, 3]);
  });
});

describe('what to send again', () => {
  test('is what failed or is missing, each id once', () => {
    const whole = tally([[success('a'), failure('b')]]);
    whole.startInput('i');
    const lines = ['a', 'b', 'c', 'c'].map((id) => input(id)).join('\n');
    expect(whole.addInput(readInputLines(Buffer.from(lines)))).toEqual([
      { position: 1, recordId: 'b', status: 'failed' },
      { position: 2, recordId: 'c', status: 'missing' },
    ]);
  });
});

describe('what is told', () => {
  test('is nothing where all is well', () => {
    expect(codes(tally([[success('a'), failure('b')]], [[input('a'), input('b')]]))).toEqual([]);
  });

  test('has every file with lines that cannot be read, by the number in the file', () => {
    const whole = new ResultsTally();
    whole.startFile('1.jsonl.out');
    whole.add(readLines(`${success('a')}\n{\n`));
    whole.add(readLines(`${success('b')}\n\n[]\n7\n8\n`, {}, false));
    whole.startFile('2.jsonl.out');
    whole.add(readLines(success('c')));
    expect(whole.summary()).toMatchObject({ unreadableLines: 4, records: { succeeded: 3 } });
    expect(whole.summary().issues).toEqual([
      {
        code: 'UnreadableResult',
        input: '1.jsonl.out',
        message: expect.stringMatching(
          /^must hold one result a line: line 2 must be .*; line 5 must be .*; line 6 must be .*; and 1 more$/,
        ),
      },
    ]);
  });

  test('has second answers', () => {
    const [issue] = tally([[success('a')], [failure('a')]]).summary().issues;
    expect(issue).toMatchObject({
      code: 'DuplicateResult',
      severity: 'warning',
      message: 'hold 1 second answer ("a"); a success is kept, else the later one',
    });
  });

  test('has results that the inputs do not have, three by name', () => {
    const whole = tally([['a', 'b', 'c', 'd', 'e'].map((id) => success(id))], [[input('a')]]);
    expect(whole.summary().unexpected).toEqual({ count: 4, recordIds: ['b', 'c', 'd'] });
    expect(whole.summary().issues[0]).toMatchObject({
      code: 'UnexpectedResult',
      message: expect.stringMatching(/^hold 4 records that the inputs do not have \("b", "c", "d", …\)/),
    });
  });

  test('has inputs without an id, and then no result is unexpected', () => {
    const whole = tally([[success('made-up')]], [[input(undefined)]]);
    expect(codes(whole)).toEqual(['RecordWithoutId']);
    expect(whole.summary().unexpected).toBeUndefined();
  });

  test('has ids that the inputs repeat', () => {
    expect(codes(tally([[success('a')]], [[input('a')], [input('a')]]))).toEqual(['DuplicateRecordId']);
  });

  test('has lines of the inputs that cannot be read', () => {
    expect(codes(tally([[success('a')]], [[input('a'), '{']]))).toEqual(['UnreadableRecord']);
  });

  test('has outputs of no known shape', () => {
    const line = (id: string) => JSON.stringify({ recordId: id, modelOutput: {} });
    const whole = tally([['a', 'b', 'c', 'd'].map(line), ['e'].map(line)]);
    expect(whole.summary().unknownOutputs).toEqual({ count: 5, recordIds: ['a', 'b', 'c'] });
    expect(codes(whole)).toEqual(['UnknownOutput']);
  });

  test('has bytes that are not UTF-8', () => {
    const whole = new ResultsTally();
    whole.startFile('f');
    whole.add(readLines(Buffer.from(success('a', '\u00ff'), 'latin1')));
    expect(whole.summary().issues).toMatchObject([
      { code: 'NotUtf8', input: 'f', message: expect.stringMatching('is not on 1 line;') },
    ]);
  });
});

test('what a file holds is kept by its path, and a manifest among its lines with it', () => {
  const manifest = { totalRecordCount: 1, errorRecordCount: 0 };
  const whole = tally([[success('a'), failure('b'), JSON.stringify(manifest), '{']]);
  expect(whole.counts().get('1.jsonl.out')).toMatchObject({ succeeded: 1, failed: 1, unreadable: 1, inputTokens: 10 });
  expect(whole.manifests).toEqual([{ path: '1.jsonl.out', manifest }]);
});
