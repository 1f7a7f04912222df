import { describe, expect, it } from 'vitest';
import { secretRules } from '../secrets/forms/index.ts';
import { allRules, rulesNamed, whyNoneNamed } from './find-rules.ts';
import { checks } from './index.ts';

const all = await allRules(checks);
const named = (word: string): string[] => rulesNamed(word, all).map(({ doc }) => doc.id);

describe('rulesNamed', () => {
  it('finds every rule and every form of secrets by its id, in any case', () => {
    for (const { doc } of all) expect(named(doc.id.toUpperCase())).toContain(doc.id);
    for (const { id } of secretRules) expect(named(id)).toEqual([id]);
  });

  it('finds every rule by the ids of others, with their tool and without', () => {
    const ids = new Set(all.map(({ doc }) => doc.id.toUpperCase()));
    for (const { doc } of all) {
      for (const alias of doc.aliases ?? []) {
        expect(named(alias)).toContain(doc.id);
        const bare = alias.slice(alias.indexOf(':') + 1);
        // What is an id of ours, too, means that alone.
        if (!ids.has(bare.toUpperCase()) && !checks.some(({ id }) => id === bare))
          expect(named(bare)).toContain(doc.id);
      }
    }
  });

  it.each([
    ['DS002', ['user-root']],
    ['AVD-DS-0002', ['user-root']],
    ['trivy:ds002', ['user-root']],
    ['hadolint:DL3002', ['user-root']],
    ['dockle:DL3002', []],
    ['end-of-life', ['distribution-end-of-life', 'distribution-end-of-life-soon', 'base-old']],
    ['', []],
    [':', []],
    ['nothing', []],
  ])('%j', (word, ids) => {
    expect(named(word)).toEqual(ids);
  });
});

describe('whyNoneNamed', () => {
  it.each([
    ['DL3024', 'hadolint asks it, and no rule here does: Stages'],
    ['hadolint:dl3024', 'hadolint asks it'],
    ['SC2086', 'ShellCheck'],
    ['CIS-DI-0005', 'Dockle'],
    ['DL3002', undefined],
    ['nothing', undefined],
  ])('%s', (word, words) => {
    const why = whyNoneNamed(word, checks);
    if (words === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(words);
  });
});
