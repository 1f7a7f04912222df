import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DrydockError } from '../errors.ts';
import type { Report } from '../model/report.ts';
import { escapeLine } from './escape.ts';
import type { Format } from './format.ts';
import { comparePriority } from './priority.ts';

/** The page without a report, as `vite build web --mode report` makes it: script, style and policy are in it. */
const FRAME = fileURLToPath(new URL('../../dist/web/report.html', import.meta.url));

/** Where the report goes: an element of data, which no browser runs. */
const PLACE = /<script type="application\/gzip\+base64" id="report"><\/script>/;
const TITLE = '<title>Drydock report</title>';

/** One file for people: filters, groups and details, without any network (docs/report.md). */
export const html: Format = {
  id: 'html',
  title: 'One page for a browser that needs no network (docs/report.md)',
  steady: true,
  render: (reports, { hidden }) => fillFrame(readFrame(), contentOf(reports, hidden)),
};

/** Findings of one report that a browser still lists without being slow; what is above is said in the page. */
const MOST_FINDINGS = 50_000;

/** What the page reads (web/src/report/file-content.ts). Lists are in the order of the reports. */
interface PageContent {
  readonly reports: readonly Report[];
  /** Findings that filters of the command line left out. */
  readonly hidden?: readonly number[];
  /** Findings that there was no room for. */
  readonly left?: readonly number[];
}

/** @param most findings of one report that are in the page: those that come first by priority */
export function contentOf(
  reports: readonly Report[],
  hidden: readonly number[] = [],
  most: number = MOST_FINDINGS,
): PageContent {
  const left = reports.map(({ findings }) => Math.max(0, findings.length - most));
  return {
    reports: reports.map((report) => withFirst(report, most)),
    ...(hidden.some((count) => count > 0) && { hidden }),
    ...(left.some((count) => count > 0) && { left }),
  };
}

function withFirst(report: Report, most: number): Report {
  const { findings } = report;
  if (findings.length <= most) return report;
  const first = new Set([...findings].sort(comparePriority).slice(0, most));
  return { ...report, findings: findings.filter((finding) => first.has(finding)) };
}

function readFrame(): string {
  try {
    return readFileSync(FRAME, 'utf8');
  } catch (cause) {
    throw new DrydockError('fault', `The page of the HTML report is not built (${FRAME}): "npm run build" makes it.`, {
      cause,
    });
  }
}

/**
 * The page with reports in it. JSON in base64 has no character that HTML knows, so that nothing of an image can end the
 * element; the same reports give the same bytes, since gzip is told of no time and no system.
 * @throws DrydockError where the page has no place for them
 */
export function fillFrame(frame: string, content: PageContent): string {
  const packed = gzipSync(JSON.stringify(content), { level: 9 });
  // The system that packed it (RFC 1952): unknown.
  packed[9] = 255;
  const data = `<script type="application/gzip+base64" id="report">${packed.toString('base64')}</script>`;
  const title = titleOf(content.reports);
  if (!PLACE.test(frame)) throw new DrydockError('fault', 'The page of the HTML report has no place for a report.');
  const filled = frame.replace(TITLE, () => `<title>${title}</title>`).replace(PLACE, () => data);
  return `${filled.trimEnd()}\n`;
}

function titleOf(reports: readonly Report[]): string {
  const [first] = reports;
  const name = first === undefined || reports.length > 1 ? `${reports.length} images` : first.image.reference;
  return `${escapeHtml(escapeLine(name.slice(0, 200)))} - Drydock report`;
}

/** Text as HTML has it, in an element. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
