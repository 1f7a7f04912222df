import type { Advisory, AdvisoryState, Affected, BuildFilter, Namespace, VersionRange } from '../../model/advisory.ts';
import type { Severity } from '../../model/severity.ts';
import { asList, asMoment, asRecord, asText, type JsonRecord } from '../record.ts';
import { type CompareVersions, readRange } from './ranges.ts';
import { readCvss, readOwnSeverity, readSeverity } from './severity.ts';

/** How the records of one OSV database become advisories. */
export interface OsvReading {
  /**
   * Namespace of an ecosystem as OSV writes it, in a record of this id; undefined: entries of that ecosystem are left out.
   */
  namespaceOf(ecosystem: string, id: string): Namespace | undefined;
  /** Whether packages are named by their source, as in Debian and its kin. */
  readonly nameKind: Affected['nameKind'];
  /** Who is said to have computed the CVSS. */
  readonly cvssSource: string;
  /** The form in which a package's name is looked up. Default: as written. */
  packageName?(name: string): string;
  /** Orders versions, for events that stand in disorder. */
  readonly compare?: CompareVersions;
  /** Leaves `versions` out where a range says the same: distributions list every version they ever published. */
  readonly rangesOnly?: boolean;
  /** The record on the publisher's site. */
  recordUrl?(id: string, record: JsonRecord): string | undefined;
  /** The CVEs that a notice deals with stand in `related` (AlmaLinux, Rocky Linux before 2025) instead of `upstream`. */
  readonly cvesAreRelated?: boolean;
  /** The publisher's own word where it stands elsewhere than the schema has it; before CVSS. */
  severityOf?(record: JsonRecord): Severity;
  /** Which builds an entry is about, where its name and ranges do not tell. */
  onlyFor?(record: JsonRecord, ranges: readonly VersionRange[]): BuildFilter | undefined;
  /** Entries that are about no vulnerability: left out without a word. */
  leavesOut?(entry: JsonRecord): boolean;
  /** What `ecosystem_specific` says of an entry beyond its ranges. `fixed`: some range ends. */
  stateOf?(specific: JsonRecord, fixed: boolean): Pick<Affected, 'state' | 'note'> | undefined;
}

/** What came of a record. */
export type OsvResult =
  | { readonly kind: 'advisory'; readonly advisory: Advisory; readonly notes: readonly string[] }
  /** The publisher took it back. */
  | { readonly kind: 'withdrawn'; readonly key: string }
  /** Nothing in it is of use here; a record of that key that is known from before is out of date. */
  | { readonly kind: 'empty'; readonly key: string; readonly notes: readonly string[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

const TITLE = 300;
const DESCRIPTION = 4000;
const URLS = 8;
const IDS = 200;

/**
 * Reads one OSV record (OSV schema 1.7, ossf.github.io/osv-schema). Permissive: what has an unexpected form counts as
 * absent, so that a new field or a slip of one publisher costs no record. Ranges of commits are left out; an entry that
 * has nothing else is too, since no ranges at all would mean every version.
 */
export function readOsv(value: unknown, reading: OsvReading): OsvResult {
  const record = asRecord(value);
  const id = asText(record?.['id'], 200);
  if (record === undefined || id === undefined) return { kind: 'unreadable', reason: 'a record without an id' };
  if (record['withdrawn'] !== undefined && record['withdrawn'] !== null) return { kind: 'withdrawn', key: id };

  const cvss = readCvss(record['severity'], reading.cvssSource);
  const word = reading.severityOf?.(record) ?? 'unknown';
  const severity = word === 'unknown' ? readSeverity(record, cvss) : word;
  const notes: string[] = [];
  const affected: Affected[] = [];
  for (const item of asList(record['affected'])) {
    const entry = readAffected({ id, record, entry: asRecord(item) ?? {} }, reading, notes);
    if (entry === undefined) continue;
    const { severity: own, ...rest } = entry.affected;
    affected.push(own === undefined || own === severity ? rest : { ...rest, severity: own });
    // Some publishers (Bitnami) give CVSS with each package instead of once.
    for (const score of entry.cvss) if (!cvss.some(({ vector }) => vector === score.vector)) cvss.push(score);
  }
  if (affected.length === 0) return { kind: 'empty', key: id, notes };

  const title = asText(record['summary'], 100_000)?.slice(0, TITLE);
  const description = asText(record['details'], 10_000_000)?.slice(0, DESCRIPTION);
  const published = asMoment(record['published']);
  const modified = asMoment(record['modified']);
  const { aliases, related } = readIds(id, record, reading.cvesAreRelated === true);
  return {
    kind: 'advisory',
    notes,
    advisory: {
      key: id,
      id,
      aliases,
      severity,
      urls: readUrls(id, record, reading),
      affected,
      ...(related.length > 0 && { related }),
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      ...(cvss.length > 0 && { cvss }),
      ...(published !== undefined && { published }),
      ...(modified !== undefined && { modified }),
    },
  };
}

/**
 * Distributions name the vulnerability in `upstream`; a collective notice names several there, and match tells such a
 * bundle from a vulnerability with many names.
 */
function readIds(
  id: string,
  record: JsonRecord,
  cvesAreRelated: boolean,
): { aliases: readonly string[]; related: readonly string[] } {
  const others = texts(record['related']);
  const aliases = new Set([
    ...texts(record['aliases']),
    ...texts(record['upstream']),
    ...(cvesAreRelated ? others.filter((other) => /^CVE-\d{4}-\d{4,19}$/.test(other)) : []),
  ]);
  // Records that a distribution made of a CVE bear its id behind their own prefix, also where they name nothing.
  const cve = /^[A-Z]+-(CVE-\d{4}-\d{4,19})$/.exec(id)?.[1];
  if (cve !== undefined) aliases.add(cve);
  aliases.delete(id);
  const related = new Set(others);
  for (const same of [id, ...aliases]) related.delete(same);
  return { aliases: [...aliases], related: [...related] };
}

function texts(value: unknown): string[] {
  return asList(value)
    .slice(0, IDS)
    .map((item) => asText(item, 100)?.trim())
    .filter((item) => item !== undefined)
    .map(usualSpelling);
}

/** Ids of others as their publishers write them: some copy them in small letters. */
function usualSpelling(id: string): string {
  if (/^cve-\d/i.test(id)) return id.toUpperCase();
  return /^ghsa(?:-[a-z0-9]{4}){3}$/i.test(id) ? `GHSA${id.slice(4).toLowerCase()}` : id;
}

function readUrls(id: string, record: JsonRecord, reading: OsvReading): string[] {
  const urls = new Set<string>();
  const own = reading.recordUrl?.(id, record);
  if (own !== undefined) urls.add(own);
  const references = asList(record['references']).map((item) => asRecord(item));
  const advisoriesFirst = [
    ...references.filter((item) => item?.['type'] === 'ADVISORY'),
    ...references.filter((item) => item?.['type'] !== 'ADVISORY'),
  ];
  for (const reference of advisoriesFirst) {
    const url = asText(reference?.['url'], 500);
    if (url !== undefined && /^https?:\/\/[^\s]+$/.test(url)) urls.add(url);
  }
  return [...urls].slice(0, URLS);
}

function readAffected(
  { id, record, entry }: { readonly id: string; readonly record: JsonRecord; readonly entry: JsonRecord },
  reading: OsvReading,
  notes: string[],
) {
  const pkg = asRecord(entry['package']);
  const ecosystem = asText(pkg?.['ecosystem']);
  const name = asText(pkg?.['name']);
  if (ecosystem === undefined || name === undefined) return undefined; // commits of a repository
  const namespace = reading.namespaceOf(ecosystem, id);
  if (namespace === undefined || reading.leavesOut?.(entry) === true) return undefined;

  const ranges: VersionRange[] = [];
  for (const range of asList(entry['ranges'])) ranges.push(...(readRange(range, reading.compare) ?? []));
  const versions = asList(entry['versions']).filter((version) => asText(version) !== undefined) as string[];
  if (ranges.length === 0 && versions.length === 0) {
    notes.push(`${id}: ${name} is left out, since it names no versions`);
    return undefined;
  }
  const fixed = ranges.length > 0 && ranges.every((range) => range.fixed !== undefined);
  const state = reading.stateOf?.(asRecord(entry['ecosystem_specific']) ?? {}, fixed);
  const cvss = readCvss(entry['severity'], reading.cvssSource);
  const severity = readOwnSeverity(entry, cvss);
  const only = reading.onlyFor?.(record, ranges);
  const affected: Affected = {
    namespace,
    package: reading.packageName?.(name) ?? name,
    nameKind: reading.nameKind,
    state: state?.state ?? defaultState(fixed),
    // One open range from the beginning is the same as none at all: every version.
    ranges: isEverything(ranges) ? [] : ranges,
    ...(versions.length > 0 && !(reading.rangesOnly === true && ranges.length > 0) && { versions }),
    ...(only !== undefined && { only }),
    ...(severity !== 'unknown' && { severity }),
    ...(state?.note !== undefined && { note: state.note }),
  };
  return { affected: isEverything(ranges) ? withoutVersions(affected) : affected, cvss };
}

function defaultState(fixed: boolean): AdvisoryState {
  return fixed ? 'fixed' : 'affected';
}

function isEverything(ranges: readonly VersionRange[]): boolean {
  return ranges.some((range) => Object.keys(range).length === 0);
}

function withoutVersions({ versions: _, ...rest }: Affected): Affected {
  return rest;
}
