import { BatchInferenceError } from '../../src/core/batch-inference-error';

const timeout = { code: 'TimeoutOutOfRange', input: 'timeout', message: 'must be 24 to 168 whole hours, got 23 hours' };
const runKey = { code: 'EmptyRunKey', input: 'runKey', message: 'must be any text' };

describe('the error', () => {
  test('tells every issue, a line each, with its code', () => {
    expect(new BatchInferenceError([timeout, runKey]).message).toBe(
      'timeout must be 24 to 168 whole hours, got 23 hours [TimeoutOutOfRange]\nrunKey must be any text [EmptyRunKey]',
    );
  });

  test('tells where, if it is known', () => {
    expect(new BatchInferenceError([runKey], 'MyStack/Chapters').message).toBe(
      'MyStack/Chapters: runKey must be any text [EmptyRunKey]',
    );
  });

  test('keeps the issues, and has a name', () => {
    const error = new BatchInferenceError([timeout, runKey]);
    expect(error.issues).toEqual([timeout, runKey]);
    expect(error.name).toBe('BatchInferenceError');
  });
});

describe('the error is recognised', () => {
  test('as one of this library', () => {
    expect(BatchInferenceError.is(new BatchInferenceError([runKey]))).toBe(true);
  });

  test('when it comes from another loaded copy of the package', () => {
    let other: typeof BatchInferenceError | undefined;
    jest.isolateModules(() => {
      other = require('../../src/core/batch-inference-error').BatchInferenceError;
    });
    const error = new (other as typeof BatchInferenceError)([runKey]);
    expect(error).not.toBeInstanceOf(BatchInferenceError);
    expect(BatchInferenceError.is(error)).toBe(true);
  });

  test.each([new Error('other'), {}, null, undefined, 'text', 7, () => undefined])('and %p is not one', (value) => {
    expect(BatchInferenceError.is(value)).toBe(false);
  });
});
