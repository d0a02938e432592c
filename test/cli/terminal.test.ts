import { coloursOf, toPrintable, wantsColour } from '../../src/cli/terminal';

describe('colours', () => {
  test.each([
    ['in a terminal', true, {}, true],
    ['not in a pipe', false, {}, false],
    ['not with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['with an empty NO_COLOR, which says nothing', true, { NO_COLOR: '' }, true],
    ['in a pipe with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
    ['not with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['not with FORCE_COLOR=false', true, { FORCE_COLOR: 'false' }, false],
    ['not with both, since NO_COLOR is the stronger word', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['not in a terminal that has none', true, { TERM: 'dumb' }, false],
  ])('are there %s', (_, isTty, env, expected) => {
    expect(wantsColour({ isTty }, env)).toBe(expected);
  });

  test('leave text as it is where there are none', () => {
    expect(coloursOf({ isTty: false }, {}).red('text')).toBe('text');
    expect(coloursOf({ isTty: true }, {}).red('text')).toBe('\u001b[31mtext\u001b[39m');
  });
});

describe('text from elsewhere', () => {
  test('cannot steer the terminal', () => {
    expect(toPrintable('a\u001b[2Jb\u0007\u009bc\rd')).toBe('a\\x1b[2Jb\\x07\\x9bc\\x0dd');
  });

  test('keeps its lines, its tabs and every letter', () => {
    expect(toPrintable('é\t漢\n👍')).toBe('é\t漢\n👍');
  });
});
