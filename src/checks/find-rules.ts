import type { Check, RuleDoc } from '../model/check.ts';
import { comparableId } from '../model/finding-id.ts';
import { idsOf, otherTools } from './ids-of-others.ts';

/** A rule, and the check that asks it. */
export interface RuleOfCheck {
  readonly check: string;
  readonly doc: RuleDoc;
}

/** All rules of the checks, and behind those of the check `secrets` the forms of secrets, whose ids its findings bear. */
export async function allRules(checks: readonly Check[]): Promise<readonly RuleOfCheck[]> {
  const { secretRuleDocs } = await import('./secrets/rule-docs.ts');
  return checks.flatMap(({ id, rules }) => {
    // What no issuer is known for has the id of the rule, which speaks for all of them.
    const own = new Set(rules.map((rule) => rule.id));
    const docs = id === 'secrets' ? [...rules, ...secretRuleDocs().filter((form) => !own.has(form.id))] : rules;
    return docs.map((doc) => ({ check: id, doc }));
  });
}

/**
 * The rules that a word means: the id of one, the name of a check (all of its rules), or an id of another tool, which several
 * may answer to (`DL3008`, `hadolint:DL3008`). Empty: none.
 */
export function rulesNamed(word: string, rules: readonly RuleOfCheck[]): readonly RuleOfCheck[] {
  const wanted = comparableId(word);
  const named = rules.filter(({ doc }) => comparableId(doc.id) === wanted);
  if (named.length > 0) return named;
  const ofCheck = rules.filter(({ check }) => comparableId(check) === wanted);
  if (ofCheck.length > 0) return ofCheck;
  const colon = wanted.indexOf(':');
  const full = colon < 0 ? wanted : `${wanted.slice(0, colon)}:${comparableId(wanted.slice(colon + 1))}`;
  return rules.filter(({ doc: { aliases = [] } }) =>
    aliases.some((alias) => {
      const id = comparableId(alias.slice(alias.indexOf(':') + 1));
      return id === wanted || `${alias.slice(0, alias.indexOf(':')).toUpperCase()}:${id}` === full;
    }),
  );
}

/** Why nothing here answers to an id of another tool, as sentences; undefined where no tool is known to have it. */
export function whyNoneNamed(word: string, checks: readonly Check[]): string | undefined {
  const wanted = comparableId(word);
  for (const [tool, name] of otherTools) {
    const bare = wanted.startsWith(`${tool.toUpperCase()}:`) ? comparableId(word.slice(tool.length + 1)) : wanted;
    // ShellCheck as a whole is one entry.
    const kind = /^SC\d+$/.test(bare) ? 'SC' : bare;
    const why = idsOf(tool, checks).find(({ id }) => comparableId(id) === kind)?.why;
    if (why !== undefined) return `${name} asks it, and no rule here does: ${why}`;
  }
  return undefined;
}
