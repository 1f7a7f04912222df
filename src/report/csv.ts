import type { Finding } from '../model/finding.ts';
import { isIncomplete, type Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import { escapeLine } from './escape.ts';
import type { Format } from './format.ts';

/** A column: its name, and what it has of a finding. */
type Column = readonly [string, (finding: Finding) => string | number | boolean | undefined];

const columns: readonly Column[] = [
  ['kind', ({ kind }) => kind],
  ['id', ({ id }) => id],
  ['aliases', ({ aliases }) => aliases.join(' ')],
  ['severity', ({ severity }) => severity],
  ['confidence', ({ confidence }) => confidence],
  ['title', ({ title }) => title],
  ['package', ({ package: pkg }) => pkg?.name],
  ['version', ({ package: pkg }) => pkg?.version],
  ['purl', ({ package: pkg }) => pkg?.purl],
  ['fixedVersion', ({ fixedVersion }) => fixedVersion],
  ['upgradeTo', ({ upgradeTo }) => upgradeTo],
  ['state', ({ state }) => state],
  ['path', ({ location }) => location?.path],
  ['line', ({ location }) => location?.line],
  ['layer', ({ layer }) => layer?.index],
  ['instruction', ({ layer }) => layer?.instruction],
  ['from', ({ from }) => from],
  ['cvss', ({ score }) => score?.cvss.find((one) => one.score !== undefined)?.score],
  ['cvssVector', ({ score }) => score?.cvss[0]?.vector],
  ['epss', ({ score }) => score?.epss],
  ['exploited', ({ score }) => score?.kev],
  ['cwes', ({ score }) => score?.cwes?.join(' ')],
  ['use', ({ use }) => use],
  ['suppressedBy', ({ suppressed }) => suppressed?.by],
  ['suppressedUntil', ({ suppressed }) => suppressed?.expires],
  ['suppressedReason', ({ suppressed }) => suppressed?.reason],
  ['source', ({ source }) => source.name],
  ['url', ({ source }) => source.url],
  ['evidence', ({ evidence }) => evidence],
  ['remediation', ({ remediation }) => remediation],
];

/** Characters of a cell; a spreadsheet holds no more (Excel: 32,767). */
const CELL = 32_000;

/**
 * One line a finding (RFC 4180, with line feeds), and one of the kind `problem` for all that was not read or judged: a short list shall not
 * look like a clean image. Cells that a spreadsheet would take for a formula begin with an apostrophe.
 */
export const csv: Format = {
  id: 'csv',
  title: 'Findings as lines of comma-separated values, for spreadsheets',
  steady: true,
  render: (reports) =>
    [['image', 'digest', ...columns.map(([name]) => name)], ...reports.flatMap(rowsOf)]
      .map((row) => `${row.map(csvCell).join(',')}\n`)
      .join(''),
};

function rowsOf(report: Report): readonly (readonly (string | number | boolean | undefined)[])[] {
  const { reference, digest } = report.image;
  return [
    ...report.problems.filter(isIncomplete).map((problem) => [reference, digest, ...problemRow(problem)]),
    ...report.findings.map((finding) => [reference, digest, ...columns.map(([, of]) => of(finding))]),
  ];
}

function problemRow({ code, message, layer, path }: Problem): readonly (string | number | undefined)[] {
  const values: Readonly<Record<string, string | number | undefined>> = {
    kind: 'problem',
    id: code,
    title: message,
    path,
    layer,
  };
  return columns.map(([name]) => values[name]);
}

/** A value as a cell: quoted where it has to be, and never a formula (OWASP: CSV Injection). */
function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = escapeLine(value);
  const shown = text.length > CELL ? `${text.slice(0, CELL).replace(/[\ud800-\udbff]$/, '')} ...` : text;
  const harmless = /^[\s"]*[=+\-@|%＝＋－＠]/.test(shown) ? `'${shown}` : shown;
  return /[",;']|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
