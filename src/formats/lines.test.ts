import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lines } from './lines.ts';

async function* pieces(text: Buffer, size: number): AsyncGenerator<Uint8Array> {
  // One buffer for all pieces, as a reader of a file may do it.
  const shared = Buffer.alloc(size);
  for (let at = 0; at < text.length; at += size) {
    const length = text.copy(shared, 0, at, at + size);
    yield shared.subarray(0, length);
  }
}

async function read(text: string, size: number): Promise<string[]> {
  const result: string[] = [];
  for await (const line of lines(pieces(Buffer.from(text), size))) result.push(line.toString());
  return result;
}

describe('lines', () => {
  it.each([
    ['nothing', '', []],
    ['one line without an end', 'a', ['a']],
    ['an end at the end', 'a\nb\n', ['a', 'b']],
    ['blank lines', '\n\na\n\r\n\nb', ['a', 'b']],
    ['both kinds of ends', 'a\r\nb\n', ['a', 'b']],
    ['characters of several bytes', 'ä\n😀', ['ä', '😀']],
  ])('%s', async (_, text, expected) => {
    for (const size of [1, 2, 3, 100]) expect(await read(text, size)).toEqual(expected);
  });

  it('are the same however the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', '\n', 'ä', '\r\n', 'bc')),
        fc.integer({ min: 1, max: 5 }),
        async (parts, size) => {
          const text = parts.join('');
          expect(await read(text, size)).toEqual(text.split(/\r?\n/).filter((line) => line !== ''));
        },
      ),
    );
  });
});
