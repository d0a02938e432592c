import fc from 'fast-check';
import { readJobProperties } from '../../src/core/event';
import { makeStartJob } from '../../src/handlers/start-job';
import createEvent from '../events/create.json';
import deleteEvent from '../events/delete.json';
import rollbackDeleteEvent from '../events/rollback-delete.json';
import rollbackUpdateEvent from '../events/rollback-update.json';
import updateEvent from '../events/update.json';
import { FakeClock } from './fake-clock';
import { FakeServices, serviceError } from './fake-services';
import { ASSET, records } from './starter';

/** FUZZ_SEED repeats a run whose seed was printed, FUZZ_RUNS makes a longer one. */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env.FUZZ_RUNS ?? 10_000);

const REAL_EVENTS: object[] = [createEvent, updateEvent, deleteEvent, rollbackDeleteEvent, rollbackUpdateEvent];

interface Answer {
  readonly Status: unknown;
  readonly Reason?: unknown;
  readonly PhysicalResourceId?: unknown;
}

interface Outcome {
  readonly bodies: readonly string[];
  readonly warnings: number;
  readonly started: number;
}

const INPUT_BYTES = records(100);

/** What becomes of an event, in an account where all is well unless said otherwise: what goes wrong is the event's fault. */
async function sendTo(event: unknown, upset: (services: FakeServices) => void = () => undefined): Promise<Outcome> {
  const services = new FakeServices();
  services.put(ASSET, INPUT_BYTES);
  upset(services);
  const bodies: string[] = [];
  let warnings = 0;
  const handler = makeStartJob({
    connect: () => services,
    // As strict about the address as the real one.
    putAnswer: async (url, body) => void (new URL(url) && bodies.push(body)),
    clock: new FakeClock(),
    log: {
      info: () => undefined,
      warn: () => {
        warnings += 1;
      },
    },
  });
  await handler(event, { getRemainingTimeInMillis: () => 180_000 });
  return { bodies, warnings, started: services.count('create') };
}

/** One answer, FAILED with a reason; SUCCESS is for deletes, and for events that a change has left readable. */
async function expectAnswered(event: unknown): Promise<void> {
  const { bodies, warnings, started } = await sendTo(event);
  const { RequestType, ResponseURL, ResourceProperties } = Object(event) as Record<string, unknown>;
  if (typeof ResponseURL !== 'string' || !/^https?:/.test(ResponseURL) || !URL.canParse(ResponseURL)) {
    expect(bodies).toEqual([]);
    expect(warnings).toBe(1);
    return;
  }
  expect(bodies).toHaveLength(1);
  const answer = JSON.parse(bodies[0] ?? '') as Answer;
  if (RequestType === 'Delete') {
    expect(answer.Status).toBe('SUCCESS');
    expect(started).toBe(0);
  } else if (answer.Status === 'SUCCESS') {
    expect(['Create', 'Update']).toContain(RequestType);
    expect(() => readJobProperties(ResourceProperties)).not.toThrow();
  } else {
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toEqual(expect.stringMatching(/./));
    expect(started).toBe(0);
    // What the answer must repeat is CloudFormation's own, and never that long.
    const repeated = Buffer.byteLength(JSON.stringify({ ...answer, Reason: '' }));
    expect(repeated > 4_000 || Buffer.byteLength(bodies[0] ?? '') < 4_096).toBe(true);
  }
  expect(answer.PhysicalResourceId).toEqual(expect.stringMatching(/./s));
}

type Path = readonly (string | number)[];

/** Every place in a value, the deepest too. */
function pathsIn(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [
    [key],
    ...pathsIn((value as Record<string | number, unknown>)[key]).map((rest) => [key, ...rest]),
  ]);
}

type Change = { readonly drop: true } | { readonly value: unknown };

/** As JSON.parse would have made it: `__proto__` is a member like any other. */
function changed(value: unknown, [key, ...rest]: Path, change: Change): unknown {
  if (key === undefined) return 'value' in change ? change.value : value;
  // An earlier change may have put something else here, which has no such place.
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item, index) => (index === key ? changed(item, rest, change) : item));
    return rest.length === 0 && 'drop' in change ? items.filter((_, index) => index !== key) : items;
  }
  const entries = Object.entries(value).filter(([name]) => !(name === key && rest.length === 0 && 'drop' in change));
  return Object.fromEntries(
    entries.map(([name, member]) => [name, name === key ? changed(member, rest, change) : member]),
  );
}

const POLLUTING = [
  '{"__proto__":{"Status":"SUCCESS","polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"__proto__":null,"toString":null,"valueOf":7,"then":"x","length":-1}',
].map((text) => JSON.parse(text) as unknown);

const oddText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e9',
    'NaN',
    '\u0000',
    '\ud800',
    '../..',
    's3://',
    'https://',
    '𝔛'.repeat(3_000),
  ),
  fc.constantFrom('x', '"', '*', '\u0001').map((letter) => letter.repeat(20_000)),
);

const oddValue = fc.oneof(
  { weight: 3, arbitrary: oddText },
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1e21, [], {}, [[]], [{}], ...POLLUTING) },
  { weight: 1, arbitrary: fc.array(fc.constant('x'), { minLength: 1_000, maxLength: 1_000 }) },
);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>({ drop: true }),
  oddValue.map((value): Change => ({ value })),
);

/** A real event with up to three places dropped, retyped or filled with something odd. */
const mutatedEvent = fc
  .constantFrom(...REAL_EVENTS)
  .chain((event) =>
    fc
      .array(fc.tuple(fc.constantFrom(...pathsIn(event)), change), { minLength: 1, maxLength: 3 })
      .map((changes) => changes.reduce<unknown>((result, [path, one]) => changed(result, path, one), event)),
  );

const TYPES = ['Create', 'Update', 'Delete'];

/** Members of the right names with anything in them. */
const shapelessEvent = fc.record(
  {
    RequestType: fc.oneof(fc.constantFrom(...TYPES), oddValue),
    ResponseURL: fc.oneof(fc.constant(createEvent.ResponseURL), fc.webUrl(), oddValue),
    StackId: oddValue,
    RequestId: oddValue,
    LogicalResourceId: oddValue,
    PhysicalResourceId: fc.oneof(fc.constant(updateEvent.PhysicalResourceId), oddValue),
    ResourceProperties: oddValue,
    OldResourceProperties: oddValue,
  },
  { requiredKeys: [] },
);

const anyEvent = fc.oneof(
  { weight: 6, arbitrary: mutatedEvent },
  { weight: 3, arbitrary: shapelessEvent as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> },
);

/** What a service may do, in words of any kind. */
const trouble = fc.record({
  method: fc.constantFrom('find', 'get', 'create', 'stop', 'tag', 'untag', 'list', 'open', 'copy', 'inferenceProfile'),
  error: fc
    .tuple(
      fc.constantFrom('ValidationException', 'AccessDenied', 'ThrottlingException', 'ConflictException', 'Odd'),
      oddText,
      fc.constantFrom(400, 403, 409, 429, 500, undefined),
    )
    .map(([name, message, status]) => serviceError(name, message, status)),
  times: fc.constantFrom(1, 2, 100),
});

/** Without any of these, or with an object in its place, no version can know what job is meant. */
const NEEDED: Path[] = [
  ['RequestType'],
  ['StackId'],
  ['LogicalResourceId'],
  ['ResourceProperties'],
  ...['namePrefix', 'modelId', 'invocationType', 'roleArn', 'input', 'outputBucket', 'minRecords', 'stopPolicy'].map(
    (name) => ['ResourceProperties', name],
  ),
  ['ResourceProperties', 'input', 'bucket'],
  ['ResourceProperties', 'stagedFrom', 'key'],
];

describe(`malformed events (seed ${seed})`, () => {
  beforeAll(() => {
    process.stderr.write(`fuzz: ${RUNS} events, seed ${seed}\n`);
  });

  // An unhandled rejection fails the test that it happens in: jest sees to that once the event loop has gone round.
  afterEach(() => new Promise((resolve) => setImmediate(resolve)));

  test('end in one answer each: FAILED with a reason, or success of a delete; or in a warning, where nobody waits', async () => {
    await fc.assert(fc.asyncProperty(anyEvent, expectAnswered), { seed, numRuns: RUNS * 0.95, endOnFailure: true });
  }, 60_000);

  test('that lack what a job cannot be without end in FAILED with a reason, and start nothing', async () => {
    const broken = fc.tuple(
      fc.constantFrom<object>(createEvent, updateEvent, rollbackUpdateEvent),
      fc.constantFrom(...NEEDED),
      fc.constantFrom<Change>({ drop: true }, { value: '' }, { value: null }, { value: {} }, { value: [] }),
    );
    await fc.assert(
      fc.asyncProperty(broken, async ([event, path, one]) => {
        const { bodies, started } = await sendTo(changed(event, path, one));
        expect(bodies).toHaveLength(1);
        expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
          Status: 'FAILED',
          Reason: expect.stringMatching(/\[Malformed(Event|Property)\]/),
        });
        expect(started).toBe(0);
      }),
      { seed, numRuns: RUNS * 0.05 },
    );
  });

  test('end in one answer each where the services fail, too, and a FAILED one has a reason', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent, fc.array(trouble, { minLength: 1, maxLength: 4 }), async (event, troubles) => {
        const { bodies } = await sendTo(event, (services) => {
          for (const { method, error, times } of troubles) services.fail(method, error, { times });
        });
        const { ResponseURL } = Object(event) as Record<string, unknown>;
        if (typeof ResponseURL !== 'string' || !/^https?:/.test(ResponseURL) || !URL.canParse(ResponseURL)) return;
        expect(bodies).toHaveLength(1);
        const answer = JSON.parse(bodies[0] ?? '') as Answer;
        expect(['SUCCESS', 'FAILED']).toContain(answer.Status);
        if (answer.Status === 'FAILED') expect(answer.Reason).toEqual(expect.stringMatching(/./));
        expect(answer.PhysicalResourceId).toEqual(expect.stringMatching(/./s));
      }),
      { seed, numRuns: RUNS * 0.1, endOnFailure: true },
    );
  }, 60_000);

  test('leave nothing behind on the prototypes', () => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
