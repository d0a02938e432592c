import { findUnanswered, joinResults } from '../../../src/records/results/join-results';
import { OutcomeIndex, SUCCEEDED } from '../../../src/records/results/outcome-index';

const record = (recordId?: string) => ({ recordId, modelInput: { prompt: recordId } });
const output = (text: string) => ({ content: [{ type: 'text', text }], type: 'message', role: 'assistant' });

describe('joining', () => {
  const results = [
    { recordId: 'c', modelOutput: output('C') },
    { recordId: 'a', modelOutput: output('A') },
    { recordId: 'b', error: { errorMessage: 'no' } },
    { recordId: 'x', modelOutput: output('X') },
  ];

  test('gives every record its outcome, in the order of the records', () => {
    const outcomes = [...joinResults([record('a'), record('b'), record('c'), record('d')], results)];
    expect(outcomes).toMatchObject([
      { status: 'succeeded', recordId: 'a', record: record('a'), answer: { text: 'A' } },
      { status: 'failed', recordId: 'b', record: record('b'), error: { errorMessage: 'no' } },
      { status: 'succeeded', recordId: 'c', record: record('c'), answer: { text: 'C' } },
      { status: 'missing', recordId: 'd', record: record('d') },
    ]);
  });

  test('passes over a record without an id, which no answer can name', () => {
    expect([...joinResults([record()], results)]).toEqual([]);
  });

  test('knows no text of an output of no known shape, and keeps it', () => {
    expect([...joinResults([record('a')], [{ recordId: 'a', modelOutput: { x: 1 } }])]).toEqual([
      { status: 'succeeded', recordId: 'a', record: record('a'), modelOutput: { x: 1 }, answer: undefined },
    ]);
  });

  test.each([
    ['a success before a failure', [{ modelOutput: output('1') }, { error: {} }], '1'],
    ['a success after a failure', [{ error: {} }, { modelOutput: output('2') }], '2'],
    ['the later success', [{ modelOutput: output('1') }, { modelOutput: output('2') }], '2'],
  ])('keeps of two answers %s', (_, answers, text) => {
    const twice = answers.map((answer) => ({ recordId: 'a', ...answer }));
    expect([...joinResults([record('a')], twice)]).toMatchObject([{ status: 'succeeded', answer: { text } }]);
  });

  test('keeps of two failures the later', () => {
    const twice = ['1', '2'].map((errorMessage) => ({ recordId: 'a', error: { errorMessage } }));
    expect([...joinResults([record('a')], twice)]).toMatchObject([{ error: { errorMessage: '2' } }]);
  });
});

describe('what is to be sent again', () => {
  test('is what failed and what is missing, in the order of the records, each id once', () => {
    const index = new OutcomeIndex();
    index.note('ok', SUCCEEDED);
    index.note('bad', 0);
    const records = ['new', 'ok', 'bad', 'new', undefined].map(record);
    expect([...findUnanswered(records, index)]).toEqual([
      { status: 'missing', recordId: 'new', record: record('new') },
      { status: 'failed', recordId: 'bad', record: record('bad') },
    ]);
  });
});
