import type { AdvisoryState } from '../model/advisory.ts';
import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { displayWidth } from './display-width.ts';
import { escapeLine } from './escape.ts';
import type { Page } from './page.ts';
import { countBySeverity, severityWords } from './summary.ts';
import { type GroupRow, groupVulnerabilities, type VulnerableGroup } from './vulnerable-groups.ts';
import { countWords, listWords, numberWords } from './words.ts';

/** Width from which every vulnerability tells its own fix. */
const WIDE = 120;
/** Width below which the states are left out. */
const NARROW = 60;
const SEVERITY = 10;

/** The state of a vulnerability in a column. */
const states: Readonly<Record<AdvisoryState, string>> = {
  fixed: 'fixed',
  affected: 'no fix yet',
  'will-not-fix': 'will not fix',
  deferred: 'deferred',
  'end-of-life': 'end of life',
  'under-investigation': 'unclear yet',
  'not-affected': 'not affected',
};

interface Columns {
  readonly id: number;
  /** 0: no such column. */
  readonly state: number;
  readonly fix: number;
}

/** All vulnerabilities, package by package, with the upgrade that helps first. */
export function vulnerabilityLines(report: Report, findings: readonly Finding[], page: Page): string[] {
  const groups = groupVulnerabilities(report, findings);
  if (groups.length === 0) return [];
  const rows = groups.flatMap((group) => group.rows);
  const columns: Columns = {
    id: widest(rows, (row) => row.id, 13, 24),
    state: page.width < NARROW ? 0 : widest(rows, stateOf, 5, 12),
    fix: page.width < WIDE ? 0 : widest(rows, (row) => row.fixedVersion ?? '', 8, 30),
  };
  const ids = new Set(rows.map(({ id }) => id));
  // A vulnerability is a finding in every package that the source made.
  const all = findings.length === ids.size ? '' : ` (${countWords(findings.length, 'finding')})`;
  const head = `VULNERABILITIES  ${numberWords(ids.size)} in ${countWords(groups.length, 'package')}${all}`;
  return [
    page.paint('heading', head),
    '',
    ...groups.flatMap((group) => [
      ...groupHead(group, page),
      ...group.rows.flatMap((row) => rowLine(row, group, columns, page)),
      '',
    ]),
  ];
}

function widest(rows: readonly GroupRow[], text: (row: GroupRow) => string, least: number, most: number): number {
  const width = rows.reduce((max, row) => Math.max(max, text(row).length), least);
  return Math.min(width, most);
}

function groupHead(group: VulnerableGroup, page: Page): string[] {
  const installed = `${group.name} ${group.version}`;
  const fixable = group.rows.filter(({ fixedVersion }) => fixedVersion !== undefined);
  const words = severityWords(countBySeverity(fixable.length === 0 ? group.rows : fixable));
  const of = fixable.length === group.rows.length ? '' : ` of ${group.rows.length}`;
  const head =
    group.upgradeTo === undefined
      ? `no fix for ${installed}: ${words}`
      : `upgrade ${installed} -> ${group.upgradeTo} fixes ${fixable.length}${of}: ${words}`;
  return [
    ...page.paragraph('', head, { tone: 'heading', lines: 3 }),
    ...placeLines(group).flatMap((line) => page.paragraph('  ', line, { tone: 'quiet', lines: 1 })),
  ];
}

/** Where the packages come from and where they stand. */
function placeLines(group: VulnerableGroup): string[] {
  const lines: string[] = [];
  if (group.layer !== undefined) lines.push(`layer ${group.layer}: ${group.instruction ?? 'instruction unknown'}`);
  const own = group.packages.length === 1 && group.packages[0] === group.name;
  if (!own) lines.push(`packages: ${listWords(group.packages, 12)}`);
  if (group.paths.length > 0) lines.push(`at ${listWords(group.paths, 3)}`);
  if (group.recovered) lines.push('recovered: in the image, but in no package database of it');
  return lines;
}

function rowLine(row: GroupRow, group: VulnerableGroup, columns: Columns, page: Page): string {
  const cells = [page.cell(row.id, columns.id)];
  if (columns.state > 0) cells.push(page.cell(stateOf(row), columns.state));
  if (columns.fix > 0) cells.push(page.cell(row.fixedVersion ?? '', columns.fix));
  const start = cells.join('  ');
  const severity = page.paint(row.severity, severityLabel(row.severity).padEnd(SEVERITY));
  const left = page.width - (2 + SEVERITY + 2 + displayWidth(start) + 2);
  return `  ${severity}  ${start}  ${titleCell(row, group, left, page)}`.trimEnd();
}

/** The title, cut so that what tells this row from the others of its group stays in sight. */
function titleCell(row: GroupRow, group: VulnerableGroup, width: number, page: Page): string {
  const only = row.packages.length === group.packages.length ? '' : ` [only ${listWords(row.packages, 3)}]`;
  const related = row.related.length === 0 ? '' : ` (${listWords(row.related, 2)})`;
  const full = escapeLine(row.title === row.id ? '' : row.title);
  const room = Math.max(Math.floor(width / 2), width - displayWidth(full) - 1);
  const suffix = page.fit(related + only, room);
  const title = page.fit(full, width - displayWidth(suffix) - 1);
  return `${title} ${suffix}`.trim();
}

function stateOf(row: GroupRow): string {
  if (row.fixedVersion !== undefined) return states.fixed;
  return row.state === undefined || row.state === 'fixed' ? states.affected : states[row.state];
}

/** `CRITICAL`: the word that carries the meaning where there is no colour. */
export function severityLabel(severity: Severity): string {
  return severity.toUpperCase();
}
