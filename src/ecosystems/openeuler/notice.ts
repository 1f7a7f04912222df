import { severityOfWord } from '../../formats/severity-word.ts';
import type { Advisory, AdvisoryState, Affected } from '../../model/advisory.ts';
import { openEulerPage } from './feed.ts';

/** A build that a document speaks of. */
export interface OpenEulerBuild {
  /** `openEuler-22.03-LTS-SP3`. */
  readonly release: string;
  /** `vim-common-9.0-33.oe2203sp3.x86_64`, with `.rpm` behind it or not. */
  readonly file: string;
  readonly state: Extract<AdvisoryState, 'fixed' | 'affected' | 'not-affected' | 'under-investigation'>;
}

/** A notice of openEuler, whatever form it came in. */
export interface OpenEulerNotice {
  readonly id: string;
  readonly cves: readonly string[];
  readonly severity: string | undefined;
  readonly title?: string;
  readonly published?: string;
  readonly modified?: string;
  readonly builds: readonly OpenEulerBuild[];
}

/** Names of notices outside OSV: `openEuler-SA-2025-1351`. */
export const noticeIds = /^openEuler-SA-\d{4}-\d{1,8}$/;

/** Name, version and architecture of the file of an rpm; undefined for another name. */
export function parseRpmFile(file: string): { name: string; version: string; arch: string } | undefined {
  const plain = file.endsWith('.rpm') ? file.slice(0, -'.rpm'.length) : file;
  const dot = plain.lastIndexOf('.');
  const release = plain.lastIndexOf('-', dot);
  const version = plain.lastIndexOf('-', release - 1);
  if (dot < 0 || release <= 0 || version <= 0 || /\s/.test(plain)) return undefined;
  const found = { name: plain.slice(0, version), version: plain.slice(version + 1, dot), arch: plain.slice(dot + 1) };
  return found.version.length < 3 || found.arch === '' ? undefined : found;
}

/** The record of a notice, and what was left out of it. A source has the same version as what was built from it. */
export function noticeAdvisory(notice: OpenEulerNotice): { readonly advisory?: Advisory; readonly notes: string[] } {
  const { id, severity, builds, title, published, modified } = notice;
  const notes: string[] = [];
  const rows = new Map<string, Affected & { only: { architectures: string[] } }>();
  const unread = new Set<string>();
  for (const { release, file, state } of builds) {
    const build = parseRpmFile(file);
    const version = /^openEuler-(\d\d\.\d\d(?:-LTS(?:-SP\d{1,2})?)?)$/.exec(release)?.[1];
    if (build === undefined || version === undefined) {
      unread.add(`${release.slice(0, 100)} ${file.slice(0, 200)}`);
      continue;
    }
    if (build.arch === 'src') continue;
    const namespace = `openeuler:${version}`;
    const key = [namespace, build.name, build.version, state].join(' ');
    const row = rows.get(key);
    if (row !== undefined) {
      if (!row.only.architectures.includes(build.arch)) row.only.architectures.push(build.arch);
      continue;
    }
    const ranges = state === 'fixed' ? [{ fixed: build.version }] : [];
    const only = { architectures: [build.arch] };
    rows.set(key, { namespace, package: build.name, nameKind: 'binary', state, ranges, only });
  }
  if (unread.size > 0) notes.push(`${id}: ${unread.size} builds cannot be read, as ${[...unread][0]}`);
  const affected = [...rows.values()];
  if (affected.length === 0) return { notes };
  const advisory: Advisory = {
    key: id,
    id,
    aliases: notice.cves.filter((cve) => cve !== id),
    severity: severityOfWord(severity),
    urls: [noticeIds.test(id) ? openEulerPage(id) : `https://www.openeuler.org/en/security/cve/detail/?cveId=${id}`],
    affected,
    ...(title !== undefined && title !== '' && { title }),
    ...(published !== undefined && { published }),
    ...(modified !== undefined && { modified }),
  };
  return { advisory, notes };
}
