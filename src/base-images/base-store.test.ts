import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot, runProgram } from '../../test/support/run.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { MOST_BASES, makeRoom, parseBases, writeBases } from './base-record.ts';
import { BaseStore, isNews } from './base-store.ts';
import type { KnownBase } from './known-base.ts';

function base(name: string, more: Partial<KnownBase> = {}): KnownBase {
  const chain = `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0')}`;
  return { chain, layers: 1, name, by: 'known', entries: 2, at: '2026-06-01T00:00:00.000Z', ...more };
}

const namesOf = (store: BaseStore): string[] => [...store.read().bases.values()].map(({ name }) => name).sort();

describe('BaseStore', () => {
  it('knows nothing without a file, and makes none by reading', () => {
    const folder = path.join(temporaryFolder(), 'none');

    expect(new BaseStore(folder).read()).toEqual({ bases: new Map() });
    expect(existsSync(folder)).toBe(false);
  });

  it('learns, and forgets by name, and leaves nothing beside the file', async () => {
    const folder = path.join(temporaryFolder(), 'made');
    const store = new BaseStore(folder);
    for (const one of ['a', 'b', 'c']) expect(await store.learn(base(one), 0)).toBeUndefined();
    expect(namesOf(store)).toEqual(['a', 'b', 'c']);

    expect(await store.forget(new Set(['a', 'c', 'z']), 0)).toBeUndefined();
    expect(namesOf(new BaseStore(folder))).toEqual(['b']);
    expect(readdirSync(folder)).toEqual(['base-images.json']);
  });

  it('keeps what was taught when a scan meets it', async () => {
    const store = new BaseStore(temporaryFolder());
    await store.learn(base('a', { by: 'taught', name: 'golden' }), 0);
    await store.learn(base('a'), 0);

    expect(namesOf(store)).toEqual(['golden']);
  });

  it.each([
    ['no JSON', 'x'],
    ['cut off', '{"schemaVersion":1,"bases":[{"chain"'],
    ['another version', '{"schemaVersion":2,"bases":[]}'],
    ['a list', '[]'],
    ['a wrong base', JSON.stringify({ schemaVersion: 1, bases: [{ ...base('a'), layers: '1' }] })],
    ['a base that is none', JSON.stringify({ schemaVersion: 1, bases: [null] })],
    ['too many', JSON.stringify({ schemaVersion: 1, bases: new Array(MOST_BASES + 1).fill(base('a')) })],
  ])('a damaged file (%s) is told, and stays as it is', async (_, text) => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'base-images.json');
    writeFileSync(file, text, { mode: 0o600 });
    const store = new BaseStore(folder);

    expect(store.read()).toEqual({ bases: new Map(), problem: `${file} is damaged, or of another version` });
    expect(await store.learn(base('a'), 0)).toEqual({ reason: `${file} is damaged, or of another version` });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it.each([
    ['a link', (file: string) => symlinkSync('/etc/passwd', file)],
    ['a folder', (file: string) => mkdirSync(file)],
    [
      'open to others',
      (file: string) => {
        writeFileSync(file, writeBases(new Map()));
        chmodSync(file, 0o666);
      },
    ],
  ])('a file that is %s is not believed', (_, make) => {
    const folder = temporaryFolder();
    make(path.join(folder, 'base-images.json'));

    expect(new BaseStore(folder).read()).toEqual({ bases: new Map(), problem: expect.any(String) as string });
  });

  it('says why it cannot write', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');

    expect(await new BaseStore(file).learn(base('a'), 0)).toEqual({ reason: 'it cannot be written (ENOTDIR)' });
    expect(await new BaseStore('/dev/null/x').learn(base('a'), 0)).toEqual({
      reason: expect.stringContaining('it cannot be written') as string,
    });
  });

  it('waits for whoever changes it, and not for one that was killed', async () => {
    const folder = temporaryFolder();
    const lock = path.join(folder, 'base-images.json.lock');
    writeFileSync(lock, '');
    const store = new BaseStore(folder);
    expect(await store.learn(base('a'), 50)).toEqual({ reason: 'another process is changing it' });
    expect(existsSync(lock)).toBe(true);

    utimesSync(lock, Date.now() / 1000 - 60, Date.now() / 1000 - 60);
    expect(await store.learn(base('a'), 0)).toBeUndefined();
    expect(existsSync(lock)).toBe(false);
  });

  it('loses nothing that several processes learn at once', async () => {
    const folder = temporaryFolder();
    const program = `
      import { BaseStore } from ${JSON.stringify(path.join(projectRoot, 'src/base-images/base-store.ts'))};
      const store = new BaseStore(${JSON.stringify(folder)});
      for (let i = 0; i < 20; i++) {
        const chain = 'sha256:' + process.argv[1].repeat(60) + String(i).padStart(4, '0');
        const name = process.argv[1] + i;
        const answer = await store.learn({ chain, layers: 1, name, by: 'known', entries: 1, at: '2026-06-01T00:00:00Z' }, 50_000);
        if (answer !== undefined) throw new Error(answer.reason);
      }`;
    const ends = await Promise.all(
      ['a', 'b', 'c', 'd'].map(
        async (word) => await runProgram(process.execPath, ['--input-type=module', '-e', program, word]),
      ),
    );

    expect(ends.map(({ status, stderr }) => [status, stderr])).toEqual(new Array(4).fill([0, '']));
    expect(namesOf(new BaseStore(folder))).toHaveLength(80);
  });
});

describe('makeRoom', () => {
  const many = (by: KnownBase['by']): Map<string, KnownBase> =>
    new Map(
      Array.from({ length: MOST_BASES }, (_, i) => {
        const one = base(String(i), {
          by,
          at: new Date(1_700_000_000_000 + ((i * 7) % MOST_BASES) * 1000).toISOString(),
        });
        return [one.chain, one] as const;
      }),
    );

  it('gives up the one that was met least lately', () => {
    const bases = many('known');
    const oldest = [...bases.values()].find(({ name }) => name === '0')!;
    bases.set('x', base('taught', { by: 'taught', at: '2000-01-01T00:00:00Z' }));
    bases.delete([...bases.values()].find(({ name }) => name === '1')!.chain);

    expect(makeRoom(bases)).toBe(true);
    expect(bases.size).toBe(MOST_BASES - 1);
    expect(bases.has('x')).toBe(true);
    expect(bases.has(oldest.chain)).toBe(false);
  });

  it('gives up nothing that was taught', () => {
    const bases = many('taught');

    expect(makeRoom(bases)).toBe(false);
    expect(bases.size).toBe(MOST_BASES);
  });

  it('survives writing and reading', () => {
    const bases = many('known');

    expect(parseBases(writeBases(bases))).toEqual(bases);
    expect(parseBases(writeBases(new Map()))).toEqual(new Map());
  });
});

describe('isNews', () => {
  it.each([
    ['what is not known', base('a'), undefined, true],
    ['what is known so', base('a'), base('a'), false],
    ['another name', base('a', { by: 'taught' }), base('a', { by: 'taught', name: 'b' }), true],
    ['a day later', base('a', { at: '2026-06-02T00:00:00.000Z' }), base('a'), true],
    ['an hour later', base('a', { at: '2026-06-01T01:00:00.000Z' }), base('a'), false],
    ['what was taught', base('a'), base('a', { by: 'taught' }), false],
  ])('%s', (_, one, known, expected) => {
    expect(isNews(one, known)).toBe(expected);
  });
});
