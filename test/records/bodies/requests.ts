import fc from 'fast-check';
import { BatchInferenceError } from '../../../src/core/batch-inference-error';
import type { Issue } from '../../../src/core/issue';
import type {
  BodyFormat,
  BodyModel,
  BodyRequest,
  ImageSource,
  InferenceParameters,
} from '../../../src/records/body-format';

/** Any text at all, lone surrogates and control characters included. */
export const prompts = fc.string({ unit: 'binary', minLength: 1 });

const texts = fc.string({ unit: 'binary', minLength: 1 });

export const base64Images: fc.Arbitrary<ImageSource> = fc.record({
  format: fc.constantFrom('png', 'jpeg', 'gif', 'webp'),
  base64: fc.base64String({ minLength: 4 }),
});

export const s3Images: fc.Arbitrary<ImageSource> = fc.record(
  {
    format: fc.constantFrom('png', 'jpeg', 'gif', 'webp'),
    s3Uri: fc.constant('s3://bucket/images/1.png'),
    bucketOwner: fc.constant('111122223333'),
  },
  { requiredKeys: ['format', 's3Uri'] },
);

/** Parameters that every text family takes; `more` are those that only some do. */
export function parameters(
  maxTokens: number,
  more: { [name in keyof InferenceParameters]?: fc.Arbitrary<InferenceParameters[name]> } = {},
): fc.Arbitrary<InferenceParameters> {
  return fc.record(
    {
      maxTokens: fc.integer({ min: 1, max: maxTokens }),
      temperature: fc.double({ min: 0, max: 1, noNaN: true }),
      topP: fc.double({ min: 0, max: 1, noNaN: true }),
      ...more,
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<InferenceParameters>;
}

export function stopSequences(max: number): fc.Arbitrary<string[]> {
  return fc.array(texts, { maxLength: max });
}

export function requests(optional: {
  parameters?: fc.Arbitrary<InferenceParameters>;
  images?: fc.Arbitrary<ImageSource>;
  maxImages?: number;
  systemPrompt?: boolean;
}): fc.Arbitrary<BodyRequest> {
  const { parameters: taken, images, maxImages = 3, systemPrompt = true } = optional;
  return fc.record(
    {
      prompt: prompts,
      ...(systemPrompt ? { systemPrompt: fc.string({ unit: 'binary' }) } : {}),
      ...(taken ? { parameters: taken } : {}),
      ...(images ? { images: fc.array(images, { maxLength: maxImages }) } : {}),
    },
    { requiredKeys: ['prompt'] },
  ) as fc.Arbitrary<BodyRequest>;
}

/** What holds for every family. */
export function describeRound(format: BodyFormat, valid: fc.Arbitrary<BodyRequest>, model: BodyModel = {}): void {
  describe('what is built', () => {
    test('is accepted without an issue, whatever the prompt', () => {
      fc.assert(
        fc.property(valid, (request) => {
          const built = JSON.parse(JSON.stringify(format.build(request, model)));
          expect(format.check(built, model)).toEqual([]);
        }),
      );
    });

    test('is the same as JSON as it is as an object', () => {
      fc.assert(
        fc.property(valid, (request) => {
          const built = format.build(request, model);
          expect(format.check(built as Record<string, unknown>, model)).toEqual([]);
          expect(JSON.stringify(JSON.parse(JSON.stringify(built)))).toBe(JSON.stringify(built));
        }),
      );
    });

    test('holds the prompt as it is', () => {
      fc.assert(
        fc.property(valid, (request) => {
          const line = JSON.stringify(format.build(request, model));
          expect(line).toContain(JSON.stringify(request.prompt).slice(1, -1));
        }),
      );
    });
  });

  describe('a check', () => {
    test('never throws, whatever JSON it gets', () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
          expect(Array.isArray(format.check(value as never, model))).toBe(true);
        }),
      );
    });

    test('never throws over a body of which any one part was replaced', () => {
      fc.assert(
        fc.property(valid, fc.nat(), fc.jsonValue(), (request, place, value) => {
          const body = replaced(JSON.parse(JSON.stringify(format.build(request, model))), place, value);
          for (const { code, input, message } of format.check(body as never, model)) {
            expect(code).toMatch(/^[A-Z][A-Za-z0-9]+$/);
            expect(input).toMatch(/^modelInput/);
            expect(message).toMatch(/^[a-z].*[^.]$/s);
          }
        }),
      );
    });

    test('tells a few of ten thousand mistakes', () => {
      const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`x${index}`, index]));
      expect(format.check(body, model).length).toBeLessThan(30);
    });
  });
}

/** The `place`-th value inside, counted around, replaced by another. */
function replaced(body: unknown, place: number, value: unknown): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (inner: unknown) => {
    if (typeof inner !== 'object' || inner === null) return;
    for (const name of Object.keys(inner)) {
      places.push([inner as Record<string, unknown>, name]);
      walk((inner as Record<string, unknown>)[name]);
    }
  };
  walk(body);
  const [holder, name] = places[place % places.length];
  holder[name] = value;
  return body;
}

/** Issues of the error that a build ends with. */
export function issuesOf(build: () => unknown): readonly Issue[] {
  try {
    build();
  } catch (error) {
    if (BatchInferenceError.is(error)) return error.issues;
    throw error;
  }
  return [];
}
