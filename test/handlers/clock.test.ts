import { realClock } from '../../src/handlers/clock';

describe('the real clock', () => {
  test('wakes at once when what it sleeps for is over', async () => {
    const controller = new AbortController();
    const asleep = realClock.sleep(60_000, controller.signal);
    controller.abort();
    await expect(asleep).rejects.toThrow(/abort/i);
  });

  test('rings an alarm', async () => {
    await new Promise<void>((resolve) => void realClock.alarm(0, resolve));
  });

  test('does not ring an alarm that was taken back', async () => {
    const ring = jest.fn();
    realClock.alarm(0, ring).cancel();
    await realClock.sleep(2);
    expect(ring).not.toHaveBeenCalled();
  });

  test('gives jitter between 0 and 1', () => {
    expect(realClock.random()).toBeGreaterThanOrEqual(0);
    expect(realClock.random()).toBeLessThan(1);
  });
});
