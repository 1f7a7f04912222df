import path from 'node:path';
import { didYouMean } from '../config/nearest.ts';
import { UsageError } from '../errors.ts';
import type { RuleSet } from '../model/check.ts';
import { installedRuleSets } from '../rules/installed.ts';
import { looseRuleSets } from '../rules/loose.ts';
import { starterRules } from '../rules/starter.ts';

/** Rules for a scan, and why others are not used. */
export interface RuleSelection {
  readonly ruleSets: readonly RuleSet[];
  readonly problems: readonly string[];
}

/** What `--rules` says where nobody says anything: the starter rules and all that are installed. */
const ALL = 'all';
const STARTER = 'starter';
const NONE = 'none';

/**
 * The rules that `--rules` names: `all`, `none`, `starter`, sets that are installed, files and folders.
 * @param words of the option; empty: all
 * @param installed `ruleSetFolder()`
 * @param current what paths are relative to
 * @throws UsageError for what is not there
 */
export function selectRules(words: readonly string[], installed: string, current: string): RuleSelection {
  const wanted = words.length === 0 ? [ALL] : words;
  if (wanted.includes(NONE)) {
    if (wanted.length > 1) throw new UsageError('usage.option', '--rules: "none" stands alone.');
    return { ruleSets: [], problems: [] };
  }
  const { ruleSets: own, problems } = installedRuleSets(installed);
  const starter = starterRules();
  const chosen = new Map<string, RuleSet>();
  const take = (sets: readonly RuleSet[]): void => {
    for (const set of sets) chosen.set(`${set.name}\n${set.digest}`, set);
  };
  for (const word of wanted) {
    if (word === STARTER || word === ALL) take(starter === undefined ? [] : [starter]);
    if (word === ALL) take(own);
    if (word === STARTER || word === ALL) continue;
    const named = own.filter(({ name }) => name === word || name.startsWith(`${word}:`));
    take(named.length > 0 ? named : looseOrUnknown(word, own, current));
  }
  return { ruleSets: [...chosen.values()], problems };
}

function looseOrUnknown(word: string, own: readonly RuleSet[], current: string): readonly RuleSet[] {
  try {
    return looseRuleSets(path.resolve(current, word), word);
  } catch (error) {
    if (!(error instanceof UsageError) || /[/.]/.test(word)) throw error;
    const names = [ALL, NONE, STARTER, ...new Set(own.map(({ name }) => name.replace(/:\w+$/, '')))];
    const known = `There are ${names.join(', ')}, and files and folders.`;
    const what = `--rules: no rules are called ${JSON.stringify(word)}. ${known}${didYouMean(word, names)}`;
    throw new UsageError('usage.option', `${what} "drydock rules update NAME" fetches public ones.`);
  }
}
