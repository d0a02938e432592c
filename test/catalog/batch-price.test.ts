import { batchPrice } from '../../src/catalog/batch-price';

const WHERE = { source: 'a page', date: '2026-09-03' };

test('a price with every part', () => {
  expect(batchPrice(WHERE, 'us', [1, 2], [3, 4], true)).toEqual({
    inputPerMillion: 1,
    outputPerMillion: 2,
    onDemandInputPerMillion: 3,
    onDemandOutputPerMillion: 4,
    route: 'us',
    derived: true,
    ...WHERE,
  });
});

test('a price without the parts that no source gives, which are not there at all', () => {
  expect(Object.keys(batchPrice(WHERE, undefined, [0, 0]))).toEqual([
    'inputPerMillion',
    'outputPerMillion',
    'source',
    'date',
  ]);
});
