import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type Frame, FrameReader, PIECE } from './relay-frames.ts';

describe('frames', () => {
  it('come out as they went in, however they are cut', () => {
    const frame = fc.record({
      kind: fc.integer({ min: 0, max: 255 }),
      stream: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      payload: fc.uint8Array({ maxLength: 100 }),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 40 })), (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ kind, stream, payload }) => encodeFrame(kind, stream, payload)));
        const reader = new FrameReader();
        const read: Frame[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          read.push(...reader.read(bytes.subarray(at, at + cut)));
          at += cut;
        }

        expect(read.map((one) => ({ ...one, payload: new Uint8Array(one.payload) }))).toEqual(frames);
      }),
    );
  });

  it.each([0, 4, 10 + PIECE, 2 ** 32 - 1])('of %d bytes are refused', (length) => {
    const bytes = Buffer.alloc(20);
    bytes.writeUInt32BE(length, 0);

    expect(() => [...new FrameReader().read(bytes)]).toThrow(/bytes is none/);
  });
});
