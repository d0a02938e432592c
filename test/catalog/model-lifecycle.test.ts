import { lifecycleOn } from '../../src/catalog/model-lifecycle';

const lifecycle = { legacyDate: '2026-04-14', endOfLifeDate: '2026-10-14' };

test.each([
  ['2026-04-13', 'active'],
  ['2026-04-14', 'legacy'],
  ['2026-10-13', 'legacy'],
  ['2026-10-14', 'ended'],
  ['2027-01-01', 'ended'],
])('a model with both dates is on %s %s', (day, state) => {
  expect(lifecycleOn({ lifecycle }, day)).toBe(state);
});

test('a model without dates is active', () => {
  expect(lifecycleOn({ lifecycle: {} }, '2099-12-31')).toBe('active');
});

test('a model without an end of life stays legacy', () => {
  expect(lifecycleOn({ lifecycle: { legacyDate: '2026-04-14' } }, '2099-12-31')).toBe('legacy');
});

test('a model without a legacy date is active until it ends', () => {
  const { endOfLifeDate } = lifecycle;
  expect(lifecycleOn({ lifecycle: { endOfLifeDate } }, '2026-10-13')).toBe('active');
  expect(lifecycleOn({ lifecycle: { endOfLifeDate } }, '2026-10-14')).toBe('ended');
});

test('a model that ended on a day nobody names is ended on every day', () => {
  expect(lifecycleOn({ lifecycle: { ended: true } }, '2000-01-01')).toBe('ended');
});
