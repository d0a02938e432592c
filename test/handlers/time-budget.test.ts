import { OutOfTimeError, TimeBudget } from '../../src/handlers/time-budget';
import { FakeClock } from './fake-clock';

const clock = () => new FakeClock();
const busy = new Error('busy');
const always = () => true;

describe('the budget', () => {
  test('is what the function has, less the reserve for the answer', () => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    time.pass(84_999);
    expect(() => budget.check()).not.toThrow();
    time.pass(1);
    expect(() => budget.check()).toThrow(OutOfTimeError);
  });

  test('is half of what there is where that is less than two reserves', () => {
    const time = clock();
    const budget = new TimeBudget(time, 20_000);
    time.pass(9_999);
    expect(() => budget.check()).not.toThrow();
    time.pass(1);
    expect(() => budget.check()).toThrow('the function ran out of time');
  });

  test('is over as soon as what is under way was ended, whatever the clock says', async () => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    const work = budget.run(async () => {
      time.pass(90_000);
      await new Promise(() => undefined);
    });
    await expect(work).rejects.toThrow(OutOfTimeError);
    time.pass(-50_000);
    expect(() => budget.check()).toThrow(OutOfTimeError);
  });

  test('ends in an error with a name and the last error', async () => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    const work = budget.run(() =>
      budget.retry(
        async () => {
          time.pass(20_000);
          throw busy;
        },
        { when: always, withinMs: 1_000_000 },
      ),
    );
    const error = await work.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'OutOfTimeError', lastError: busy });
  });

  test.each([
    [84_998, 1],
    [84_999, undefined],
    [85_000, undefined],
    [90_000, undefined],
  ])('after %i of 85,000 ms has enough for what needs less than is left', (spent, enough) => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    time.pass(spent);
    expect(budget.left()).toBe(Math.max(0, 85_000 - spent));
    if (enough === undefined) expect(() => budget.check(1)).toThrow(OutOfTimeError);
    else expect(() => budget.check(enough)).not.toThrow();
  });

  test('has nothing left once what was under way was ended', async () => {
    const budget = new TimeBudget(clock(), 100_000);
    await expect(budget.run(() => Promise.reject(busy))).rejects.toBe(busy);
    expect(budget.left()).toBe(0);
  });

  test('ends what is under way beside what failed, and not after a success', async () => {
    const failed = new TimeBudget(clock(), 100_000);
    await expect(failed.run(() => Promise.reject(busy))).rejects.toBe(busy);
    expect(failed.signal.aborted).toBe(true);
    const done = new TimeBudget(clock(), 100_000);
    await done.run(async () => 7);
    expect(done.signal.aborted).toBe(false);
  });

  test('ends what must end before the rest of it', async () => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    const aborted: boolean[] = [];
    await budget.endingBefore(25_000, async (signal) => {
      time.pass(59_999);
      aborted.push(signal.aborted);
      time.pass(1);
      aborted.push(signal.aborted, budget.signal.aborted);
    });
    expect(aborted).toEqual([false, true, false]);
    expect(time.pendingAlarms).toBe(0);
  });

  test('begins nothing that would have to end at once', async () => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    time.pass(60_000);
    const work = jest.fn(async () => 7);
    await expect(budget.endingBefore(25_000, work)).rejects.toThrow(OutOfTimeError);
    expect(work).not.toHaveBeenCalled();
  });

  test('ends what must end early when all of it ends', async () => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    let inner: AbortSignal | undefined;
    const work = budget.run(() =>
      budget.endingBefore(25_000, async (signal) => {
        inner = signal;
        throw busy;
      }),
    );
    await expect(work).rejects.toBe(busy);
    expect(inner?.aborted).toBe(true);
  });

  test('is not tried to be extended: that it is over is told once, with what went wrong before', async () => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    budget.remember(busy);
    const work = budget.retry(() => budget.endingBefore(90_000, async () => 7), { when: always });
    await expect(work).rejects.toMatchObject({ name: 'OutOfTimeError', lastError: busy });
    expect(time.sleeps).toEqual([]);
    expect(new OutOfTimeError(new OutOfTimeError(busy)).lastError).toBe(busy);
  });

  test('keeps an error that something else made good did not have', async () => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    budget.remember(busy);
    await budget.retry(async () => 7, { when: always });
    expect(() => budget.check(1_000_000)).toThrow(expect.objectContaining({ lastError: busy }));
  });

  test('forgets an error that was made good', async () => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    let isFirst = true;
    const once = async () => {
      if (!isFirst) return;
      isFirst = false;
      throw busy;
    };
    const work = budget.run(async () => {
      await budget.retry(once, { when: always });
      time.pass(90_000);
      await new Promise(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ name: 'OutOfTimeError', lastError: undefined });
  });

  test('names an error that was remembered', async () => {
    const time = clock();
    const budget = new TimeBudget(time, 100_000);
    budget.remember(busy);
    time.pass(85_000);
    expect(() => budget.check()).toThrow(expect.objectContaining({ lastError: busy }));
  });

  test('pauses no longer than it is let', async () => {
    const time = clock();
    await new TimeBudget(time, 100_000).pause(3, 70);
    expect(time.sleeps).toEqual([70]);
  });

  test('gives what the work gives, and its error', async () => {
    await expect(new TimeBudget(clock(), 1_000).run(async () => 7)).resolves.toBe(7);
    await expect(new TimeBudget(clock(), 1_000).run(() => Promise.reject(busy))).rejects.toBe(busy);
  });
});

describe('a retry', () => {
  const failing = (times: number) => {
    let left = times;
    return async () => {
      left -= 1;
      if (left >= 0) throw busy;
      return 'done';
    };
  };

  test('waits longer each time, up to a ceiling', async () => {
    const time = clock();
    await new TimeBudget(time, 1_000_000).retry(failing(8), { when: always, withinMs: 1_000_000 });
    const { sleeps } = time;
    expect(sleeps).toHaveLength(8);
    expect(sleeps.slice(0, 3).map((ms) => ms / (sleeps[0] as number))).toEqual([1, 2, 4]);
    expect(sleeps.at(-1)).toBe(sleeps.at(-2));
  });

  test('is not made of an error that does not pass', async () => {
    const time = clock();
    const work = new TimeBudget(time, 1_000_000).retry(failing(1), { when: () => false });
    await expect(work).rejects.toBe(busy);
    expect(time.sleeps).toEqual([]);
  });

  test('is not made where its delay would end with the time or after it', async () => {
    const first = clock();
    await new TimeBudget(first, 1_000_000).retry(failing(1), { when: always });
    const delay = first.sleeps[0] as number;

    const exact = new TimeBudget(clock(), 1_000_000).retry(failing(1), { when: always, withinMs: delay });
    await expect(exact).rejects.toBe(busy);
    const enough = new TimeBudget(clock(), 1_000_000).retry(failing(1), { when: always, withinMs: delay + 1 });
    await expect(enough).resolves.toBe('done');
  });

  test('tells each error and the delay', async () => {
    const time = clock();
    const told: unknown[] = [];
    const onRetry = (...of: unknown[]) => void told.push(of);
    await new TimeBudget(time, 1_000_000).retry(failing(2), { when: always, onRetry });
    expect(told).toEqual(time.sleeps.map((delay) => [busy, delay]));
  });
});
