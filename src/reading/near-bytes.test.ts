import { describe, expect, it } from 'vitest';
import { MemorySource } from '../formats/byte-source.ts';
import type { ByteSource } from '../model/bytes.ts';
import { NearBytes } from './near-bytes.ts';

const KiB = 1024;

/** A source that remembers what was read of it. */
function watched(bytes: Uint8Array): { readonly body: ByteSource; readonly reads: number[] } {
  const source = new MemorySource(bytes);
  const reads: number[] = [];
  const read: ByteSource['read'] = (target, position) => {
    const got = source.read(target, position);
    reads.push(got);
    return got;
  };
  return { body: { size: source.size, read, slice: (start, length) => source.slice(start, length) }, reads };
}

function content(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => (at * 7) % 251));
}

describe('files that are near', () => {
  it.each([
    ['one that its first bytes are all of', 5 * KiB, [5 * KiB]],
    ['one with more', 40 * KiB, [16 * KiB, 24 * KiB]],
    ['the largest', 1024 * KiB, [16 * KiB, 1008 * KiB]],
  ])('are read once, however many look at them: %s', (_, length, expected) => {
    const bytes = content(length);
    const { body, reads } = watched(bytes);
    const near = new NearBytes();

    const begun = near.begin(body);
    expect(begun).toEqual(bytes.subarray(0, begun.length));
    const kept = near.finish({ body, why: 'told on' }, begun.length);
    const again = Buffer.alloc(length);
    kept.body.read(again, 0);

    expect(kept.bytes?.equals(bytes)).toBe(true);
    expect(again.equals(bytes)).toBe(true);
    expect(kept.why).toBe('told on');
    expect(reads).toEqual(expected);
  });

  it('stay where they are where they are large', () => {
    const { body } = watched(content(1024 * KiB + 1));
    const near = new NearBytes();
    const kept = { body };

    expect(near.finish(kept, near.begin(body).length)).toBe(kept);
  });

  it('stay where they are where they become shorter', () => {
    const { body } = watched(content(5 * KiB));
    const near = new NearBytes();
    const kept = { body: { ...body, size: 6 * KiB } };

    expect(near.finish(kept, near.begin(kept.body).length)).toBe(kept);
  });
});
