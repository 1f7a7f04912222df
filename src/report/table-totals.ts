import type { Finding } from '../model/finding.ts';
import { isIncomplete } from '../model/problem.ts';
import type { Coverage, Report } from '../model/report.ts';
import { type Severity, severities } from '../model/severity.ts';
import type { Page } from './page.ts';
import { severityWords } from './summary.ts';
import { suppressedWords } from './table-accepted.ts';
import { countWords, dayWords, listWords, numberWords } from './words.ts';

const LABEL = 10;

/** The last lines, which stay on the screen: how much was looked at, and what came out. */
export function totalLines(
  report: Report,
  page: Page,
  left: { readonly suppressed: readonly Finding[]; readonly hidden: number },
): string[] {
  const unseen = suppressedWords(left.suppressed);
  if (unseen.length > 0) unseen.push(`${unseen.pop()!} (--show-suppressed)`);
  if (left.hidden > 0) unseen.push(`${numberWords(left.hidden)} left out by --severity or --ignore-unfixed`);
  return [
    ...page.paragraph('COVERAGE'.padEnd(LABEL), coverageWords(report), { lines: 5 }),
    ...totalLine(report, page),
    ...baselineLine(report, page),
    ...(unseen.length === 0 ? [] : page.paragraph(' '.repeat(LABEL), `not shown: ${unseen.join(', ')}`)),
    ...incompleteLine(report, page),
  ];
}

function coverageWords({ coverage, depth }: Report): string {
  const { files, byClass, unexplained, ledger, contents, published } = coverage;
  if (files === 0) return 'no files';
  const share = ((byClass.owned / files) * 100).toFixed(1);
  // The list is cut at a hundred; older reports have no count.
  const many =
    ledger === undefined && unexplained.length >= 100
      ? '100 or more executables'
      : countWords(ledger?.unexplained ?? unexplained.length, 'executable');
  const names = listWords(unexplained, 3, ledger?.unexplained);
  const nobody = unexplained.length === 0 ? '' : `; ${many} nobody owns: ${names}`;
  return `${countWords(files, 'file')}, ${share} % owned by packages${contentWords(contents, published)}${explainedWords(ledger, depth)}${nobody}`;
}

/**
 * Rounded down: all of it is all of it. That a package lists a file explains it; whether it is what the package brought, its
 * digest would tell.
 */
function explainedWords(ledger: Coverage['ledger'], depth: Report['depth']): string {
  if (ledger === undefined || ledger.executables.bytes === 0) return '';
  const { bytes, explained } = ledger.executables;
  const owned = ledger.classes.owned.files;
  const unseen =
    depth === 'deep' || owned === 0
      ? ''
      : `; digests of ${countWords(owned, 'packaged file')} were not compared (--deep)`;
  return `; ${(Math.floor((explained.bytes / bytes) * 1000) / 10).toFixed(1)} % of the bytes of executables accounted for${unseen}`;
}

/** Checks look at different files: the one that looked at most tells how many. */
function contentWords(contents: Coverage['contents'], published: Coverage['published']): string {
  if (contents === undefined) return '';
  const judged = Math.max(0, ...Object.values(contents).map((one) => one.judged));
  const left =
    published === undefined
      ? ''
      : `; secrets and webshells not looked for in ${countWords(published.files, 'file')} of published packages (--deep)`;
  return `; contents of ${numberWords(judged)} judged${left}`;
}

function totalLine({ summary, image, findings }: Report, page: Page): string[] {
  const counts = severities.toReversed().filter((severity) => summary.bySeverity[severity] > 0);
  const all = counts.reduce((sum, severity) => sum + summary.bySeverity[severity], 0);
  const text =
    all === 0
      ? 'no findings'
      : `${countWords(all, 'finding')}: ${severityWords(summary.bySeverity)}${image.base?.layers === undefined ? '' : originWords(findings)}`;
  const lines = page.paragraph('TOTAL'.padEnd(LABEL), text);
  // A count that a line break parts from its word stays plain.
  return lines.map((line) =>
    line.replace(
      /[\d,]+ (?:of )?(critical|high|medium|low|negligible|unknown)(?: severity)?/g,
      (word, severity: Severity) => page.paint(severity, word),
    ),
  );
}

/** Whose they are, where the layers of the base are known. */
function originWords(findings: readonly Finding[]): string {
  const counting = findings.filter(({ suppressed }) => suppressed === undefined);
  const count = counting.filter(({ from }) => from === 'base').length;
  return `; ${count === 0 ? 'none' : numberWords(count)} of them from the base`;
}

function baselineLine({ baseline }: Report, page: Page): string[] {
  if (baseline === undefined) return [];
  const { reference, createdAt, known, gone } = baseline;
  const counts = `${numberWords(baseline.new)} new, ${numberWords(baseline.graver)} graver, ${numberWords(known)} known`;
  const text = `${counts}, ${numberWords(gone)} gone since the report on ${reference} of ${dayWords(createdAt)}`;
  return page.paragraph('BASELINE'.padEnd(LABEL), text);
}

function incompleteLine({ problems }: Report, page: Page): string[] {
  const count = problems.filter(isIncomplete).length;
  if (count === 0) return [];
  const text = `INCOMPLETE: ${countWords(count, 'thing')} could not be read or judged, see the first lines.`;
  return page.paragraph(' '.repeat(LABEL), text, { tone: 'warning' });
}
