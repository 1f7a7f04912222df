import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/noise.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { FormatError } from '../../errors.ts';
import { deflate64 } from './deflate64.ts';
import { Input } from './input.ts';

function undone(compressed: Uint8Array): Buffer {
  const input = new Input();
  let from = 0;
  const pieces: Buffer[] = [];
  const steps = deflate64({ input, engine: 'handle', consume: (piece) => pieces.push(Buffer.from(piece)) });
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return Buffer.concat(pieces);
    if (value !== 'input') continue;
    // A few bytes at a time: so it has to wait in the middle of everything.
    const part = compressed.subarray(from, from + Math.min(17, input.room.length));
    from += part.length;
    input.room.set(part);
    input.end += part.length;
    if (part.length === 0) input.ended = true;
  }
}

/** What 7-Zip makes, taken out of its zip archive; undefined where it is not there. */
function by7Zip(bytes: Uint8Array): Buffer | undefined {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'a'), bytes);
  const { status } = spawnSync('7z', ['a', '-tzip', '-mm=deflate64', '-bd', 'a.zip', 'a'], { cwd: folder });
  if (status !== 0) return undefined;
  const archive = readFileSync(path.join(folder, 'a.zip'));
  expect(archive.readUInt16LE(8)).toBe(9);
  const start = 30 + archive.readUInt16LE(26) + archive.readUInt16LE(28);
  return archive.subarray(start, start + archive.readUInt32LE(18));
}

describe('a stream of Deflate64', () => {
  const program = readFileSync(process.execPath).subarray(30_000_000, 31_500_000);
  const far = noise(60_000);
  const inputs: readonly (readonly [string, Buffer])[] = [
    ['a program', program],
    ['long runs', Buffer.alloc(1_000_000, 'a')],
    ['matches that are far away', Buffer.concat([far, far, far, noise(5000, 1), far])],
  ];
  const made = inputs.map(([what, input]) => [what, input, by7Zip(input)] as const);
  const isAbsent = made[0]?.[2] === undefined;

  it.skipIf(isAbsent).each(made)(isAbsent ? '7-Zip is not there' : 'of 7-Zip is undone: %s', (_, input, compressed) => {
    expect(undone(compressed as Buffer).equals(input)).toBe(true);
  });

  it('is what deflate makes as long as that has neither long matches nor far ones', () => {
    for (const level of [0, 1, 9]) {
      const input = Buffer.concat([noise(3000), Buffer.from('text '.repeat(40)), noise(3000, 2)]);
      expect(undone(deflateRawSync(input, { level })).equals(input)).toBe(true);
    }
  });

  it('of any bytes is undone, or refused as damaged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isDynamic) => {
        if (isDynamic && bytes.length > 0) bytes[0] = ((bytes[0] as number) & 0xf8) | 5;
        try {
          undone(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
