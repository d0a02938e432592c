import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { findNotUtf8, fromByteText, toByteText } from '../../../src/records/dataset/byte-text';
import { JsonSink, toJsonText, toView } from '../../../src/records/dataset/json-sink';

describe('byte text', () => {
  test('has a character for each byte of UTF-8, and goes back', () => {
    expect(toByteText('aé😀')).toBe('a\u00c3\u00a9\u00f0\u009f\u0098\u0080');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => fromByteText(toByteText(text)) === text));
  });

  test('is the text itself where that is ASCII', () => {
    expect(toByteText('plain "text"\n')).toBe('plain "text"\n');
    expect(fromByteText('plain "text"\n')).toBe('plain "text"\n');
  });
});

describe('bytes that are not UTF-8', () => {
  test.each([
    ['a byte of Latin-1', [0x61, 0xe9, 0x62], 1],
    ['a sequence cut short', [0x61, 0xf0, 0x9f, 0x98], 1],
    ['a sequence with a wrong byte', [0xe2, 0x82, 0x41], 0],
    ['a continuation without a beginning', [0x61, 0x62, 0x80], 2],
    ['an overlong form', [0xc0, 0xaf], 0],
    ['a surrogate', [0xed, 0xa0, 0x80], 0],
    ['a character beyond the last', [0xf4, 0x90, 0x80, 0x80], 0],
    ['a byte that nothing begins with', [0xff], 0],
  ])('are found: %s', (_, bytes, index) => {
    expect(findNotUtf8(Uint8Array.from(bytes))).toBe(index);
  });

  test('are found where Node finds some, and nowhere else', () => {
    const anyByte = fc.constantFrom(
      0x41,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc1,
      0xc2,
      0xdf,
      0xe0,
      0xe1,
      0xed,
      0xef,
      0xf0,
      0xf1,
      0xf3,
      0xf4,
      0xf5,
    );
    fc.assert(
      fc.property(fc.array(anyByte, { maxLength: 6 }), (list) => {
        const bytes = Uint8Array.from(list);
        const index = findNotUtf8(bytes);
        expect(index === -1).toBe(isUtf8(bytes));
        if (index !== -1) expect(isUtf8(bytes.subarray(0, index))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a sink of JSON', () => {
  const written = (write: (sink: JsonSink) => void) => {
    const sink = new JsonSink();
    write(sink);
    return Buffer.from(sink.take()).toString('latin1');
  };

  test('writes bytes as JSON.stringify writes text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = Buffer.from(`<${text}>`);
        const json = toJsonText(toByteText(text));
        const isShort = !/\\u00/.test(json);
        expect(
          written((sink) => expect(sink.writeBytes(toView(bytes), 1, bytes.length - 1, false)).toBe(isShort)),
        ).toBe(isShort ? json : '');
      }),
    );
  });

  test('sees every byte that needs an escape, wherever among others it stands', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      for (const others of [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0xff]) {
        for (let place = 0; place < 6; place += 1) {
          const bytes = Buffer.alloc(6, others);
          bytes[place] = byte;
          const json = toJsonText(bytes.toString('latin1'));
          const sink = new JsonSink();
          const isWritten = sink.writeBytes(toView(bytes), 0, 6, false);
          if (isWritten !== !json.includes('\\u00')) throw new Error(`byte ${byte} at ${place} among ${others}`);
          if (isWritten) expect(Buffer.from(sink.take()).toString('latin1')).toBe(json);
        }
      }
    }
  });

  test('writes quotes that are doubled once', () => {
    const bytes = Buffer.from('say ""a"", """"');
    expect(written((sink) => sink.writeBytes(toView(bytes), 0, bytes.length, true))).toBe('say \\"a\\", \\"\\"');
  });

  test('leaves text with control characters that have no short escape to others', () => {
    expect(written((sink) => expect(sink.writeBytes(toView(Buffer.from('a\u0001')), 0, 2, false)).toBe(false))).toBe(
      '',
    );
    expect(
      written((sink) => expect(sink.writeBytes(toView(Buffer.from('\b\f\n\r\t"\\')), 0, 7, false)).toBe(true)),
    ).toBe('\\b\\f\\n\\r\\t\\"\\\\');
  });

  test('grows with what is written, keeps it, and begins anew when it is taken', () => {
    const sink = new JsonSink();
    const long = 'x'.repeat(100_000);
    sink.writePiece(Buffer.from('{'));
    sink.writeText(long);
    sink.writePiece(Buffer.from('}'));
    expect(Buffer.from(sink.take()).toString()).toBe(`{${long}}`);
    sink.writeText('next');
    const taken = sink.take();
    expect(Buffer.from(taken).toString()).toBe('next');
    // It can change hands between threads.
    expect(taken.byteLength).toBe(taken.buffer.byteLength);
  });
});
