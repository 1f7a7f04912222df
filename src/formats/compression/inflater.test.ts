import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/noise.ts';
import { FormatError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import type { EngineKind } from './decoder.ts';
import { type InflateEnd, Inflater } from './inflater.ts';

const BEHIND = Buffer.from('what follows in the archive');

async function inflated(
  inflater: Inflater,
  stream: Buffer,
  most: number = Number.POSITIVE_INFINITY,
): Promise<{ readonly content: Buffer; readonly end: InflateEnd }> {
  const pieces: Buffer[] = [];
  let length = 0;
  const source = new MemorySource(Buffer.concat([Buffer.alloc(7, 'x'), stream, BEHIND]));
  const steps = inflater.inflate(source, 7, stream.length, (piece) => {
    pieces.push(Buffer.from(piece));
    length += piece.length;
    return length < most;
  });
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return { content: Buffer.concat(pieces), end: value };
    if (value !== 'pause') await value;
  }
}

const contents: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['zeros', Buffer.alloc(3_000_000)],
  ['noise', Buffer.from(noise(300_000))],
];

describe.each<EngineKind>(['handle', 'stream'])('Inflater (%s)', (kind) => {
  it('inflates one stream after the other, also behind one that is damaged or given up', async () => {
    const inflater = new Inflater(kind);
    try {
      for (const [, content] of contents) {
        const stream = deflateRawSync(content);
        const { content: made, end } = await inflated(inflater, stream);
        expect(made.equals(content)).toBe(true);
        expect(end).toEqual({ complete: true, used: stream.length });

        await expect(inflated(inflater, Buffer.alloc(1000, 0xff))).rejects.toThrow(FormatError);
      }
      const begun = await inflated(inflater, deflateRawSync(noise(300_000)), 100);
      expect(begun.end.complete).toBe(false);
      expect(begun.content.length).toBeLessThan(200_000);
      expect((await inflated(inflater, deflateRawSync(Buffer.from('a')))).content.toString()).toBe('a');
    } finally {
      inflater.close();
    }
  });

  it('says where a stream ends in the middle', async () => {
    const inflater = new Inflater(kind);
    const stream = deflateRawSync(noise(5000));
    const source = new MemorySource(stream.subarray(0, 2000));
    const steps = inflater.inflate(source, 0, 2000, () => true);
    let result = steps.next();
    while (result.done !== true) {
      if (result.value !== 'pause') await result.value;
      result = steps.next();
    }
    expect(result.value.complete).toBe(false);
    inflater.close();
  });
});
