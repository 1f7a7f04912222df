import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { displayWidth } from './display-width.ts';
import type { Page } from './page.ts';
import type { SortOrder } from './priority.ts';
import { stateWords } from './state-words.ts';
import { countBySeverity, severityWords } from './summary.ts';
import { type GroupRow, groupVulnerabilities, type VulnerableGroup } from './vulnerable-groups.ts';
import { countWords, instructionWords, listWords, numberWords, percentWords } from './words.ts';

/** Width from which every vulnerability tells its own fix. */
const WIDE = 120;
/** Width below which the states are left out. */
const NARROW = 60;
const SEVERITY = 10;
/** Width below which a title is told below the other columns. */
const NARROWEST_TITLE = 20;
/** Lines that a title may take. */
const TITLE_LINES = 2;

interface Columns {
  readonly id: number;
  /** 0: no such column. */
  readonly state: number;
  readonly fix: number;
  readonly exploitation: number;
}

/** All vulnerabilities, package by package, with the upgrade that helps first. */
export function vulnerabilityLines(
  report: Report,
  findings: readonly Finding[],
  page: Page,
  sort?: SortOrder,
): string[] {
  const groups = groupVulnerabilities(report, findings, sort);
  if (groups.length === 0) return [];
  const rows = groups.flatMap((group) => group.rows);
  const columns: Columns = {
    id: widest(rows, (row) => row.id, 13, 24),
    state: page.width < NARROW ? 0 : widest(rows, stateOf, 5, 13),
    fix: page.width < WIDE ? 0 : widest(rows, (row) => row.fixedVersion ?? '', 8, 30),
    exploitation: page.width < NARROW ? 0 : widest(rows, exploitationOf, 0, 17),
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
      ...group.rows.flatMap((row) => rowLines(row, group, columns, page)),
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

const useWords: Readonly<Record<NonNullable<VulnerableGroup['use']>, string>> = {
  listening: 'in use: its program listens on a port',
  executed: 'in use: its program ran',
  loaded: 'in use: a program loaded its library',
  opened: 'in use: its files were opened',
  'not-seen': 'not seen in use while it ran, which never means safe',
};

/** Where the packages come from and where they stand. */
function placeLines(group: VulnerableGroup): string[] {
  const lines: string[] = [];
  if (group.layer !== undefined) lines.push(`layer ${group.layer}: ${instructionWords(group.instruction)}`);
  const own = group.packages.length === 1 && group.packages[0] === group.name;
  if (!own) lines.push(`packages: ${listWords(group.packages, 12)}`);
  if (group.paths.length > 0) lines.push(`at ${listWords(group.paths, 3)}`);
  if (group.use !== undefined) lines.push(useWords[group.use]);
  if (group.recovered) lines.push('recovered: in the image, but in no package database of it');
  return lines;
}

function rowLines(row: GroupRow, group: VulnerableGroup, columns: Columns, page: Page): string[] {
  const cells = [page.cell(row.id, columns.id)];
  if (columns.state > 0) cells.push(page.cell(stateOf(row), columns.state));
  if (columns.exploitation > 0) cells.push(page.cell(exploitationOf(row), columns.exploitation));
  if (columns.fix > 0) cells.push(page.cell(row.fixedVersion ?? '', columns.fix));
  const start = cells.join('  ');
  const severity = page.paint(row.severity, severityLabel(row.severity).padEnd(SEVERITY));
  const beside = 2 + SEVERITY + 2 + displayWidth(start) + 2;
  const isBelow = page.width - beside < NARROWEST_TITLE;
  const indent = isBelow ? 2 + SEVERITY + 2 : beside;
  const title = row.title === row.id ? '' : row.title;
  const lines = page.column(title, endWords(row, group, columns), page.width - indent, TITLE_LINES);
  const first = isBelow ? '' : (lines[0] ?? '');
  const more = isBelow ? lines : lines.slice(1);
  return [`  ${severity}  ${start}  ${first}`.trimEnd(), ...more.map((line) => ' '.repeat(indent) + line)];
}

/** What tells this row from the others of its group, and stays in sight however long the title is. */
function endWords(row: GroupRow, group: VulnerableGroup, columns: Columns): string {
  const parts: string[] = [];
  if (row.since !== undefined) parts.push(`[${row.since}]`);
  // Too narrow a page for the column must not hide that somebody is at it.
  if (row.score.kev === true && columns.exploitation === 0) parts.push('[KEV]');
  if (row.related.length > 0) parts.push(`(${listWords(row.related, 2)})`);
  if (row.packages.length !== group.packages.length) parts.push(`[only ${listWords(row.packages, 3)}]`);
  return parts.join(' ');
}

/** `KEV EPSS 94.2 %`: known to be exploited, and the probability that it will be. */
function exploitationOf({ score: { kev, epss } }: GroupRow): string {
  const words = epss === undefined ? '' : `EPSS ${percentWords(epss)}`;
  return kev === true ? `KEV ${words}`.trim() : words;
}

function stateOf(row: GroupRow): string {
  if (row.fixedVersion !== undefined) return stateWords.fixed;
  return row.state === undefined || row.state === 'fixed' ? stateWords.affected : stateWords[row.state];
}

/** `CRITICAL`: the word that carries the meaning where there is no colour. */
export function severityLabel(severity: Severity): string {
  return severity.toUpperCase();
}
