import type { Check, RuleDoc } from '../model/check.ts';
import type { RuleOfCheck } from './find-rules.ts';
import { idsOf, otherTools } from './ids-of-others.ts';

const generated = '<!-- Generated from src/checks by `npm run docs`; do not edit. -->';

/** Checks that have a page by hand: the one of their rules bears another name. */
const guides: ReadonlyMap<string, string> = new Map([['webshells', 'webshells.md']]);

/** Checks of which findings have other ids than their rules, and the page that lists these. */
const kinds: ReadonlyMap<string, string> = new Map([['secrets', 'secret-kinds.md']]);

function pageOf(check: string): string {
  return guides.has(check) ? `${check}-rules.md` : `${check}.md`;
}

/** Pages of the checks by their paths below docs/: an index, one for each check, and one for the ids of other tools. */
export function documentChecks(checks: readonly Check[]): ReadonlyMap<string, string> {
  const toPage = (check: string, rule?: string): string =>
    `checks/${pageOf(check)}${rule === undefined ? '' : `#${rule}`}`;
  const toSibling = (check: string, rule: string): string => `${pageOf(check)}#${rule}`;
  return new Map([
    [
      'checks.md',
      page([
        ...headOf(checks),
        'Ids of other tools stand in [a table](checks/ids-of-others.md).',
        '',
        ...indexOf(checks, toPage),
      ]),
    ],
    ...checks.map((check) => [`checks/${pageOf(check.id)}`, page(checkPage(check))] as const),
    ['checks/ids-of-others.md', page([`# Ids of other tools`, '', generated, '', ...othersOf(checks, toSibling)])],
  ]);
}

/** All of it in one, for who has no files of it. */
export function documentChecksAsOne(checks: readonly Check[]): string {
  const within = (check: string, rule?: string): string => `#${rule ?? headingOf(checks, check)}`;
  return page([
    ...headOf(checks),
    ...indexOf(checks, within),
    ...checks.flatMap((check) => [
      `## ${check.displayName}`,
      '',
      ...check.rules.flatMap((rule) => documentRule(rule, '###')),
    ]),
    '## Ids of other tools',
    '',
    ...othersOf(checks, within, '###'),
  ]);
}

/** Chosen rules in full, in one page. */
export function documentRules(rules: readonly RuleOfCheck[]): string {
  return page([
    '# Rules',
    '',
    ...rules.flatMap(({ check, doc }) => [
      ...documentRule(doc, '##'),
      `Rule of \`--checks ${check}\`: \`${placeOfRule({ check, doc })}\`.`,
      '',
    ]),
  ]);
}

/** Where a rule is documented, from the root of the project; the forms of secrets have a page of their own. */
export function placeOfRule({ check, doc }: RuleOfCheck): string {
  if (check === 'secrets' && doc.id !== 'secret') return 'docs/checks/secret-kinds.md';
  return `docs/checks/${pageOf(check)}#${doc.id}`;
}

function page(lines: readonly string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}

function headingOf(checks: readonly Check[], id: string): string {
  const name = checks.find((check) => check.id === id)?.displayName ?? id;
  return name.toLowerCase().replaceAll(' ', '-');
}

function headOf(checks: readonly Check[]): string[] {
  const count = checks.reduce((sum, check) => sum + check.rules.length, 0);
  return [
    '# Checks',
    '',
    generated,
    '',
    `Besides vulnerabilities Drydock asks these questions of every image: ${checks.length} checks with ${count} rules.`,
    '`drydock checks` lists them in short, `drydock checks -f markdown` prints all of it as one page, and `drydock checks RULE`',
    'tells all of one: by its id, by the id of another tool, or by the id of a form of secrets.',
    'The name of a check is its word in `--checks`; the id of a rule is the `id` of its findings, the ids of others are their',
    '`aliases`: a policy may name either.',
    '',
  ];
}

function indexOf(checks: readonly Check[], link: (check: string, rule?: string) => string): string[] {
  return checks.flatMap((check) => [
    `**[${check.displayName}](${link(check.id)})**, \`--checks ${check.id}\`:`,
    '',
    '| Rule | What it finds | Severity | Ids of others |',
    '|---|---|---|---|',
    ...check.rules.map(
      (rule) =>
        `| [${rule.id}](${link(check.id, rule.id)}) | ${cell(rule.title)} | ${rule.severity} | ${idsOfOthers(rule).join(', ')} |`,
    ),
    '',
  ]);
}

function checkPage(check: Check): string[] {
  const guide = guides.get(check.id);
  const list = kinds.get(check.id);
  return [
    `# ${check.displayName}${guide === undefined ? '' : ': the rules'}`,
    '',
    generated,
    '',
    `Rules of \`--checks ${check.id}\`: ${check.rules.length}. [All checks](../checks.md), [how this one works](../../src/checks/${check.id}/README.md)${
      guide === undefined ? '' : `, [what it looks into and how it decides](${guide})`
    }${list === undefined ? '' : `, [the ids of its findings](${list})`}.`,
    '',
    ...check.rules.flatMap((rule) => documentRule(rule, '##')),
  ];
}

function documentRule(rule: RuleDoc, heading: string): string[] {
  const others = idsOfOthers(rule);
  return [
    `${heading} ${rule.id}`,
    '',
    `${rule.title} (${rule.kind}, severity ${rule.severity}).`,
    '',
    rule.why,
    '',
    `What to do: ${rule.remediation}`,
    '',
    ...(rule.example === undefined
      ? []
      : ['This is told:', '', ...block(rule.example.wrong), '', 'This is not:', '', ...block(rule.example.right), '']),
    ...(rule.caveats === undefined ? [] : [`When it may be wrong or open: ${rule.caveats}`, '']),
    ...(others.length === 0 ? [] : [`Others that ask the same: ${others.join(', ')}.`, '']),
    ...(rule.sources === undefined
      ? []
      : [`Sources: ${rule.sources.map((address) => `<${address}>`).join(', ')}.`, '']),
  ];
}

function block(lines: string): string[] {
  return ['```dockerfile', ...lines.split('\n'), '```'];
}

/** Ids of others as people say them: `hadolint DL3008`. */
export function idsOfOthers({ aliases = [] }: RuleDoc): string[] {
  return aliases.map((alias) => {
    const colon = alias.indexOf(':');
    return `${shortName(alias.slice(0, colon))} ${alias.slice(colon + 1)}`;
  });
}

/** `CIS Docker` of `CIS Docker Benchmark 1.6, chapter 4`. */
function shortName(tool: string): string {
  return (otherTools.get(tool) ?? tool).replace(/ Benchmark.*/, '');
}

function othersOf(checks: readonly Check[], link: (check: string, rule: string) => string, heading = '##'): string[] {
  return [
    'What there is here for the ids of others. Findings bear them as `aliases`, so that a policy can name them; those of the',
    'check `secrets` do not, as a policy that names one id of another tool would leave out every secret.',
    '`drydock policy import FILE` takes the files in which these tools are told what to leave out.',
    '',
    ...[...otherTools].flatMap(([tool, name]) => [
      `${heading} ${name}`,
      '',
      '| Id | Here |',
      '|---|---|',
      ...idsOf(tool, checks).map(({ id, rules, why }) => {
        const here = rules.map((rule) => `[${rule.id}](${link(rule.check, rule.id)})`).join(', ');
        return `| ${id} | ${why === undefined ? here : `none: ${cell(why)}`} |`;
      }),
      '',
    ]),
  ];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
