import { readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noise } from '../../test/support/noise.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { readBytes } from '../formats/byte-source.ts';
import { PassingBodies, type PassingBody } from './passing-bodies.ts';

const MiB = 1024 * 1024;

function write(body: PassingBody, content: Buffer): void {
  for (let at = 0; at < content.length; at += 300_007) body.write(content.subarray(at, at + 300_007));
}

const textOf = ({ kept: { body } }: PassingBody): Buffer => readBytes(body, 0, body.size);

describe('PassingBodies', () => {
  it.each([
    ['in memory', 1000],
    ['in memory, more than was expected', 10 * MiB],
    ['in a file', 20 * MiB],
  ])('keeps a body %s until it is released', (_, size) => {
    const bodies = new PassingBodies(temporaryFolder(), 64 * MiB);
    for (const seed of [1, 2]) {
      const content = noise(size, seed);
      const body = bodies.begin(1000);
      write(body, content);
      expect(textOf(body).equals(content)).toBe(true);
      expect(body.kept.bytes === undefined).toBe(size > 16 * MiB);
      body.release();
    }
    bodies.close();
  });

  it('keeps a body while others are begun and released, as those of archives are', () => {
    const bodies = new PassingBodies(temporaryFolder(), 64 * MiB);
    const contents = [noise(18 * MiB, 1), noise(5 * MiB, 2), noise(6 * MiB, 3), noise(100, 4)];
    const open = contents.slice(0, 2).map((content) => {
      const body = bodies.begin(content.length);
      write(body, content);
      return body;
    });
    for (const content of contents.slice(2)) {
      const body = bodies.begin(content.length);
      write(body, content);
      expect(textOf(body).equals(content)).toBe(true);
      body.release();
    }
    for (const [number, body] of open.entries()) expect(textOf(body).equals(contents[number]!)).toBe(true);
    for (const body of open.reverse()) body.release();
    bodies.close();
  });

  it('gives a buffer back at once when it became too small', () => {
    const bodies = new PassingBodies(temporaryFolder(), 64 * MiB);
    const piece = Buffer.alloc(100_000);
    const before = process.memoryUsage().arrayBuffers;
    const body = bodies.begin(0);
    while (body.length < 15 * MiB) body.write(piece);

    // All sizes on the way to 16 MiB together take 32.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * MiB);
    body.release();
    bodies.close();
  });

  it('says why where there is no room, and has room for the next one', () => {
    const bodies = new PassingBodies(temporaryFolder(), 17 * MiB);
    const large = bodies.begin(0);
    write(large, noise(18 * MiB));
    expect(large.isCut).toBe(true);
    expect(large.kept.why).toContain('more than');
    large.release();
    const small = bodies.begin(0);
    write(small, noise(16.5 * MiB, 1));
    expect(textOf(small).equals(noise(16.5 * MiB, 1))).toBe(true);
    small.release();
    bodies.close();
  });

  it('says why where no file can be made, for large bodies alone', () => {
    const bodies = new PassingBodies('/nonexistent', 64 * MiB);
    for (const [size, why] of [
      [17 * MiB, true],
      [100, false],
    ] as const) {
      const body = bodies.begin(size);
      write(body, noise(size));
      expect(body.kept.why !== undefined).toBe(why);
      body.release();
    }
    bodies.close();
  });

  it.skipIf(process.platform !== 'linux')('leaves no name behind, and cuts the file back', () => {
    const bodies = new PassingBodies(temporaryFolder(), 64 * MiB);
    const body = bodies.begin(0);
    write(body, noise(17 * MiB));
    const { descriptor } = (body.kept.body as unknown as { place: { descriptor: number } }).place;
    expect(readlinkSync(`/proc/self/fd/${descriptor}`)).toMatch(/ \(deleted\)$/);
    body.release();
    bodies.close();
  });
});
