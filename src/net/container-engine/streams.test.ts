import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../test/support/fake-engine.ts';
import { demultiplex, FrameReader, ProgramStream } from './streams.ts';

function frame(channel: number, content: string | Buffer, length = Buffer.byteLength(content)): Buffer {
  const header = Buffer.from([channel, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(length, 4);
  return Buffer.concat([header, Buffer.from(content)]);
}

async function* cutAt(bytes: Buffer, places: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const place of [...places].sort((a, b) => a - b)) {
    yield bytes.subarray(from, place);
    from = Math.max(from, place);
  }
  yield bytes.subarray(from);
}

async function channelsOf(pieces: AsyncIterable<Buffer>, tty = false): Promise<{ stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  for await (const { channel, bytes } of demultiplex(pieces, tty, 'the engine')) {
    texts[channel] += bytes.toString('latin1');
  }
  return texts;
}

describe('demultiplex', () => {
  it('gives back what was framed, wherever the pieces are cut', async () => {
    const frames = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.string({ maxLength: 40 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.nat(600), { maxLength: 20 }), async (list, places) => {
        const latin = list.map(([channel, text]) => [channel, Buffer.from(text)] as const);
        const bytes = Buffer.concat(latin.map(([channel, text]) => frame(channel, text)));
        const expected = { stdout: '', stderr: '' };
        for (const [channel, text] of latin) expected[channel === 2 ? 'stderr' : 'stdout'] += text.toString('latin1');
        const cuts = places.map((place) => Math.min(place, bytes.length));
        expect(await channelsOf(cutAt(bytes, cuts))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('hands the bytes of a terminal on as they are', async () => {
    const bytes = Buffer.from('\x01\x00\x00\x00no frame at all');
    expect(await channelsOf(cutAt(bytes, [3]), true)).toEqual({ stdout: bytes.toString('latin1'), stderr: '' });
  });

  it('keeps nothing of a frame that claims to be of 4 GB', () => {
    const frames = new FrameReader();
    const pieces = [...frames.read(frame(1, 'x'.repeat(100), 0xffff_ffff))];
    expect(pieces.map(({ bytes }) => bytes.length)).toEqual([100]);
    const large = Buffer.alloc(1_000_000);
    let bytes = 100;
    for (let i = 0; i < 100; i += 1) for (const piece of frames.read(large)) bytes += piece.bytes.length;
    expect(bytes).toBe(100_000_100);
    expect(() => frames.end()).toThrow('in the middle of the output');
  });

  it.each([
    ['a channel that there is not', Buffer.from([3, 0, 0, 0, 0, 0, 0, 1, 65]), 'not in frames'],
    ['zeros that are none', Buffer.from([1, 0, 7, 0, 0, 0, 0, 1, 65]), 'not in frames'],
    ['text', Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), 'not in frames'],
    ['an end in a header', Buffer.from([1, 0, 0, 0, 0]), 'in the middle of the output'],
    ['an end in a frame', frame(1, 'abc', 4), 'in the middle of the output'],
  ])('tells of %s', async (_, bytes, words) => {
    const error = await failureOf(channelsOf(cutAt(bytes, [])));
    expect(error.failure).toBe('broken');
    expect(error.message).toMatch(/^the engine /);
    expect(error.message).toContain(words);
  });
});

describe('ProgramStream', () => {
  it('is the standard streams of a program, and keeps the end of its errors', async () => {
    const connection = new PassThrough();
    const stream = new ProgramStream(connection, 'the engine');
    connection.push(Buffer.concat([frame(1, 'out '), frame(2, 'e'.repeat(10_000)), frame(2, 'last'), frame(1, 'put')]));
    connection.push(null);
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text).toBe('out put');
    expect(stream.stderr.length).toBe(4096);
    expect(stream.stderr.toString()).toMatch(/^e+last$/);
  });

  it('fails where the connection ends in a frame', async () => {
    const connection = new PassThrough();
    const stream = new ProgramStream(connection, 'the engine');
    connection.push(frame(1, 'abc', 10));
    connection.push(null);
    const read = async (): Promise<void> => {
      for await (const _ of stream) {
        // what came is of no interest
      }
    };
    expect((await failureOf(read())).message).toContain('in the middle of the output');
  });
});
