import fc from 'fast-check';
import { fillTemplate } from '../../../src/records/dataset/record-writer';
import { checkColumns, parseTemplate } from '../../../src/records/dataset/template';

const codes = (source: string) => parseTemplate(source).issues.map(({ code }) => code);
const fill = (source: string) => {
  const { template } = parseTemplate(source);
  return fillTemplate(
    template,
    template.columns.map((column) => `<${column}>`),
  );
};

describe('a template', () => {
  test.each([
    ['Is this kind? {{review}}', 'Is this kind? <review>'],
    ['{{a}}{{b}}', '<a><b>'],
    ['{{ a }} and {{\tb }}', '<a> and <b>'],
    ['{{a column}}', '<a column>'],
    ['{{a}} twice {{a}}', '<a> twice <a>'],
    ['{{naïve 😀}}', '<naïve 😀>'],
    ['no end{{a}}', 'no end<a>'],
  ])('puts values where their columns are named: %s', (source, filled) => {
    expect(fill(source)).toBe(filled);
    expect(codes(source)).toEqual([]);
  });

  test.each([
    ['{{{{a}} {{b}}', '{{a}} <b>'],
    ['{{{{{{a}}', '{{<a>'],
    ['{"json": {"of": "{{a}}"}}', '{"json": {"of": "<a>"}}'],
    ['{"of": {{a}}}', '{"of": <a>}'],
    ['{{{a}}}', '{<a>}'],
    ['{ {a} } }} {{b}}', '{ {a} } }} <b>'],
    ['{{{{', '{{'],
    ['{{{{{ {{a}}', '{{{ <a>'],
  ])('has braces that are only braces: %s', (source, filled) => {
    expect(fill(source)).toBe(filled);
    expect(codes(source).filter((code) => code !== 'NoPlaceholder')).toEqual([]);
  });

  test('says any text as it is, once its double braces are doubled', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('{', '}', 'a', ' ', 'é')), (characters) => {
        // A single brace next to a doubled pair would be read with it, so pairs are taken from the left as they are read.
        const text = characters.join('');
        const escaped = text.replaceAll('{{', '{{{{');
        expect(fill(`${escaped} {{x}}`)).toBe(`${text} <x>`);
      }),
    );
  });

  test.each([
    ['{{a', 'got "{{a" at character 1'],
    ['text {{a} more', 'got "{{a} more" at character 6'],
    ['{{a {{b}}', 'got "{{a {{b}}" at character 1'],
    [`{{${'x'.repeat(100)}`, '…" at character 1'],
  ])('must close its placeholders: %s', (source, words) => {
    const { issues } = parseTemplate(source);
    expect(issues).toMatchObject([{ code: 'UnclosedPlaceholder', input: 'template' }]);
    expect(issues[0].message).toContain(words);
    expect(issues[0].message).toContain('for a literal {{ write {{{{');
  });

  test('goes on behind a placeholder that is not closed', () => {
    expect(parseTemplate('{{a {{b}}').template.columns).toEqual(['b']);
  });

  test.each(['{{}} {{a}}', '{{ }} {{a}}'])('must name a column in a placeholder: %s', (source) => {
    expect(codes(source)).toEqual(['EmptyPlaceholder']);
  });

  test('warns where it has no placeholder', () => {
    expect(parseTemplate('Say hello').issues).toMatchObject([{ code: 'NoPlaceholder', severity: 'warning' }]);
  });

  test.each(['', ' \n'])('must hold text, not "%s"', (source) => {
    expect(parseTemplate(source).issues).toMatchObject([{ code: 'EmptyTemplate' }]);
  });
});

describe('columns that a template names', () => {
  test('are fine where the dataset has them', () => {
    expect(checkColumns(['a', 'b', 'a'], ['b', 'c', 'a'], 'template')).toEqual([]);
  });

  test('are told once where it does not, with the columns there are, the nearest first', () => {
    expect(checkColumns(['txet', 'txet'], ['id', 'rating', 'Text'], 'template')).toEqual([
      {
        code: 'UnknownColumn',
        input: 'template',
        message:
          'must name columns of the dataset, got "txet" (did you mean "Text"?); its columns are "Text", "id", "rating"',
      },
    ]);
  });

  test('are not guessed at where none is near', () => {
    expect(checkColumns(['summary'], ['id', 'x'], 'idColumn')[0].message).toMatch(
      /^must name a column of the dataset, got "summary"; its columns are "(id|x)"/,
    );
  });

  test('are listed up to twenty', () => {
    const columns = Array.from({ length: 25 }, (_, index) => `column ${index}`);
    expect(checkColumns(['x'], columns, 'template')[0].message).toMatch(/ and 5 more$/);
  });

  test('cannot be in a dataset without named ones', () => {
    expect(checkColumns(['x'], [], 'template')[0].message).toContain('it has none with a name');
  });
});
