import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { compareText } from '../../model/order.ts';
import type { CallRuleTexts } from '../../runtime/call-rules/judge-calls.ts';
import type { RuleText } from '../../runtime/call-rules/read-falco-rules.ts';
import { starterCallRules } from '../../runtime/starter-call-rules.ts';

/**
 * The rules on calls that `--call-rules` names: `starter`, files and folders. A file of Sigma has a `detection`.
 * @throws UsageError for what is not there
 */
export function callRuleTexts(words: readonly string[], folder: string): CallRuleTexts {
  const falco: RuleText[] = [];
  const sigma: RuleText[] = [];
  for (const word of words) {
    if (word === 'none') continue;
    if (word === 'starter') {
      falco.push(...starterCallRules());
      continue;
    }
    for (const file of filesOf(path.resolve(folder, word), word)) {
      const text = readFileSync(file, 'utf8');
      const one = { file: path.relative(folder, file) || file, text };
      (/^detection:/m.test(text) ? sigma : falco).push(one);
    }
  }
  return { falco, sigma };
}

function filesOf(place: string, word: string): readonly string[] {
  try {
    if (!statSync(place).isDirectory()) return [place];
    return readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.ya?ml$/.test(name))
      .sort(compareText)
      .map((name) => path.join(place, name));
  } catch (error) {
    throw new UsageError('usage.option', `--call-rules: ${word} cannot be read: ${(error as Error).message}`);
  }
}
