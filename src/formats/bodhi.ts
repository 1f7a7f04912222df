import type { Severity } from '../model/severity.ts';
import { asList, asRecord, asText } from './record.ts';
import { severityOfWord } from './severity-word.ts';
import { readNoticeDate } from './updateinfo/date.ts';

/** A build that an update brings. */
export interface BodhiBuild {
  /** Name of the source package. */
  readonly name: string;
  /** `epoch:version-release`, without the epoch where that is 0. */
  readonly version: string;
}

/** An update as Fedora's update system has it (bodhi.fedoraproject.org/docs, server API). */
export interface BodhiUpdate {
  /** `FEDORA-2025-ccc3333333`. */
  readonly id: string;
  /** `stable`, `testing`, `obsolete`. */
  readonly status: string;
  /** `security`, `bugfix`, `enhancement`, `newpackage`. */
  readonly type: string;
  readonly severity: Severity;
  readonly title?: string;
  readonly notes?: string;
  readonly cves: readonly string[];
  /** `F41`, `F38M` for modules, `EPEL-9`. */
  readonly release: string;
  /** Its version alone: `41`. */
  readonly version: string;
  readonly builds: readonly BodhiBuild[];
  /** Builds that are no rpms: modules, containers, flatpaks. */
  readonly others: readonly string[];
  /** RFC 3339. */
  readonly submitted?: string;
  readonly pushed?: string;
  readonly modified?: string;
}

/** A page of updates. */
export interface BodhiPage {
  readonly updates: readonly (BodhiUpdate | { readonly skipped: string })[];
  readonly pages: number;
}

const TITLE = 300;
const NOTES = 4000;
const BUILDS = 5000;
const CVES = 1000;

const cve = /CVE-\d{4}-\d{4,19}/gi;

/** Reads a page of `/updates/`, or a list of updates, or one alone; undefined for anything else. */
export function readBodhiPage(document: unknown): BodhiPage | undefined {
  if (Array.isArray(document)) return { updates: document.map(readUpdate), pages: 1 };
  const page = asRecord(document);
  if (page === undefined) return undefined;
  if (Array.isArray(page['updates'])) {
    const { pages } = page;
    return { updates: page['updates'].map(readUpdate), pages: typeof pages === 'number' ? pages : 1 };
  }
  return page['alias'] === undefined ? undefined : { updates: [readUpdate(page)], pages: 1 };
}

function readUpdate(value: unknown): BodhiUpdate | { readonly skipped: string } {
  const update = asRecord(value);
  const id = asText(update?.['alias'], 100);
  if (update === undefined || id === undefined || !/^[A-Z][\w-]{3,99}$/.test(id)) {
    return { skipped: `an update has the alias ${JSON.stringify(id ?? null)}` };
  }
  const release = asRecord(update['release']);
  const [name, version] = [asText(release?.['name'], 40), asText(release?.['version'], 40)];
  if (name === undefined || version === undefined) return { skipped: `${id} names no release` };
  const builds: BodhiBuild[] = [];
  const others: string[] = [];
  for (const item of asList(update['builds']).slice(0, BUILDS)) {
    const build = asRecord(item);
    const nvr = asText(build?.['nvr'], 500);
    if (nvr === undefined) continue;
    const read =
      build?.['type'] === 'rpm' || build?.['type'] === undefined ? readBuild(nvr, build?.['epoch']) : undefined;
    if (read === undefined) others.push(nvr);
    else builds.push(read);
  }
  const text = (key: string, maximum: number): string | undefined => asText(update[key], 10_000_000)?.slice(0, maximum);
  const [title, notes] = [text('display_name', TITLE) ?? text('title', TITLE), text('notes', NOTES)];
  const [submitted, pushed, modified] = ['date_submitted', 'date_pushed', 'date_modified'].map((key) =>
    readNoticeDate(asText(update[key], 40) ?? ''),
  );
  return {
    id,
    status: asText(update['status'], 40) ?? '',
    type: asText(update['type'], 40) ?? '',
    severity: severityOfWord(update['severity']),
    cves: cvesOf(update),
    release: name,
    version,
    builds,
    others,
    ...(title !== undefined && { title }),
    ...(notes !== undefined && { notes }),
    ...(submitted !== undefined && { submitted }),
    ...(pushed !== undefined && { pushed }),
    ...(modified !== undefined && { modified }),
  };
}

/** Name and version of `NAME-VERSION-RELEASE`; undefined for another form, and for 0, before which there is nothing. */
function readBuild(nvr: string, epoch: unknown): BodhiBuild | undefined {
  const match = /^(\S{1,256})-([^\s:-]{1,128})-([^\s:-]{1,128})$/.exec(nvr);
  if (match === null) return undefined;
  const [, name = '', version, release] = match;
  const number = typeof epoch === 'number' && Number.isSafeInteger(epoch) && epoch > 0 ? epoch : 0;
  const text = `${version}-${release}`;
  if (number === 0 && /^0+-0+$/.test(text)) return undefined;
  return { name, version: number === 0 ? text : `${number}:${text}` };
}

/** The CVEs in the titles of its bugs; where there is none, those in its own words. */
function cvesOf(update: Readonly<Record<string, unknown>>): string[] {
  const bugs = asList(update['bugs']).map((bug) => asText(asRecord(bug)?.['title'], 100_000));
  const words = ['display_name', 'title', 'notes'].map((key) => asText(update[key], 1_000_000));
  const found = idsIn(bugs);
  return found.length > 0 ? found : idsIn(words);
}

function idsIn(texts: readonly (string | undefined)[]): string[] {
  const ids = new Set<string>();
  for (const text of texts) {
    for (const [id] of (text ?? '').matchAll(cve)) if (ids.size < CVES) ids.add(id.toUpperCase());
  }
  return [...ids];
}
