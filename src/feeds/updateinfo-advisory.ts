import type { Notice, NoticePackage } from '../formats/updateinfo/notice.ts';
import type { Advisory, Affected, BuildFilter, Namespace } from '../model/advisory.ts';

/** How the notices of one repository become advisories. */
export interface NoticeReading {
  readonly namespace: Namespace;
  /** Every record's key begins with it. */
  readonly prefix: string;
  /** Where its packages come from, for `only.repositories`. */
  readonly repositories?: readonly string[];
  /** The record on the publisher's site. */
  recordUrl(id: string): string;
}

const URLS = 8;
const CVES = 1000;

/** A CVE id, in whatever case. */
const cve = /CVE-\d{4}-\d{4,19}/gi;

/** The CVEs that a notice deals with: its references of the kind `cve`. */
export function cvesOf(notice: Pick<Notice, 'references'>): string[] {
  const ids = new Set<string>();
  for (const { type, id: text } of notice.references) {
    if (type.toLowerCase() !== 'cve') continue;
    for (const [id] of text.matchAll(cve)) if (ids.size < CVES) ids.add(id.toUpperCase());
  }
  return [...ids];
}

/** Whether a notice is about vulnerabilities: it says so, or names one. Others repair bugs or bring new features. */
export function isSecurity(notice: Pick<Notice, 'type' | 'references'>): boolean {
  return notice.type === 'security' || cvesOf(notice).length > 0;
}

/** The advisory of a notice; undefined where it has no package that is meant. */
export function toAdvisory(notice: Notice, reading: NoticeReading): Advisory | undefined {
  const affected = rowsOf(notice, reading);
  if (affected.length === 0) return undefined;
  const { id, severity, title, description, issued, updated } = notice;
  return {
    key: `${reading.prefix}${id}`,
    id,
    aliases: cvesOf(notice).filter((alias) => alias !== id),
    severity,
    urls: urlsOf(notice, reading.recordUrl(id)),
    affected,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(issued !== undefined && { published: issued }),
    ...(updated !== undefined && { modified: updated }),
  };
}

function urlsOf(notice: Notice, own: string): string[] {
  const urls = new Set([own]);
  const isOwn = (type: string): boolean => type !== 'cve' && type !== 'bugzilla';
  const ownFirst = [
    ...notice.references.filter(({ type }) => isOwn(type)),
    ...notice.references.filter(({ type }) => !isOwn(type)),
  ];
  for (const { href } of ownFirst) if (urls.size < URLS && /^https?:\/\/\S+$/.test(href)) urls.add(href);
  return [...urls];
}

/** One row for every name and version; its architectures together. Source packages are not installed. */
function rowsOf({ packages }: Notice, reading: NoticeReading): Affected[] {
  const groups = new Map<string, { readonly first: NoticePackage; readonly architectures: Set<string> }>();
  for (const item of packages) {
    const { name, version, arch } = item;
    if (arch === 'src' || arch === 'nosrc') continue;
    const key = `${name}\0${version}`;
    const group = groups.get(key) ?? { first: item, architectures: new Set() };
    groups.set(key, group);
    // One row without an architecture stands for all.
    group.architectures.add(arch ?? '');
  }
  return [...groups.values()].map(({ first, architectures }) => {
    const only: BuildFilter = {
      ...(!architectures.has('') && { architectures: [...architectures].sort() }),
      ...(reading.repositories !== undefined && { repositories: reading.repositories }),
    };
    return {
      namespace: reading.namespace,
      package: first.name,
      nameKind: 'binary',
      state: 'fixed',
      ranges: [{ fixed: first.version }],
      ...(Object.keys(only).length > 0 && { only }),
    };
  });
}
