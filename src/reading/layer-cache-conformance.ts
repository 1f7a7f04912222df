import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../limits.ts';
import type { CacheBounds, LayerCache } from './layer-cache.ts';
import { LayerPass } from './pass.ts';
import type { LayerReading } from './read-layer.ts';

/** Whatever keeps readings, as the suite finds it. */
export interface CacheOfSuite {
  readonly cache: LayerCache;
  /** Another cache over the same records. */
  again(bounds: CacheBounds): LayerCache;
  /** Changes the bytes of every record. */
  damage(): void | Promise<void>;
  /** Puts the record of one layer in the place of another. */
  exchange(from: string, to: string, readers: string): void | Promise<void>;
  /** Makes all records as old as if they were last used so many milliseconds before. */
  age(milliseconds: number): void | Promise<void>;
  /** From now on nothing can be had, nor kept. */
  breakDown(): void | Promise<void>;
}

const DAY = 24 * 3_600_000;
const READERS = '0123456789abcdef';
const bounds: CacheBounds = { bytes: 10_000_000, age: 30 * DAY };
const digest = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

/** @param text of its one fact; a megabyte makes a record of several pieces */
async function reading(text = ''): Promise<LayerReading> {
  const facts = await new LayerPass([], { limits: defaultLimits, temporary: '/nonexistent' }).close();
  return { facts: { ...facts, facts: [{ kind: 'release', path: 'x', text }] }, walk: { bytes: 1 } };
}

/** Text that does not become shorter. */
function noise(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 90));
  }).join('');
}

/** What every cache of layers does. */
export function describeLayerCache(
  name: string,
  isThere: boolean,
  open: (bounds: CacheBounds) => CacheOfSuite | Promise<CacheOfSuite>,
): void {
  describe.skipIf(!isThere)(name, () => {
    it('gives back what was put in, by digest and readers, to whoever else opens it', async () => {
      const { cache, again } = await open(bounds);
      const long = noise(2_000_000);
      await cache.put(digest(1), READERS, await reading('one'));
      await cache.put(digest(2), READERS, await reading(long));

      for (const one of [cache, again(bounds)]) {
        expect((await one.get(digest(1), READERS))?.facts.facts).toEqual([{ kind: 'release', path: 'x', text: 'one' }]);
        expect((await one.get(digest(2), READERS))?.facts.facts).toMatchObject([{ text: long }]);
        expect(await one.has(digest(1), READERS)).toBe(true);
        expect(await one.get(digest(3), READERS)).toBeUndefined();
        expect(await one.get(digest(1), 'f'.repeat(16))).toBeUndefined();
        expect(await one.has(digest(1), 'f'.repeat(16))).toBe(false);
      }
    });

    it.each([
      ['../../../../etc/passwd', READERS],
      ['sha256:abc', READERS],
      ['sha512:00', READERS],
      [`sha256:${'0'.repeat(63)}/`, READERS],
      [digest(1), '../../readers'],
    ])('keeps nothing under the digest %s and the readers %s', async (what, readers) => {
      const { cache } = await open(bounds);
      await cache.put(what, readers, await reading());
      expect([await cache.has(what, readers), await cache.get(what, readers)]).toEqual([false, undefined]);
    });

    it('takes the same record again', async () => {
      const { cache } = await open(bounds);
      await Promise.all([1, 2, 3].map(async () => await cache.put(digest(1), READERS, await reading('same'))));
      expect((await cache.get(digest(1), READERS))?.facts.facts).toMatchObject([{ text: 'same' }]);
    });

    it('throws a damaged record away, and takes another one', async () => {
      const { cache, damage } = await open(bounds);
      await cache.put(digest(1), READERS, await reading('one'));
      await damage();
      expect(await cache.get(digest(1), READERS)).toBeUndefined();
      expect(await cache.has(digest(1), READERS)).toBe(false);
      await cache.put(digest(1), READERS, await reading('two'));
      expect((await cache.get(digest(1), READERS))?.facts.facts).toMatchObject([{ text: 'two' }]);
    });

    it('throws a record under a wrong name away', async () => {
      const { cache, exchange } = await open(bounds);
      await cache.put(digest(1), READERS, await reading('one'));
      await cache.put(digest(2), READERS, await reading('two'));
      await exchange(digest(1), digest(2), READERS);
      expect(await cache.get(digest(2), READERS)).toBeUndefined();
      expect(await cache.has(digest(2), READERS)).toBe(false);
    });

    it('has nothing, and throws nothing, where it cannot be had', async () => {
      const { cache, breakDown } = await open(bounds);
      await cache.put(digest(1), READERS, await reading());
      await breakDown();
      await cache.put(digest(2), READERS, await reading());
      expect([await cache.has(digest(1), READERS), await cache.get(digest(1), READERS)]).toEqual([false, undefined]);
    });

    it('lets what is old go', async () => {
      const { cache, again, age } = await open(bounds);
      await cache.put(digest(1), READERS, await reading());
      await age(31 * DAY);
      // The first one that a process keeps, or soon after, looks through all.
      await again({ ...bounds, bytes: 5_000_000 }).put(digest(2), READERS, await reading());
      const [old, young] = [await cache.has(digest(1), READERS), await cache.has(digest(2), READERS)];
      expect([old, young]).toEqual([false, true]);
    });

    it('keeps no record that is larger than all together may be', async () => {
      const { cache } = await open({ ...bounds, bytes: 100_000 });
      await cache.put(digest(1), READERS, await reading(noise(1_000_000)));
      expect(await cache.has(digest(1), READERS)).toBe(false);
    });

    it('keeps nothing when it may keep nothing', async () => {
      const { cache } = await open({ ...bounds, bytes: 0 });
      await cache.put(digest(1), READERS, await reading());
      expect([cache.keeps, await cache.has(digest(1), READERS)]).toEqual([false, false]);
    });
  });
}
