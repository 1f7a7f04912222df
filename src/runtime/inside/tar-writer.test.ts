import { describe, expect, it } from 'vitest';
import { writeTar } from './tar-writer.ts';

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function all(written: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const piece of written) found.push(piece);
  return found;
}

describe('writeTar', () => {
  it('writes what comes in pieces like what is there at once', async () => {
    const entry = { path: 'a', type: 'file', mode: 0o644 } as const;
    const streamed = writeTar([{ ...entry, content: { size: 5, bytes: pieces('he', 'llo') } }]);
    const whole = writeTar([{ ...entry, content: Buffer.from('hello') }]);
    expect(Buffer.concat(await all(streamed))).toEqual(Buffer.concat(await all(whole)));
  });

  it.each([
    ['less', 6],
    ['more', 4],
  ])('notices that a stream has %s than it says', async (_, size) => {
    const written = writeTar([{ path: 'a', type: 'file', mode: 0o644, content: { size, bytes: pieces('he', 'llo') } }]);
    await expect(all(written)).rejects.toThrow(`a has not the ${size} bytes`);
  });

  it.each([
    ['in octal digits', 8 ** 11 - 1, '777777777777'.slice(1)],
    ['in binary where those are too few', 8 ** 11, '\x80\0\0\0\0\0\0\x02\0\0\0\0'],
  ])('writes a size %s', async (_, size, field) => {
    const written = writeTar([{ path: 'a', type: 'file', mode: 0o644, content: { size, bytes: pieces('x') } }]);
    const { value } = await written.next();
    expect(Buffer.from(value as Uint8Array).toString('latin1', 124, 124 + field.length)).toBe(field);
  });
});
