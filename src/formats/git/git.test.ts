import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { FormatError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import type { Steps } from '../compression/wait.ts';
import { applyDelta } from './delta.ts';
import { objectId, readLooseObject } from './object.ts';
import { GitPack, isPack } from './pack.ts';
import { readTree, treeOfCommit } from './tree.ts';

const folder = temporaryFolder();

function git(...args: string[]): string {
  const settings = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...settings, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** What git itself says of all objects: `id type size`. */
let listed: readonly string[];
let loose: readonly string[];
let packs: readonly Buffer[];

function find(ending: string): readonly string[] {
  return readdirSync(path.join(folder, '.git/objects'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.match(ending) !== null)
    .map((entry) => path.join(entry.parentPath, entry.name));
}

beforeAll(() => {
  git('init', '-q');
  for (let version = 0; version < 30; version++) {
    const lines = Array.from(
      { length: 400 },
      (_, line) => `line ${line} of ${line % 30 === version ? version : 'all'}`,
    );
    writeFileSync(path.join(folder, 'a.txt'), lines.join('\n'));
    writeFileSync(path.join(folder, `b${version}`), `only ${version}`);
    git('add', '.');
    git('commit', '-q', '-m', `version ${version}`);
    if (version === 20) git('tag', '-a', 'v1', '-m', 'the first');
  }
  loose = find('^[0-9a-f]{38}$');
});

function run(steps: Steps): void {
  while (steps.next().done !== true) {}
}

function objectsOf(bytes: Uint8Array, spend: (count: number) => void = () => {}): { ids: string[]; unread: number } {
  const pack = new GitPack(new MemorySource(bytes), spend);
  const ids: string[] = [];
  try {
    run(pack.index());
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  run(
    pack.objects(
      () => true,
      // biome-ignore lint/correctness/useYield: nothing to wait for
      function* ({ id, type, content }) {
        ids.push(`${id} ${type} ${content.length}`);
      },
    ),
  );
  return { ids, unread: pack.unread.count };
}

describe('objects of git', () => {
  it('are read one by one as git reads them', () => {
    expect(loose.length).toBeGreaterThan(100);
    const read = loose.map((file) => {
      const object = readLooseObject(readFileSync(file));
      const id = path.basename(path.dirname(file)) + path.basename(file);
      expect(object).toBeDefined();
      if (object !== undefined) expect(objectId(object.type, object.content)).toBe(id);
      return `${id} ${object?.type} ${object?.content.length}`;
    });
    listed = git('cat-file', '--batch-all-objects', '--batch-check').trim().split('\n');
    expect(read.sort()).toEqual([...listed].sort());
  });

  it.each([
    ['with deltas by place', ['-q', '--aggressive', '--prune=now']],
    ['again', ['-q', '--prune=now']],
  ])('are read from a pack as git reads them, %s', (_, how) => {
    git('gc', ...how);
    packs = find('\\.pack$').map((file) => readFileSync(file));
    expect(packs).toHaveLength(1);
    const { ids, unread } = objectsOf(packs[0] as Buffer);
    expect(unread).toBe(0);
    expect(ids.sort()).toEqual([...listed].sort());
  });

  it('are read from a pack whose deltas name their base by its id', () => {
    const ids = listed.map((line) => line.slice(0, 40)).join('\n');
    const bytes = execFileSync('git', ['pack-objects', '--stdout', '-q', '--no-reuse-delta', '--window=50'], {
      cwd: folder,
      input: ids,
    });
    expect(isPack(bytes)).toBe(true);
    const { ids: read, unread } = objectsOf(bytes);
    expect(read.length + unread).toBe(listed.length);
    expect(unread).toBe(0);
  });

  it('tell the paths of files', () => {
    const commit = git('rev-parse', 'HEAD').trim();
    const tree = git('rev-parse', 'HEAD^{tree}').trim();
    const read = execFileSync('git', ['cat-file', 'tree', tree], { cwd: folder });
    const raw = execFileSync('git', ['cat-file', 'commit', commit], { cwd: folder });
    expect(treeOfCommit(raw)).toBe(tree);
    expect(readTree(read).map(({ name, id }) => `${id}\t${name}`)).toEqual(
      git('ls-tree', '--format=%(objectname)%x09%(path)', 'HEAD').trim().split('\n'),
    );
  });
});

describe('damaged objects', () => {
  it('cost no more than themselves, wherever a byte is changed', () => {
    const pack = packs[0] as Buffer;
    for (let at = 0; at < pack.length; at += 97) {
      const changed = Buffer.from(pack);
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      const { ids } = objectsOf(changed);
      expect(ids.length).toBeLessThanOrEqual(listed.length);
    }
    for (const end of [0, 3, 12, 13, 40, pack.length - 30]) objectsOf(pack.subarray(0, end));
  });

  it('make no more than they may: a delta that copies its base a million times', () => {
    const base = Buffer.alloc(1000, 'a');
    const copies = Buffer.alloc(7 * 100_000);
    for (let at = 0; at < copies.length; at += 7) copies.set([0x80 | 0x30, 0xe8, 0x03, 0x80 | 0x30, 0xe8, 0x03, 0], at);
    const claim = Buffer.from([0xe8, 0x07, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    expect(() => applyDelta(base, Buffer.concat([claim, copies]), 64 * 1024 * 1024)).toThrow(FormatError);
  });

  it('are told before a budget is overdrawn', () => {
    expect(() =>
      objectsOf(packs[0] as Buffer, () => {
        throw new RangeError('spent');
      }),
    ).toThrow('spent');
  });

  it('are none where a stream holds something else', () => {
    expect(readLooseObject(deflateSync('hello'))).toBeUndefined();
    expect(readLooseObject(deflateSync('blob 7\0hello'))).toBeUndefined();
    expect(readLooseObject(Buffer.from('x\x9cnothing'))).toBeUndefined();
    expect(readLooseObject(deflateSync('blob 5\0hello'))?.content.toString()).toBe('hello');
  });
});
