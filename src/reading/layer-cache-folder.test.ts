import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { defaultLimits } from '../limits.ts';
import { silent } from '../log.ts';
import type { CacheBounds } from './layer-cache.ts';
import { describeLayerCache } from './layer-cache-conformance.ts';
import { FolderLayerCache } from './layer-cache-folder.ts';
import { LayerPass } from './pass.ts';
import type { LayerReading } from './read-layer.ts';

const HOUR = 3_600_000;
const READERS = '0123456789abcdef';
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
): { cache: FolderLayerCache; folder: string } => ({
  cache: new FolderLayerCache(folder, how, silent),
  folder,
});

describeLayerCache('layers in a folder', true, (how) => {
  const folder = path.join(temporaryFolder(), 'layers');
  const again = (other: CacheBounds): FolderLayerCache => new FolderLayerCache(folder, other, silent);
  const fileOf = (name: string, readers: string): string =>
    path.join(folder, name.slice(7, 9), `${name.slice(9)}-${readers}`);
  return {
    again,
    cache: again(how),
    damage: () => {
      for (const file of recordsBelow(folder)) writeFileSync(file, 'damaged');
    },
    exchange: (from, to, readers) => copyFileSync(fileOf(from, readers), fileOf(to, readers)),
    age: (milliseconds) => {
      const then = (Date.now() - milliseconds) / 1000;
      for (const file of filesBelow(folder)) utimesSync(file, then, then);
    },
    breakDown: () => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, '');
    },
  };
});

describe('FolderLayerCache', () => {
  it('is closed to everybody else', async () => {
    const { cache, folder } = open();
    cache.put(digest(1), READERS, await reading());

    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of recordsBelow(folder)) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each<[string, (folder: string) => string, string]>([
    ['others may write to', (folder) => folder, 'others may write to it'],
    // Only root can give a folder away.
    ...(process.getuid?.() === 0
      ? [['another user has', (folder: string) => folder, 'it belongs to another user'] as const].map(([...row]) => row)
      : []),
    ['a link leads to', (folder) => `${folder}-link`, 'it is a link'],
    ['is a file', (folder) => `${folder}/file`, 'it is no folder'],
  ])('that %s is left alone, which is said once', async (_, whichOf, reason) => {
    const folder = path.join(temporaryFolder(), 'layers');
    const { cache: own } = open(folder);
    own.put(digest(1), READERS, await reading());
    if (reason.includes('others')) chmodSync(folder, 0o770);
    if (reason.includes('another user')) chownSync(folder, 65_534, 65_534);
    if (reason.includes('link')) symlinkSync(folder, whichOf(folder));
    if (reason.includes('no folder')) writeFileSync(whichOf(folder), '');
    const warn = vi.fn();
    const cache = new FolderLayerCache(whichOf(folder), bounds, { ...silent, warn });

    expect(warn).not.toHaveBeenCalled();
    expect([cache.get(digest(1), READERS), cache.has(digest(1), READERS)]).toEqual([undefined, false]);
    cache.put(digest(2), READERS, await reading());
    expect([cache.sweep(Date.now() + 1e12).files, cache.clear().files]).toEqual([0, 0]);
    expect(recordsBelow(folder).filter((file) => !file.endsWith('/file'))).toHaveLength(1);
    expect(warn.mock.calls).toEqual([[{ folder: whichOf(folder), reason }, 'the layer cache is left alone']]);
  });

  it('throws a damaged record away', async () => {
    const { cache, folder } = open();
    cache.put(digest(1), READERS, await reading());
    const [file] = recordsBelow(folder);
    writeFileSync(file!, 'damaged');

    expect(cache.get(digest(1), READERS)).toBeUndefined();
    expect(recordsBelow(folder)).toEqual([]);
  });

  it('costs a scan nothing but time where it cannot be written', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { cache } = open(path.join(file, 'layers'));

    cache.put(digest(1), READERS, await reading());

    expect(cache.get(digest(1), READERS)).toBeUndefined();
  });

  it('takes out what is old, what no writer finished, and the oldest beyond its size', async () => {
    const { cache, folder } = open(undefined, { bytes: 1_000_000, age: 10 * HOUR });
    const now = Date.now();
    const aged = (file: string, hours: number): void =>
      utimesSync(file, (now - hours * HOUR) / 1000, (now - hours * HOUR) / 1000);
    for (const n of [1, 2, 3]) cache.put(digest(n * 2 ** 250), READERS, await reading(String(n)));
    const records = recordsBelow(folder).sort();
    aged(records[0]!, 11);
    aged(records[1]!, 2);
    const young = `${records[1]!}.1-1.tmp`;
    const left = `${records[1]!}.2-1.tmp`;
    for (const file of [young, left]) writeFileSync(file, 'half a record');
    aged(left, 2);

    expect(cache.sweep(now).files).toBe(2);
    expect(recordsBelow(folder).sort()).toEqual([records[1]!, young, records[2]!].sort());

    const small = new FolderLayerCache(folder, { bytes: statSync(records[2]!).size + 100, age: 10 * HOUR }, silent);
    expect(small.sweep(now).files).toBe(1);
    expect(recordsBelow(folder)).toContain(records[2]);
  });

  it('leaves nothing when it is cleared', async () => {
    const { cache, folder } = open();
    for (const n of [1, 2, 3]) cache.put(digest(n * 2 ** 250), READERS, await reading());

    const removed = cache.clear();

    expect(removed.files).toBe(3);
    expect(removed.bytes).toBeGreaterThan(100);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  it('is cleared and swept of nothing that is not its own', async () => {
    const { cache, folder } = open();
    cache.put(digest(1), READERS, await reading());
    const shelf = path.join(folder, '00');
    const elsewhere = temporaryFolder();
    const name = `${'0'.repeat(62)}-${READERS}`;
    const foreign = [
      path.join(folder, 'src/a.ts'),
      path.join(folder, 'notes'),
      path.join(shelf, 'photo.jpg'),
      path.join(shelf, `${name}.bak`),
      path.join(shelf, `x${name}`),
      path.join(shelf, 'work.tmp'),
      path.join(folder, 'abc', name),
      path.join(elsewhere, name),
    ];
    for (const file of foreign) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, 'mine');
    }
    symlinkSync(elsewhere, path.join(folder, 'aa'));
    mkdirSync(path.join(folder, 'empty'));
    mkdirSync(path.join(shelf, name.replace(/^0/, '1')));

    expect(cache.sweep(Date.now() + 1e12).files).toBe(1);
    cache.put(digest(1), READERS, await reading());
    expect(cache.clear().files).toBe(1);

    expect(foreign.filter((file) => !existsSync(file))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['00', 'aa', 'abc', 'empty', 'notes', 'src']);
  });

  it('writes over no file that somebody else calls as it calls its marker', async () => {
    const { cache, folder } = open();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(folder, 'swept'), 'mine');
    utimesSync(path.join(folder, 'swept'), 1, 1);
    cache.put(digest(1), READERS, await reading());
    cache.clear();

    expect(readFileSync(path.join(folder, 'swept'), 'utf8')).toBe('mine');
  });

  it('is cleared also where it may keep nothing any more', async () => {
    const { cache, folder } = open();
    cache.put(digest(1), READERS, await reading());

    expect(open(folder, { ...bounds, bytes: 0 }).cache.clear().files).toBe(1);
  });

  it('keeps nothing when it may keep nothing', async () => {
    const { cache, folder } = open(undefined, { ...bounds, bytes: 0 });
    cache.put(digest(1), READERS, await reading());

    expect(cache.has(digest(1), READERS)).toBe(false);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });
});
