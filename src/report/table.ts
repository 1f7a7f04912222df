import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { countingFindings } from './filters.ts';
import type { Format, RenderOptions } from './format.ts';
import { Page } from './page.ts';
import { statedLines, suppressedLines, vexLines } from './table-accepted.ts';
import { attestationLines } from './table-attestations.ts';
import { findingLines } from './table-findings.ts';
import { headerLines } from './table-header.ts';
import { layerLines, packageLines } from './table-layers.ts';
import { observationLines, runningLines } from './table-observation.ts';
import { incompleteLines, noteLines } from './table-problems.ts';
import { totalLines } from './table-totals.ts';
import { vulnerabilityLines } from './table-vulnerabilities.ts';
import { countWords } from './words.ts';

/** The report for people, as wide as their terminal. */
export const table: Format = {
  id: 'table',
  title: 'Text for people',
  render: renderTables,
};

/** The text report of one image: what is missing, what was looked at, what was found, where it came from. */
export function renderTable(report: Report, options: RenderOptions): string {
  return renderTables([report], options);
}

function renderTables(reports: readonly Report[], options: RenderOptions): string {
  const page = new Page(options);
  const pages = reports.map((report, index) => reportLines(report, options.hidden?.[index] ?? 0, page, options));
  const rule = ['', page.paint('quiet', '='.repeat(page.width)), ''];
  const lines = pages.flatMap((own, index) => (index === 0 ? own : [...rule, ...own]));
  if (reports.length > 1) lines.push(...rule, ...reports.flatMap((report) => summaryLine(report, page)));
  return `${lines.join('\n')}\n`;
}

function reportLines(report: Report, hidden: number, page: Page, options: RenderOptions): string[] {
  const findings = countingFindings(report);
  const suppressed = report.findings.filter((finding) => finding.suppressed !== undefined);
  const vulnerabilities = findings.filter(({ kind }) => kind === 'vulnerability');
  // What is wrong with what runs stands beside what runs.
  const running = findings.filter(isOfRun);
  const still = findings.filter((finding) => !isOfRun(finding));
  const shown = options.showSuppressed === true;
  return [
    ...incompleteLines(report, page),
    ...headerLines(report, page),
    ...runningLines(report, page),
    ...findingLines(running, page),
    ...observationLines(report, page),
    ...vulnerabilityLines(report, vulnerabilities, page, options.sort),
    ...findingLines(still, page),
    ...statedLines(findings, page),
    ...(shown ? suppressedLines(suppressed, page) : []),
    ...noteLines(report, page),
    ...(options.listPackages === true ? packageLines(report, page) : []),
    ...layerLines(report, findings, page),
    ...vexLines(report, page, options.explainVex === true),
    ...attestationLines(report, page),
    ...totalLines(report, page, { suppressed: shown ? [] : suppressed, hidden }),
  ];
}

function isOfRun({ kind }: Finding): boolean {
  return kind === 'service' || kind === 'call';
}

/** One image of several in a line. */
function summaryLine(report: Report, page: Page): string[] {
  const { bySeverity } = report.summary;
  const all = Object.values(bySeverity).reduce((sum, count) => sum + count, 0);
  const grave = `${bySeverity.critical} critical, ${bySeverity.high} high`;
  const state = report.coverage.complete ? '' : ', INCOMPLETE';
  return page.paragraph('', `${report.image.reference}: ${countWords(all, 'finding')} (${grave})${state}`);
}
