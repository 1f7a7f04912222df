import { chmodSync, copyFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { defaultLimits } from '../limits.ts';
import { silent } from '../log.ts';
import { type CacheBounds, LayerCache } from './layer-cache.ts';
import { LayerPass } from './pass.ts';
import type { LayerReading } from './read-layer.ts';

const HOUR = 3_600_000;
const bounds: CacheBounds = { bytes: 1_000_000, age: 30 * 24 * HOUR };
const digest = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

async function reading(text = ''): Promise<LayerReading> {
  const facts = await new LayerPass([], { limits: defaultLimits, temporary: '/nonexistent' }).close();
  return { facts: { ...facts, facts: [{ kind: 'release', path: 'x', text }] }, walk: { bytes: 1 } };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

const recordsBelow = (folder: string): string[] => filesBelow(folder).filter((file) => path.basename(file) !== 'swept');

const open = (
  folder = path.join(temporaryFolder(), 'a/b/layers'),
  how = bounds,
): { cache: LayerCache; folder: string } => ({
  cache: new LayerCache(folder, how, silent),
  folder,
});

describe('LayerCache', () => {
  it('gives back what was put in, by digest and readers', async () => {
    const { cache } = open();
    cache.put(digest(1), 'readers', await reading('one'));

    expect(cache.get(digest(1), 'readers')?.facts.facts).toEqual([{ kind: 'release', path: 'x', text: 'one' }]);
    expect(cache.has(digest(1), 'readers')).toBe(true);
    expect(cache.get(digest(2), 'readers')).toBeUndefined();
    expect(cache.get(digest(1), 'other')).toBeUndefined();
  });

  it('is closed to everybody else', async () => {
    const { cache, folder } = open();
    cache.put(digest(1), 'readers', await reading());

    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of recordsBelow(folder)) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is not used where others may write', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o770);
    const { cache } = open(folder);
    cache.put(digest(1), 'readers', await reading());

    expect(recordsBelow(folder)).toEqual([]);
  });

  it.each(['../../../../etc/passwd', 'sha256:abc', 'sha512:00', `sha256:${'0'.repeat(63)}/`])(
    'keeps nothing under the digest %s',
    async (name) => {
      const { cache, folder } = open();
      cache.put(digest(1), 'readers', await reading());
      cache.put(name, 'readers', await reading());

      expect(recordsBelow(folder)).toHaveLength(1);
      expect(cache.has(name, 'readers')).toBe(false);
    },
  );

  it('throws a damaged record away', async () => {
    const { cache, folder } = open();
    cache.put(digest(1), 'readers', await reading());
    const [file] = recordsBelow(folder);
    writeFileSync(file!, 'damaged');

    expect(cache.get(digest(1), 'readers')).toBeUndefined();
    expect(recordsBelow(folder)).toEqual([]);
  });

  it('throws a record under a wrong name away', async () => {
    const { cache, folder } = open();
    cache.put(digest(1), 'readers', await reading('one'));
    cache.put(digest(2), 'readers', await reading('two'));
    const [one, two] = recordsBelow(folder).sort();
    copyFileSync(one!, two!);

    expect(cache.get(digest(2), 'readers')).toBeUndefined();
    expect(cache.get(digest(1), 'readers')).toBeDefined();
  });

  it('costs a scan nothing but time where it cannot be written', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { cache } = open(path.join(file, 'layers'));

    cache.put(digest(1), 'readers', await reading());

    expect(cache.get(digest(1), 'readers')).toBeUndefined();
  });

  it('takes out what is old, what no writer finished, and the oldest beyond its size', async () => {
    const { cache, folder } = open(undefined, { bytes: 1_000_000, age: 10 * HOUR });
    const now = Date.now();
    const aged = (file: string, hours: number): void =>
      utimesSync(file, (now - hours * HOUR) / 1000, (now - hours * HOUR) / 1000);
    for (const n of [1, 2, 3]) cache.put(digest(n * 2 ** 250), 'readers', await reading(String(n)));
    const records = recordsBelow(folder).sort();
    aged(records[0]!, 11);
    aged(records[1]!, 2);
    const young = path.join(path.dirname(records[1]!), 'young.1-1.tmp');
    const left = path.join(path.dirname(records[1]!), 'left.1-1.tmp');
    for (const file of [young, left]) writeFileSync(file, 'half a record');
    aged(left, 2);

    expect(cache.sweep(now).files).toBe(2);
    expect(recordsBelow(folder).sort()).toEqual([records[1]!, young, records[2]!].sort());

    const small = new LayerCache(folder, { bytes: statSync(records[2]!).size + 100, age: 10 * HOUR }, silent);
    expect(small.sweep(now).files).toBe(1);
    expect(recordsBelow(folder)).toContain(records[2]);
  });

  it('leaves nothing when it is cleared', async () => {
    const { cache, folder } = open();
    for (const n of [1, 2, 3]) cache.put(digest(n * 2 ** 250), 'readers', await reading());

    const removed = cache.clear();

    expect(removed.files).toBe(3);
    expect(removed.bytes).toBeGreaterThan(100);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  it('keeps nothing when it may keep nothing', async () => {
    const { cache, folder } = open(undefined, { ...bounds, bytes: 0 });
    cache.put(digest(1), 'readers', await reading());

    expect(cache.has(digest(1), 'readers')).toBe(false);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });
});
