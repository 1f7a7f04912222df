import { type FindingChange, isRegression, type PackageChange, type ReportDiff } from '../diff/report-diff.ts';
import type { Finding } from '../model/finding.ts';
import { Page } from './page.ts';
import { countBySeverity, severityWords } from './summary.ts';
import { severityLabel } from './table-vulnerabilities.ts';
import { countWords, dayWords, listWords, numberWords } from './words.ts';

const SEVERITY = 10;

/** Sections by what somebody does about them. */
const sections = [
  { title: 'NEW, since the image changed', takes: is('new', 'image') },
  { title: 'NEW, since the advisories know more', takes: is('new', 'database') },
  { title: 'NEW, for a cause that is not known', takes: (c: FindingChange) => c.change === 'new' },
  { title: 'GRAVER THAN BEFORE', takes: (c: FindingChange) => c.change === 'changed' && isRegression(c) },
  { title: 'CHANGED', takes: (c: FindingChange) => c.change === 'changed' },
  { title: 'GONE, since the image changed', takes: is('gone', 'image') },
  { title: 'GONE, since the advisories say otherwise', takes: is('gone', 'database') },
  { title: 'GONE, for a cause that is not known', takes: (c: FindingChange) => c.change === 'gone' },
] as const;

function is(change: FindingChange['change'], cause: FindingChange['cause']): (candidate: FindingChange) => boolean {
  return (candidate) => candidate.change === change && candidate.cause === cause;
}

/** What differs between two reports, for people: what is new first, and why. */
export function renderDiffTable(
  diff: ReportDiff,
  options: { readonly width: number; readonly colour: boolean; readonly program?: string },
): string {
  const page = new Page(options);
  const bySection = Map.groupBy(diff.findings, (change) => sections.find(({ takes }) => takes(change)));
  const lines = [
    ...sideLines('before', diff.before, page),
    ...sideLines('after', diff.after, page),
    ...page.paragraph('  ', diff.sameImage ? 'the same layers' : packageWords(diff.packages), { tone: 'quiet' }),
    '',
    ...sections.flatMap((section) => sectionLines(section.title, bySection.get(section) ?? [], page)),
    ...packageLines(diff.packages, page),
    ...page.paragraph('', totalWords(diff)),
  ];
  return `${lines.join('\n')}\n`;
}

function sideLines(label: string, side: ReportDiff['before'], page: Page): string[] {
  const { generation, builtAt, starter } = side.advisories;
  const known = builtAt === undefined ? '' : ` of ${dayWords(builtAt)}`;
  const by = starter ? 'the starter set only' : generation === undefined ? 'no advisories' : `advisories${known}`;
  const text = `${side.reference}, scanned ${dayWords(side.createdAt)}, by ${by}, ${countWords(side.findings, 'finding')}`;
  return [
    ...page.paragraph(`${label.padEnd(SEVERITY)}`, text, { tone: 'heading' }),
    ...(side.complete
      ? []
      : page.paragraph(' '.repeat(SEVERITY), 'INCOMPLETE: what is missing there proves nothing', { tone: 'warning' })),
  ];
}

function packageWords(packages: readonly PackageChange[]): string {
  const added = packages.filter(({ before }) => before.length === 0).length;
  const removed = packages.filter(({ after }) => after.length === 0).length;
  const changed = packages.length - added - removed;
  return `other layers; packages: ${numberWords(added)} added, ${numberWords(changed)} changed, ${numberWords(removed)} removed`;
}

function sectionLines(title: string, changes: readonly FindingChange[], page: Page): string[] {
  if (changes.length === 0) return [];
  const words = severityWords(countBySeverity(changes.map(findingOf)));
  return [
    page.paint('heading', `${title}  ${numberWords(changes.length)} (${words})`),
    ...changes.flatMap((change) => changeLines(change, page)),
    '',
  ];
}

function findingOf({ before, after }: FindingChange): Finding {
  return (after ?? before)!;
}

function changeLines(change: FindingChange, page: Page): string[] {
  const { id, severity, package: pkg, location, fixedVersion } = findingOf(change);
  const label = page.paint(severity, severityLabel(severity).padEnd(SEVERITY));
  const where = pkg === undefined ? (location?.path ?? '') : `${pkg.name} ${pkg.version}`;
  const fix = fixedVersion === undefined || change.change === 'gone' ? '' : `, fixed in ${fixedVersion}`;
  const indent = SEVERITY + 4;
  return [
    `  ${label}  ${page.fit(`${id} in ${where}${fix}`, page.width - indent)}`,
    ...page.paragraph(' '.repeat(indent), `${change.evidence}.`, { tone: 'quiet', lines: 3 }),
  ];
}

function packageLines(packages: readonly PackageChange[], page: Page): string[] {
  if (packages.length === 0) return [];
  return [
    page.paint('heading', `PACKAGES  ${numberWords(packages.length)}`),
    ...packages.map((pkg) => {
      const { before, after, name, type, arch } = pkg;
      const mark = before.length === 0 ? '+' : after.length === 0 ? '-' : '~';
      const versions = [before, after].filter((some) => some.length > 0).map((some) => listWords(some, 4));
      const kind = arch === undefined ? type : `${type} ${arch}`;
      return `  ${mark} ${page.fit(`${name} ${versions.join(' -> ')} (${kind})`, page.width - 4)}`;
    }),
    '',
  ];
}

function totalWords({ findings, unchanged }: ReportDiff): string {
  const count = (change: FindingChange['change']): number => findings.filter((one) => one.change === change).length;
  const parts = [`${numberWords(count('new'))} new`, `${numberWords(count('changed'))} changed`];
  return [...parts, `${numberWords(count('gone'))} gone`, `${numberWords(unchanged)} the same`].join(', ');
}
