import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { UsageError } from '../errors.ts';
import { installedRuleSets } from './installed.ts';
import { type RuleStore, readShelf, withRuleStore } from './rule-store.ts';
import type { SetRecord } from './set-record.ts';

const now = '2026-01-01T00:00:00.000Z';

/** A set with a file of a rule, as it would have been installed. */
function put(store: RuleStore, name: string, text = 'rule a { condition: true }'): SetRecord {
  const before = store.find(name);
  const { folder, generation } = store.begin(name);
  writeFileSync(path.join(folder, 'a.yar'), text);
  const digest = `sha256:${'a'.repeat(64)}`;
  const counts = { loaded: 1, lost: 0, reasons: [] };
  const record: SetRecord = {
    version: 1,
    name,
    checkedAt: now,
    licence: 'MIT',
    current: {
      folder: generation,
      updatedAt: now,
      parts: [{ kind: 'yara', files: ['a.yar'], bytes: text.length, digest, counts }],
    },
    ...(before !== undefined && { previous: before.current }),
  };
  store.commit(record);
  return record;
}

const folderOf = (): string => path.join(temporaryFolder(), 'sets');

describe('the folder of rule sets', () => {
  it('keeps the generation before, and no more', async () => {
    const folder = folderOf();
    await withRuleStore(folder, {}, async (store) => {
      for (let n = 0; n < 4; n++) put(store, 'own');
    });
    expect(readdirSync(path.join(folder, 'own')).sort()).toEqual(['g3', 'g4', 'set.json']);
    expect(installedRuleSets(folder)).toEqual({
      problems: [],
      ruleSets: [
        {
          name: 'own',
          kind: 'yara',
          files: [path.join(folder, 'own/g4/a.yar')],
          digest: `sha256:${'a'.repeat(64)}`,
          updatedAt: now,
          licence: 'MIT',
        },
      ],
    });
  });

  it('removes what somebody who was killed left behind', async () => {
    const folder = folderOf();
    await withRuleStore(folder, {}, async (store) => {
      put(store, 'own');
      store.begin('own');
      writeFileSync(path.join(folder, 'own/set.json.4711'), '{');
    });
    expect(readShelf(folder).sets).toHaveLength(1);
    await withRuleStore(folder, {}, async (store) => void put(store, 'own'));
    expect(readdirSync(path.join(folder, 'own')).sort()).toEqual(['g1', 'g2', 'set.json']);
  });

  it('leaves nothing of a set that came to nothing', async () => {
    const folder = folderOf();
    await withRuleStore(folder, {}, async (store) => {
      const { generation } = store.begin('own');
      store.discard('own', generation);
    });
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('removes a set, and tells where there is none', async () => {
    const folder = folderOf();
    await withRuleStore(folder, {}, async (store) => {
      put(store, 'own');
      expect(store.remove('own')).toBe(true);
      expect(store.remove('own')).toBe(false);
    });
    expect(readShelf(folder)).toEqual({ sets: [], problems: [] });
  });

  it('has one who changes it at a time', async () => {
    const folder = folderOf();
    const steps: string[] = [];
    let waits = 0;
    const enter = (name: string) =>
      withRuleStore(folder, { onWait: () => waits++ }, async (store) => {
        steps.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 150));
        put(store, name);
        steps.push(`${name} out`);
      });
    await Promise.all([enter('a'), enter('b')]);
    expect(steps.map((step) => step.slice(2))).toEqual(['in', 'out', 'in', 'out']);
    expect(waits).toBe(1);
    const held = withRuleStore(folder, {}, async () => {
      await expect(withRuleStore(folder, { waitMs: 10 }, async () => {})).rejects.toThrow(/Another process changes/);
    });
    await held;
  });

  it('is not there: no sets, no problem', () => {
    expect(readShelf(path.join(temporaryFolder(), 'nowhere'))).toEqual({ sets: [], problems: [] });
  });

  it.each<[string, (folder: string) => void, RegExp]>([
    [
      'a folder that others may write to',
      (folder) => chmodSync(folder, 0o777),
      /no rules of .* because others may write/,
    ],
    [
      'a set that others may write to',
      (folder) => chmodSync(path.join(folder, 'own'), 0o777),
      /own are not used.*others/,
    ],
    [
      'a damaged record',
      (folder) => writeFileSync(path.join(folder, 'own/set.json'), '{}'),
      /damaged, or of another version/,
    ],
    [
      'files that are gone',
      (folder) => {
        writeFileSync(path.join(folder, 'own/set.json'), JSON.stringify({ ...recordOf(folder), name: 'own' }));
      },
      /files are gone/,
    ],
  ])('uses nothing of %s, and says why', async (_, spoil, words) => {
    const folder = folderOf();
    await withRuleStore(folder, {}, async (store) => void put(store, 'own'));
    spoil(folder);
    const { ruleSets, problems } = installedRuleSets(folder);
    expect([ruleSets, problems]).toEqual([[], [expect.stringMatching(words)]]);
  });

  it('is no link', async () => {
    const folder = folderOf();
    await withRuleStore(folder, {}, async (store) => void put(store, 'own'));
    const link = path.join(temporaryFolder(), 'link');
    symlinkSync(folder, link);
    expect(readShelf(link)).toMatchObject({ sets: [], problems: [expect.stringMatching(/it is a link/)] });
    await expect(withRuleStore(link, {}, async () => {})).rejects.toThrow(/it is a link/);
  });

  it.each<[string, () => string]>([
    [
      'where a file is in the way',
      () => {
        const file = path.join(temporaryFolder(), 'file');
        writeFileSync(file, '');
        return path.join(file, 'sets');
      },
    ],
    ['where nobody can make a folder', () => '/proc/sets'],
  ])('cannot be made %s', async (_, where) => {
    const error = await withRuleStore(where(), {}, async () => {}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(/^Rules cannot be kept in .*--cache-dir/);
  });

  it('does not take a stranger in the folder for a set', async () => {
    const folder = folderOf();
    mkdirSync(path.join(folder, 'own'), { recursive: true });
    writeFileSync(path.join(folder, 'README'), '');
    chmodSync(folder, 0o700);
    expect(readShelf(folder)).toEqual({ sets: [], problems: [] });
    expect(existsSync(path.join(folder, 'lock'))).toBe(false);
  });
});

function recordOf(folder: string): object {
  const { sets } = readShelf(folder);
  return { ...sets[0], current: { ...sets[0]!.current, folder: 'g77' } };
}
