import { type Finding, type FindingKind, findingKinds } from '../model/finding.ts';
import { escapeLine } from './escape.ts';
import type { Page } from './page.ts';
import { severityLabel } from './table-vulnerabilities.ts';
import { instructionWords, numberWords } from './words.ts';

const titles: Readonly<Record<Exclude<FindingKind, 'vulnerability'>, string>> = {
  malware: 'MALWARE',
  webshell: 'WEBSHELLS',
  secret: 'SECRETS',
  configuration: 'CONFIGURATION',
  history: 'HISTORY',
  persistence: 'PERSISTENCE',
  evasion: 'EVASION',
  service: 'SERVICES',
  call: 'CALLS',
  licence: 'LICENCES',
};

const SEVERITY = 10;
const INDENT = ' '.repeat(2 + SEVERITY + 2);
/** Lines that evidence may take: it is the image's text. */
const LINES = 4;

/** Everything that is no vulnerability, in a section for each kind. */
export function findingLines(findings: readonly Finding[], page: Page): string[] {
  const byKind = Map.groupBy(findings, ({ kind }) => kind);
  return findingKinds.flatMap((kind) => {
    const group = byKind.get(kind);
    if (kind === 'vulnerability' || group === undefined) return [];
    const head = page.paint('heading', `${titles[kind]}  ${numberWords(group.length)}`);
    if (!styled.has(kind)) return [head, '', ...ruleLines(group, page)];
    const small = group.filter(({ severity }) => severity === 'negligible');
    return [
      head,
      '',
      ...ruleLines(
        group.filter((finding) => !small.includes(finding)),
        page,
      ),
      ...smallLines(small, page),
    ];
  });
}

/** Kinds of which many rules are about style: those of no weight are named in one paragraph. */
const styled: ReadonlySet<FindingKind> = new Set(['configuration', 'history']);

/** Rules of no weight by their ids. What they say of the image is in the other formats. */
function smallLines(findings: readonly Finding[], page: Page): string[] {
  if (findings.length === 0) return [];
  const counts = Map.groupBy(findings, ({ id }) => id);
  const ids = [...counts].map(([id, { length }]) => (length > 1 ? `${id} (${length})` : id));
  const label = page.paint('negligible', severityLabel('negligible').padEnd(SEVERITY));
  const [first = '', ...rest] = page.paragraph(INDENT, ids.sort().join(', '));
  return [`  ${label}  ${first.slice(INDENT.length)}`, ...rest, ''];
}

/** Findings of one rule stand together, so that its title and remedy are read once. */
function ruleLines(findings: readonly Finding[], page: Page): string[] {
  const rules = Map.groupBy(findings, ({ id, severity, title, remediation }) =>
    JSON.stringify([id, severity, title, remediation]),
  );
  return [...rules.values()].flatMap((group) => {
    const { id, severity, title, remediation } = group[0]!;
    const label = page.paint(severity, severityLabel(severity).padEnd(SEVERITY));
    const [first = '', ...rest] = page.paragraph(INDENT, title === id ? id : `${title} [${id}]`);
    return [
      `  ${label}  ${first.slice(INDENT.length)}`,
      ...rest,
      ...group.flatMap((finding) => detailLines(finding, page)),
      ...(remediation === undefined ? [] : page.paragraph(`${INDENT}-> `, remediation, { lines: LINES })),
      '',
    ];
  });
}

function detailLines(finding: Finding, page: Page): string[] {
  // What a service answers is long, and told by its first words.
  const lines = finding.kind === 'service' ? 2 : LINES;
  return [
    ...page.paragraph(`${INDENT}- `, finding.evidence, { lines }),
    ...placeLines(finding).flatMap((line) => page.paragraph(`${INDENT}  `, line, { lines: 1, tone: 'quiet' })),
  ];
}

/** The place in the image, the layer with its instruction, and what hides it. */
export function placeLines({ location, locations = [], layer, hiddenBy }: Finding): string[] {
  const lines: string[] = [];
  if (location !== undefined) {
    const { path, line, offset } = location;
    const position = line !== undefined ? `:${line}` : offset !== undefined ? ` at byte ${offset}` : '';
    const more = locations.length > 1 ? ` (+${numberWords(locations.length - 1)} more)` : '';
    lines.push(path + position + more);
  }
  if (layer !== undefined) lines.push(`layer ${layer.index}: ${instructionWords(layer.instruction)}`);
  if (hiddenBy !== undefined) {
    const by = `hidden by layer ${hiddenBy.index}, but still in the image`;
    lines.push(escapeLine(hiddenBy.instruction ?? '') === '' ? by : `${by}: ${hiddenBy.instruction}`);
  }
  return lines;
}
