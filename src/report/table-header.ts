import type { Package } from '../model/package.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import type { Page, Tone } from './page.ts';
import { countWords, daysBetween, dayWords, listWords, numberWords, sizeWords } from './words.ts';

const LABEL = 14;
/** Feeds that are named one by one. */
const NAMED_FEEDS = 3;

interface Row {
  readonly label: string;
  readonly text: string;
  readonly lines?: number;
  readonly tone?: Tone;
}

/** What was looked at, and with which knowledge. */
export function headerLines(report: Report, page: Page): string[] {
  const { image } = report;
  const made = [image.platform, image.created === undefined ? undefined : `created ${dayWords(image.created)}`];
  const rows: readonly Row[] = [
    { label: 'distribution', text: distributionWords(report), ...(hasEnded(report) && { tone: 'warning' }) },
    { label: 'platform', text: made.filter((part) => part !== undefined).join(', ') },
    { label: image.digest === undefined ? 'id' : 'digest', text: image.digest ?? image.id ?? '', lines: 1 },
    { label: 'layers', text: layerWords(report) },
    ...baseRows(report),
    { label: 'packages', text: packageWords(report), ...(report.packages.length === 0 && { tone: 'warning' }) },
    advisoryRow(report),
  ];
  return [
    page.paint('heading', page.fit(image.reference, page.width)),
    ...rows.flatMap(({ label, text, lines = 3, tone }) =>
      page.paragraph(`  ${label.padEnd(LABEL)}`, text, { lines, ...(tone !== undefined && { tone }) }),
    ),
    '',
  ];
}

function hasEnded({ image, createdAt, asOf }: Report): boolean {
  const end = image.distribution?.endOfLife;
  return end !== undefined && end < (asOf ?? createdAt).slice(0, 10);
}

/** What vulnerabilities were judged by. Nobody is warned of what was not asked for. */
function advisoryRow({ advisories, problems, createdAt, asOf }: Report): Row {
  const label = 'advisories';
  if (asOf !== undefined) return { label, text: `as of ${asOf}, ${advisoryWords(advisories, asOf)}`, tone: 'warning' };
  if (advisories.starter) {
    return { label, text: 'the starter set only: a small sample, no substitute for the feeds', tone: 'warning' };
  }
  if (advisories.feeds.length > 0) return { label, text: advisoryWords(advisories, createdAt) };
  return problems.some(({ code }) => code === 'advisories.missing')
    ? { label, text: 'NONE: no vulnerability was judged', tone: 'warning' }
    : { label, text: 'not asked for (--checks): no vulnerability was judged' };
}

function distributionWords(report: Report): string {
  const { distribution } = report.image;
  if (distribution === undefined) {
    return report.problems.some(({ code }) => code === 'distribution.none') ? 'none' : 'unknown';
  }
  const { name, endOfLife } = distribution;
  if (endOfLife === undefined) return name;
  return hasEnded(report)
    ? `${name}, WITHOUT SECURITY UPDATES since ${endOfLife}`
    : `${name}, security updates until ${endOfLife}`;
}

function layerWords({ image }: Report): string {
  const bytes = image.layers.reduce((sum, { size }) => sum + size, 0);
  return `${numberWords(image.layers.length)} (${sizeWords(bytes)})`;
}

const sayers: Readonly<Record<string, string>> = {
  annotation: 'its manifest',
  history: 'its history',
  label: 'a label',
};

/** `debian:12 (1 of 3 layers)`; what only the image says is said so. A mere hint is no line. */
function baseRows({ image: { base, layers } }: Report): Row[] {
  if (base === undefined || base.by === 'none') return [];
  const name = base.name ?? base.digest ?? '';
  const text =
    base.layers === undefined
      ? `${name}, as ${sayers[base.by]} says; which layers are its own is not known`
      : `${name} (${numberWords(base.layers)} of ${countWords(layers.length, 'layer')})`;
  return [{ label: 'base', text }];
}

/** `3,245 (856 deb, 2,389 npm); 12 are parts of deb packages; lockfiles name 1,204 more, not judged`. */
function packageWords({ packages, packageTypes = [], problems }: Report): string {
  const installed = packages.filter(({ evidence }) => evidence === undefined);
  const types = Map.groupBy(installed, ({ type }) => type);
  const counts = [...types].map(([type, group]) => `${numberWords(group.length)} ${type}`);
  const recovered = installed.filter(({ presence }) => presence === 'recovered').length;
  const owned = installed.filter(({ ownedBy }) => ownedBy !== undefined).length;
  const notes = [
    installed.length === 0 ? 'none found' : `${numberWords(installed.length)} (${listWords(counts, 10)})`,
    ...(recovered === 0 ? [] : [`${numberWords(recovered)} recovered, no database lists them`]),
    ...(owned === 0 ? [] : [`${numberWords(owned)} come with others and are judged through them`]),
    ...askedWords(packages, problems),
    ...(packageTypes.length === 0 ? [] : [`only ${packageTypes.join(', ')} (--package-types)`]),
  ];
  return notes.join('; ');
}

/** What lockfiles and manifests name: nothing shows that it is there. */
function askedWords(packages: readonly Package[], problems: readonly Problem[]): string[] {
  const groups = Map.groupBy(packages, ({ evidence }) => evidence);
  const judged = problems.some(({ code }) => code === 'packages.not-judged') ? ', not judged' : '';
  return (['lockfile', 'manifest'] as const).flatMap((evidence) => {
    const count = groups.get(evidence)?.length ?? 0;
    return count === 0 ? [] : [`${numberWords(count)} named by ${evidence}s${judged}`];
  });
}

function advisoryWords({ generation, builtAt, feeds }: Report['advisories'], createdAt: string): string {
  const age = builtAt === undefined ? undefined : daysBetween(builtAt, createdAt);
  const built = builtAt === undefined ? '' : `built ${dayWords(builtAt)}`;
  const old = age === undefined || age < 1 ? '' : ` (${countWords(age, 'day')} old)`;
  const names = feeds.map(({ name }) => name);
  const parts = [
    generation === undefined ? '' : `generation ${generation}`,
    built + old,
    // A service may know of feeds and have nothing of them yet. Of a whole database most say nothing of this image.
    names.length > NAMED_FEEDS ? `from ${countWords(names.length, 'feed')}` : `from ${listWords(names, NAMED_FEEDS)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
