import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { compareText } from '../../model/order.ts';
import type { RuleText } from '../../runtime/call-rules/read-falco-rules.ts';
import { starterCallRules } from '../../runtime/starter-call-rules.ts';

/**
 * The rules on calls that `--call-rules` names: `starter`, files and folders.
 * @throws UsageError for what is not there, and for what others write that are no rules of Falco
 */
export function callRuleTexts(words: readonly string[], folder: string): readonly RuleText[] {
  return words.flatMap((word) => {
    if (word === 'none') return [];
    if (word === 'starter') return starterCallRules();
    return filesOf(path.resolve(folder, word), word).map((place) => {
      const text = readFileSync(place, 'utf8');
      const file = path.relative(folder, place) || place;
      const foreign = foreignForm(text);
      if (foreign !== undefined) throw new UsageError('usage.option', `--call-rules: ${file} ${foreign}`);
      return { file, text };
    });
  });
}

function foreignForm(text: string): string | undefined {
  if (/^detection:/m.test(text)) {
    return 'is a rule of Sigma, which is not read. Write it in the format of Falco: docs/call-rules.md says how.';
  }
  if (/^\{.*"output_fields":/.test(text)) {
    return 'has alerts of Falco, which are not read. Give the rules that made them: they are asked of what an image does.';
  }
  return undefined;
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
