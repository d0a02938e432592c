import { ErrorGroups } from '../../../src/records/results/error-groups';

function group(...errors: { errorCode?: string | number; errorMessage?: string }[]) {
  const groups = new ErrorGroups();
  const failures = errors.map((error, index) => ({ number: groups.numberOf(error), recordId: `r${index + 1}` }));
  return groups.list(failures);
}

describe('errors', () => {
  test('are of one group where code and first words are the same', () => {
    const say = (end: string) => ({ errorCode: 400, errorMessage: `one two three four five six seven eight ${end}` });
    expect(group(say('a'), say('b'))).toEqual([
      { errorCode: 400, message: 'one two three four five six seven eight…', count: 2, recordIds: ['r1', 'r2'] },
    ]);
  });

  test('are of one group where only numbers differ, and the first is shown', () => {
    expect(group({ errorMessage: 'got 200001 tokens' }, { errorMessage: 'got 3 tokens' })).toMatchObject([
      { message: 'got 200001 tokens', count: 2 },
    ]);
  });

  test('are told apart by their code', () => {
    expect(group({ errorCode: 400, errorMessage: 'no' }, { errorCode: 500, errorMessage: 'no' })).toHaveLength(2);
  });

  test('name the first three records, and count the rest', () => {
    expect(group(...Array.from({ length: 5 }, () => ({ errorMessage: 'no' })))).toMatchObject([
      { count: 5, recordIds: ['r1', 'r2', 'r3'] },
    ]);
  });

  test('come in the order of their number, the largest group first', () => {
    const list = group({ errorMessage: 'a' }, { errorMessage: 'b' }, { errorMessage: 'b' });
    expect(list.map(({ message }) => message)).toEqual(['b', 'a']);
  });

  test('without a message have a group of their own', () => {
    expect(group({ errorCode: 503 })).toEqual([{ errorCode: 503, message: '', count: 1, recordIds: ['r1'] }]);
  });

  test('of a message without an end show its beginning', () => {
    const [{ message }] = group({ errorMessage: 'x'.repeat(1_000_000) });
    expect(message).toBe(`${'x'.repeat(120)}…`);
  });

  test('that never repeat are counted together after the first two hundred', () => {
    const word = (index: number) => String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26));
    const list = group(...Array.from({ length: 300 }, (_, index) => ({ errorMessage: word(index) })));
    expect(list).toHaveLength(201);
    expect(list[0]).toMatchObject({ message: '(other errors)', count: 100 });
  });

  test('that nothing is left of are not listed', () => {
    const groups = new ErrorGroups();
    groups.numberOf({ errorMessage: 'gone' });
    expect(groups.list([])).toEqual([]);
  });
});
