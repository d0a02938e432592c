import {
  anyText,
  anything,
  bool,
  checkShape,
  integer,
  list,
  number,
  object,
  oneOf,
  refused,
  type Shape,
  tagged,
  text,
  textOr,
  unavailable,
  union,
} from '../../../src/records/bodies/shape';

const told = (shape: Shape, value: unknown) =>
  checkShape(shape, value, {}).map(({ code, input, message }) => `${input} ${message} [${code}]`);

describe('text', () => {
  test('is any text but the empty one', () => {
    expect(told(text, 'a')).toEqual([]);
    expect(told(text, '')).toEqual(['modelInput must not be empty [EmptyText]']);
    expect(told(text, 7)).toEqual(['modelInput must be text, got 7 [WrongType]']);
  });

  test('may be empty where that means something', () => {
    expect(told(anyText, '')).toEqual([]);
    expect(told(anyText, null)).toEqual(['modelInput must be text, got null [WrongType]']);
  });

  test('is repeated in a message by its first words only', () => {
    const [message] = told(bool, 'x'.repeat(1000));
    expect(message).toBe(`modelInput must be true or false, got "${'x'.repeat(40)}…" [WrongType]`);
  });
});

describe('a number', () => {
  test.each([0, 0.5, 1])('takes %p of 0 to 1', (value) => {
    expect(told(number({ min: 0, max: 1 }), value)).toEqual([]);
  });

  test.each([-0.1, 1.1])('fails on %p of 0 to 1', (value) => {
    expect(told(number({ min: 0, max: 1 }), value)).toEqual([
      `modelInput must be a number from 0 to 1, got ${value} [OutOfRange]`,
    ]);
  });

  test('fails on text that looks like one', () => {
    expect(told(number({ min: 0, max: 1 }), '1')).toEqual([
      'modelInput must be a number from 0 to 1, got "1" [WrongType]',
    ]);
  });

  test('fails on more than JSON can say', () => {
    expect(told(number({ min: 0 }), JSON.parse('1e400'))).toEqual([
      'modelInput must be a number from 0, got Infinity [OutOfRange]',
    ]);
  });
});

describe('a whole number', () => {
  test.each([1, 8])('takes %p of 1 to 8', (value) => {
    expect(told(integer({ min: 1, max: 8 }), value)).toEqual([]);
  });

  test.each([0, 9, 1.5])('fails on %p of 1 to 8', (value) => {
    expect(told(integer({ min: 1, max: 8 }), value)).toEqual([
      `modelInput must be a whole number from 1 to 8, got ${value} [OutOfRange]`,
    ]);
  });

  test('fails on true', () => {
    expect(told(integer({ min: 1 }), true)).toEqual(['modelInput must be a whole number from 1, got true [WrongType]']);
  });
});

describe('one of a few values', () => {
  test('takes each of them', () => {
    expect(told(oneOf('a', 'b'), 'b')).toEqual([]);
    expect(told(oneOf(false), false)).toEqual([]);
  });

  test('fails on others, naming them', () => {
    expect(told(oneOf('a', 'b'), ['a'])).toEqual(['modelInput must be one of "a", "b", got a list [NotAllowed]']);
    expect(told(oneOf('a'), { a: 1 })).toEqual(['modelInput must be "a", got an object [NotAllowed]']);
  });
});

describe('a list', () => {
  test.each([1, 2])('takes %p items of 1 to 2', (length) => {
    expect(told(list(text, { min: 1, max: 2 }), new Array(length).fill('a'))).toEqual([]);
  });

  test.each([0, 3])('fails on %p items of 1 to 2', (length) => {
    expect(told(list(text, { min: 1, max: 2 }), new Array(length).fill('a'))).toEqual([
      `modelInput must be a list of 1 to 2, got ${length} [WrongLength]`,
    ]);
  });

  test('names the item that is wrong', () => {
    expect(told(list(text), ['a', 1])).toEqual(['modelInput[1] must be text, got 1 [WrongType]']);
  });

  test('fails on anything else', () => {
    expect(told(list(text), 'a')).toEqual(['modelInput must be a list, got "a" [WrongType]']);
  });

  test('of at least some says so', () => {
    expect(told(list(text, { min: 1 }), [])).toEqual(['modelInput must be a list of at least 1, got 0 [WrongLength]']);
  });
});

describe('text or something else', () => {
  const shape = textOr(text, list(text));

  test('is told apart by its type', () => {
    expect(told(shape, 'a')).toEqual([]);
    expect(told(shape, ['a'])).toEqual([]);
    expect(told(shape, 1)).toEqual(['modelInput must be a list, got 1 [WrongType]']);
    expect(shape.expects).toBe('text, or a list, each text');
  });
});

describe('an object', () => {
  const inner = object('a thing', { size: integer({ min: 1 }) }, { max_name: text });
  const shape = object('a body', { things: list(inner) });

  test('takes its members, of which the optional ones may be left out or null', () => {
    expect(told(shape, { things: [{ size: 1 }, { size: 1, max_name: 'a' }, { size: 2, max_name: null }] })).toEqual([]);
  });

  test('names the member that is missing, by its whole path', () => {
    expect(told(shape, { things: [{ size: 1 }, {}] })).toEqual([
      'modelInput.things[1].size must be given: a whole number from 1 [MissingMember]',
    ]);
  });

  test('does not take null for a member that must be given', () => {
    expect(told(inner, { size: null })).toEqual([
      'modelInput.size must be a whole number from 1, got null [WrongType]',
    ]);
  });

  test('warns of a member that is not known, and goes on', () => {
    expect(checkShape(inner, { size: 1, weight: 2 }, {})).toEqual([
      {
        code: 'UnknownMember',
        input: 'modelInput.weight',
        message: 'is not a known member of a thing; known are size, max_name',
        severity: 'warning',
      },
    ]);
  });

  test('knows a member in the spelling of another family', () => {
    expect(told(inner, { size: 1, maxName: 'a' })).toEqual([
      'modelInput.maxName is not a known member of a thing; did you mean max_name [UnknownMember]',
    ]);
  });

  test('is not misled by names that every JavaScript object answers to', () => {
    const odd = JSON.parse('{"size":1,"__proto__":1,"constructor":2,"toString":null}');
    expect(checkShape(inner, odd, {}).map(({ input }) => input)).toEqual([
      'modelInput.__proto__',
      'modelInput.constructor',
      'modelInput.toString',
    ]);
  });

  test('quotes names that are no identifiers, and cuts long ones', () => {
    const issues = checkShape(inner, { size: 1, 'a b': 1, ['x'.repeat(1000)]: 1 }, {});
    expect(issues.map(({ input }) => input)).toEqual(['modelInput["a b"]', `modelInput["${'x'.repeat(40)}"]`]);
  });

  test.each([null, 'text', 7, [[]]])('fails on %p', (value) => {
    expect(checkShape(inner, value, {})).toMatchObject([{ code: 'WrongType', input: 'modelInput' }]);
  });

  test('asks its rules in the end', () => {
    const ruled = object('a body', {}, { a: anything, b: anything }, (value, findings) => {
      if ('a' in value && 'b' in value) findings.fail('Both', 'must not be both', 'b');
    });
    expect(told(ruled, { a: 1 })).toEqual([]);
    expect(told(ruled, { a: 1, b: 1 })).toEqual(['modelInput.b must not be both [Both]']);
  });
});

describe('an object with one of several members', () => {
  const shape = union('a block', { text, image: anything });

  test('takes one, the others being absent or null', () => {
    expect(told(shape, { text: 'a' })).toEqual([]);
    expect(told(shape, { text: 'a', image: null })).toEqual([]);
  });

  test('fails on none and on several', () => {
    expect(told(shape, {})).toEqual(['modelInput must hold exactly one of text, image, got none [NotOneMember]']);
    expect(told(shape, { text: 'a', image: 1 })).toEqual([
      'modelInput must hold exactly one of text, image, got 2 [NotOneMember]',
    ]);
  });

  test('leaves one that is not known to the service', () => {
    expect(checkShape(shape, { hologram: {} }, {})).toMatchObject([
      { code: 'UnknownMember', input: 'modelInput.hologram', severity: 'warning' },
    ]);
  });

  test('fails on text', () => {
    expect(told(shape, 'a')).toEqual(['modelInput must be a block, an object, got "a" [WrongType]']);
  });
});

describe('an object with a tag', () => {
  const shape = tagged('a block', 'type', { text: object('a text', { type: anything, text }) });

  test('has the shape that its tag says', () => {
    expect(told(shape, { type: 'text', text: 'a' })).toEqual([]);
    expect(told(shape, { type: 'text' })).toEqual(['modelInput.text must be given: text [MissingMember]']);
  });

  test('fails without a tag', () => {
    expect(told(shape, { text: 'a' })).toEqual(['modelInput.type must be given: one of "text" [MissingMember]']);
  });

  test('leaves a tag that is not known to the service', () => {
    expect(checkShape(shape, { type: 'smell' }, {})).toMatchObject([
      { code: 'UnknownType', input: 'modelInput.type', severity: 'warning' },
    ]);
  });

  test('fails on a list', () => {
    expect(told(shape, [])).toEqual(['modelInput must be a block, an object, got a list [WrongType]']);
  });
});

describe('what cannot be had', () => {
  test('warns where the service does not say what becomes of the record', () => {
    const shape = unavailable('ToolsNotSupported', 'asks for tools');
    expect(checkShape(shape, [{}], {})).toMatchObject([{ code: 'ToolsNotSupported', severity: 'warning' }]);
    expect(checkShape(shape, [], {})).toEqual([]);
  });

  test('fails where the model takes none', () => {
    expect(told(refused('NoSound', 'must not be sound'), {})).toEqual(['modelInput must not be sound [NoSound]']);
  });
});

describe('many mistakes', () => {
  test('are told by the first ten, errors apart from warnings', () => {
    const shape = list(object('a thing', { size: integer({ min: 1 }) }));
    const issues = checkShape(shape, new Array(1000).fill({ weight: 1 }), {});
    expect(issues.filter(({ severity }) => severity === 'warning')).toHaveLength(10);
    expect(issues.filter(({ severity }) => severity !== 'warning')).toHaveLength(10);
  });

  test('of one body are not told of the next', () => {
    expect(checkShape(text, 1, {})).toHaveLength(1);
    expect(checkShape(text, 'a', {})).toEqual([]);
  });
});
