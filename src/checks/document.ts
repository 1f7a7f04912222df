import type { Check, RuleDoc } from '../model/check.ts';

/** The page of all rules (docs/checks.md), made from the checks themselves. */
export function documentChecks(checks: readonly Check[]): string {
  const count = checks.reduce((sum, check) => sum + check.rules.length, 0);
  return [
    '# Checks',
    '',
    '<!-- Generated from src/checks by `npm run docs`; do not edit. -->',
    '',
    `Besides vulnerabilities Drydock asks these questions of every image: ${checks.length} checks with ${count} rules.`,
    '`drydock checks` lists them in short, `drydock checks -f markdown` prints this page.',
    'The name of a check is its word in `--checks`; the id of a rule is the `id` of its findings.',
    '',
    ...checks.flatMap(documentCheck),
  ].join('\n');
}

function documentCheck(check: Check): string[] {
  return [
    `## ${check.displayName}`,
    '',
    `\`--checks ${check.id}\` - [how it works](../src/checks/${check.id}/README.md)`,
    '',
    ...check.rules.flatMap(documentRule),
  ];
}

function documentRule(rule: RuleDoc): string[] {
  return [
    `### ${rule.id}`,
    '',
    `${rule.title} (${rule.kind}, severity ${rule.severity}).`,
    '',
    rule.why,
    '',
    `What to do: ${rule.remediation}`,
    '',
  ];
}
