import type { RuleOfCheck } from '../../checks/find-rules.ts';
import { didYouMean } from '../../config/nearest.ts';
import { UsageError } from '../../errors.ts';
import { jsonText } from '../../formats/json-text.ts';
import type { Check } from '../../model/check.ts';
import type { Command, Invocation } from '../command.ts';
import { renderOptions } from '../deliver.ts';
import { layOut } from '../ui/columns.ts';
import { textWidth } from '../ui/streams.ts';

/** What others may build on: the rules without the code. */
function toJson(checks: readonly Check[]): string {
  const list = checks.map(({ id, displayName, rules }) => ({ id, displayName, rules }));
  return jsonText({ checks: list });
}

function toTable(checks: readonly Check[], width: number): string {
  const rows = checks.flatMap((check) =>
    check.rules.map((rule) => [check.id, rule.id, rule.kind, rule.severity, rule.title]),
  );
  return layOut(['Check', 'Rule', 'Kind', 'Severity', 'Title'], rows, width);
}

/** The rules that the words name, each once. */
async function explain(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { checks } = await import('../../checks/index.ts');
  const [{ allRules, rulesNamed, whyNoneNamed }, { documentRules, idsOfOthers, placeOfRule }] = await Promise.all([
    import('../../checks/find-rules.ts'),
    import('../../checks/document.ts'),
  ]);
  const all = await allRules(checks);
  const found = new Set<RuleOfCheck>();
  for (const word of words) {
    const named = rulesNamed(word, all);
    if (named.length === 0) throw new UsageError('usage.option', unknownWords(word, whyNoneNamed(word, checks), all));
    for (const rule of named) found.add(rule);
  }
  const rules = [...found].map((rule) => ({ ...rule, others: idsOfOthers(rule.doc), page: placeOfRule(rule) }));
  switch (configuration.settings.format) {
    case 'markdown':
      await io.stdout.write(documentRules([...found]));
      break;
    case 'json':
      await io.stdout.write(
        jsonText({ schemaVersion: 1, rules: rules.map(({ check, doc, page }) => ({ check, ...doc, page })) }),
      );
      break;
    default:
      await io.stdout.write((await import('../../report/rule-text.ts')).renderRules(rules, renderOptions(invocation)));
  }
  return 0;
}

function unknownWords(word: string, why: string | undefined, all: readonly RuleOfCheck[]): string {
  const shown = JSON.stringify(word);
  if (why !== undefined) return `${shown}: ${why}`;
  if (/^(?:CVE|GHSA|DSA|DLA|USN|RHSA|ALAS|GO|PYSEC|RUSTSEC)-/i.test(word)) {
    return `${shown} is a vulnerability, not a rule: "drydock explain ${word} IMAGE" tells of it.`;
  }
  const known = new Set(all.flatMap(({ check, doc }) => [check, doc.id]));
  return `${shown} is no rule, and no id of another tool that is known. "drydock checks" lists all.${didYouMean(word, known)}`;
}

async function run(invocation: Invocation): Promise<number> {
  const { configuration, io, words } = invocation;
  if (words.length > 0) return await explain(invocation);
  const { checks } = await import('../../checks/index.ts');
  const { format } = configuration.settings;
  if (format === 'markdown') {
    const { documentChecksAsOne } = await import('../../checks/document.ts');
    await io.stdout.write(documentChecksAsOne(checks));
  } else
    await io.stdout.write(format === 'json' ? toJson(checks) : toTable(checks, textWidth(io.stdout, io.environment)));
  return 0;
}

export const command: Command = {
  name: 'checks',
  summary: 'List the checks besides vulnerabilities with their rules, or tell all of one rule.',
  description:
    'With words: why the rule matters, an example, what to do, when it may be wrong. A word is the id of a rule, an id of another tool (Dockle, hadolint, Trivy, CIS, gitleaks), the id of a form of secrets, or the name of a check for all of its rules.',
  arguments: [
    {
      name: 'rule',
      optional: true,
      several: true,
      description: 'the id of a rule, or the one that another tool has for it',
      offers: async () => {
        const [{ checks }, { allRules }] = await Promise.all([
          import('../../checks/index.ts'),
          import('../../checks/find-rules.ts'),
        ]);
        return (await allRules(checks)).map(({ doc }) => doc.id);
      },
    },
  ],
  options: ['format'],
  formats: ['table', 'json', 'markdown'],
  examples: ['drydock checks', 'drydock checks DL3008', 'drydock checks github-token -f markdown'],
  run,
};
