import { type Finding, type FindingKind, findingKinds } from '../model/finding.ts';
import { isIncomplete } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import { compareSeverity } from '../model/severity.ts';
import type { Format, RenderOptions } from './format.ts';
import { kindTitles } from './kind-titles.ts';
import { markdownCell as cell } from './markdown-cell.ts';
import { shownFindings, subjectOf } from './shown-findings.ts';
import { severityWords } from './summary.ts';
import { countWords, dayWords, numberWords } from './words.ts';

/** Rows of a table; a comment on a change has 65,536 characters at most (GitHub), a page of a wiki few more. */
const ROWS = 1000;
/** Problems that are told one by one. */
const TOLD = 20;
/** Characters of a cell that a feed or an image wrote. */
const WORDS = 300;

/** A page for comments, wikis and summaries of jobs: CommonMark with the tables of GitHub. */
export const markdown: Format = {
  id: 'markdown',
  title: 'A page of Markdown, for comments and summaries of jobs',
  steady: true,
  render: (reports, options) =>
    reports.length === 0
      ? 'No image was read.\n'
      : `${reports.map((report) => pageOf(report, options).join('\n')).join('\n\n')}\n`,
};

function pageOf(report: Report, options: RenderOptions): string[] {
  const { image, findings, packages, summary } = report;
  const shown = shownFindings(report, options);
  const byKind = Map.groupBy(shown, ({ kind }) => kind);
  const accepted = findings.length - shown.length;
  const { distribution } = image;
  const total = Object.values(summary.bySeverity).reduce((sum, count) => sum + count, 0);
  const facts = [
    distribution === undefined ? [] : [distribution.name],
    countWords(packages.length, 'package'),
    countWords(image.layers.length, 'layer'),
    total === 0 ? 'no findings' : `${countWords(total, 'finding')}: ${severityWords(summary.bySeverity)}`,
    accepted === 0 ? [] : `${numberWords(accepted)} accepted and not listed`,
  ].flat();
  return [
    `# ${cell(image.reference || 'image')}`,
    '',
    ...incomplete(report),
    `${facts.map(cell).join(' · ')}${endOfLife(report)}`,
    ...findingKinds.flatMap((kind) => {
      const group = byKind.get(kind);
      return group === undefined ? [] : ['', ...tableOf(kind, group)];
    }),
  ];
}

function endOfLife({ image, createdAt, asOf = createdAt }: Report): string {
  const end = image.distribution?.endOfLife;
  if (end === undefined || end >= asOf.slice(0, 10)) return '';
  return `\n\n**The distribution gets no security updates since ${cell(dayWords(end))}.**`;
}

function incomplete({ problems }: Report): string[] {
  const missing = problems.filter(isIncomplete);
  if (missing.length === 0) return [];
  return [
    `> **Incomplete:** ${countWords(missing.length, 'thing')} could not be read or judged. Findings may be missing.`,
    '>',
    ...missing.slice(0, TOLD).map(({ code, message, path = '', layer }) => {
      const place = [layer === undefined ? '' : `layer ${layer}`, path].filter((word) => word !== '').join(', ');
      return `> - ${cell(code)}: ${cell(short(message))}${place === '' ? '' : ` (${cell(short(place))})`}`;
    }),
    ...(missing.length > TOLD ? [`> - and ${numberWords(missing.length - TOLD)} more`] : []),
    '',
  ];
}

function tableOf(kind: FindingKind, findings: readonly Finding[]): string[] {
  // The gravest of the kinds that are judged by their place, too: the report has them by kind and severity already.
  const sorted = findings.toSorted((a, b) => compareSeverity(b.severity, a.severity));
  const isOfPackages = kind === 'vulnerability';
  const accepted = findings.filter(({ suppressed }) => suppressed !== undefined).length;
  const head = isOfPackages
    ? ['Severity', 'Id', 'Package', 'Fixed in', 'Layer', 'Title']
    : ['Severity', 'Id', 'Where', 'Layer', 'What'];
  return [
    `## ${kindTitles[kind]} (${numberWords(findings.length)}${accepted === 0 ? '' : `, ${numberWords(accepted)} accepted`})`,
    '',
    `| ${head.join(' | ')} |`,
    `|${'---|'.repeat(head.length)}`,
    ...sorted.slice(0, ROWS).map((finding) => {
      const { severity, id, layer, fixedVersion = '', state = '', title, suppressed } = finding;
      const place = layer === undefined ? '' : String(layer.index);
      const said = suppressed === undefined ? title : `accepted (${suppressed.by}: ${suppressed.reason}): ${title}`;
      const fix = fixedVersion === '' && state !== 'fixed' ? state : fixedVersion;
      const words = isOfPackages
        ? [severity, id, subjectOf(finding), fix, place, said]
        : [severity, id, subjectOf(finding), place, said];
      return `| ${words.map((word) => cell(short(word))).join(' | ')} |`;
    }),
    ...(findings.length > ROWS
      ? ['', `and ${numberWords(findings.length - ROWS)} more, which the JSON report has`]
      : []),
  ];
}

function short(text: string): string {
  return text.length <= WORDS ? text : `${text.slice(0, WORDS).replace(/[\ud800-\udbff]$/, '')} ...`;
}
