import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { yaraRules } from '../../test/support/yara-rules.ts';
import { importRuleSet } from '../rules/import.ts';
import { selectRules } from './select-rules.ts';

let installed: string;
let here: string;

beforeAll(async () => {
  installed = path.join(temporaryFolder(), 'sets');
  here = temporaryFolder();
  mkdirSync(path.join(here, 'mixed'));
  writeFileSync(path.join(here, 'own.yar'), yaraRules(['a']));
  writeFileSync(path.join(here, 'mixed', 'b.yar'), yaraRules(['b']));
  writeFileSync(path.join(here, 'mixed', 'b.sha256'), `${'0'.repeat(64)}  b\n`);
  writeFileSync(path.join(here, 'notes.txt'), 'x');
  const now = new Date('2026-01-01T00:00:00Z');
  await importRuleSet({ folder: installed, path: path.join(here, 'own.yar'), name: 'one', now });
  await importRuleSet({ folder: installed, path: path.join(here, 'mixed'), name: 'two', now });
});

const names = (...words: string[]): string[] =>
  selectRules(words, installed, here).ruleSets.map(({ name, kind }) => `${name} ${kind}`);

describe('selectRules', () => {
  it.each<[string[], string[]]>([
    [[], ['starter yara', 'one yara', 'two:digests digests', 'two:yara yara']],
    [['all'], ['starter yara', 'one yara', 'two:digests digests', 'two:yara yara']],
    [['none'], []],
    [['starter'], ['starter yara']],
    [['two'], ['two:digests digests', 'two:yara yara']],
    [
      ['one', 'starter', 'one'],
      ['one yara', 'starter yara'],
    ],
    [['own.yar'], ['own.yar yara']],
    [['mixed'], ['mixed:digests digests', 'mixed:yara yara']],
  ])('%j: %j', (words, expected) => {
    expect(names(...words).sort()).toEqual([...expected].sort());
  });

  it('makes the same digest of the same rules, wherever they lie', () => {
    const [one, loose] = ['one', 'own.yar'].map((word) => selectRules([word], installed, here).ruleSets[0]);
    writeFileSync(path.join(here, 'changed.yar'), yaraRules(['c']));
    const changed = selectRules(['changed.yar'], installed, here).ruleSets[0];
    expect(loose?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(changed?.digest).not.toBe(loose?.digest);
    expect(one?.files[0]).not.toBe(loose?.files[0]);
  });

  it.each<[string[], RegExp]>([
    [['on'], /no rules are called "on".*all, none, starter, one, two.*Did you mean/],
    [['nowhere.yar'], /--rules: nowhere\.yar is not there/],
    [['notes.txt'], /notes\.txt is no file of rules by its ending/],
    [['none', 'one'], /"none" stands alone/],
  ])('refuses %j', (words, message) => {
    expect(() => selectRules(words, installed, here)).toThrow(message);
  });
});
