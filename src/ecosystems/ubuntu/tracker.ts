import { scoreCvss } from '../../formats/cvss/score.ts';
import { severityOfWord } from '../../formats/severity-word.ts';
import type { UbuntuTrackerFile, UbuntuTrackerState } from '../../formats/ubuntu-cve-tracker.ts';
import { debVersions } from '../../formats/versions/deb.ts';
import type { Advisory, AdvisoryState, Affected } from '../../model/advisory.ts';
import type { CvssScore } from '../../model/cvss.ts';
import { pocketOf } from './pockets.ts';
import { withStandardPockets } from './standard.ts';

/** What a file says, and what could not be understood of it: how often each thing. */
export interface TrackerReading {
  readonly advisory?: Advisory;
  readonly unknown: readonly string[];
}

/** States by the words of the tracker (README of ubuntu-cve-tracker); `DNE`: the release does not have the package. */
const states: ReadonlyMap<string, AdvisoryState | 'none'> = new Map<string, AdvisoryState | 'none'>([
  ['DNE', 'none'],
  ['not-affected', 'not-affected'],
  ['released', 'fixed'],
  ['needed', 'affected'],
  ['active', 'affected'],
  ['in-progress', 'affected'],
  ['pending', 'affected'],
  ['needs-triage', 'under-investigation'],
  ['deferred', 'deferred'],
  ['ignored', 'will-not-fix'],
]);

/** Reasons to ignore an issue that mean that the release, or the kernel, was given up. */
const givenUp = /\bend[ -]of[ -](?:life|(?:\w+ )?support)\b|\bout of (?:\w+ )?support\b/i;

const URLS = 8;
const NOTE = 200;

/** Makes a record of a file of the tracker: a row for each source package and pocket that it speaks of. */
export function readTracker(file: UbuntuTrackerFile): TrackerReading {
  const unknown: string[] = [];
  const severity = severityOfWord(file.priority);
  const rows = new Map<string, Affected>();
  for (const state of file.states) {
    const row = rowOf(state, unknown);
    if (row === undefined) continue;
    const own = severityOfWord(
      file.priorities.get(`${state.package} ${state.release}`) ?? file.priorities.get(state.package),
    );
    // Both pockets of Ubuntu Pro may speak of a package: neither overwrites the other.
    rows.set(`${state.release}\0${state.package}`, own === 'unknown' ? row : { ...row, severity: own });
  }
  const affected = withStandardPockets([...rows.values()]);
  if (affected.length === 0) return { unknown };
  const { id, description, published } = file;
  const cvss = cvssOf(file);
  const related = noticesIn(file.references);
  return {
    unknown,
    advisory: {
      key: id,
      id,
      aliases: [],
      ...(related.length > 0 && { related }),
      severity,
      ...(description !== undefined && { description }),
      ...(cvss.length > 0 && { cvss }),
      urls: [...new Set([`https://ubuntu.com/security/${id}`, ...file.references])].slice(0, URLS),
      ...(published !== undefined && { published }),
      affected,
    },
  };
}

function rowOf(
  { release, package: name, status, detail }: UbuntuTrackerState,
  unknown: string[],
): Affected | undefined {
  const pocket = pocketOf(release);
  if (pocket === 'none') return undefined;
  if (pocket === undefined) {
    unknown.push(`the release ${JSON.stringify(release.slice(0, 60))}`);
    return undefined;
  }
  const state = states.get(status);
  if (state === 'none') return undefined;
  if (state === undefined) {
    unknown.push(`the status ${JSON.stringify(status.slice(0, 60))}`);
    return undefined;
  }
  const base = { namespace: pocket.namespace, package: name, nameKind: 'source' } as const;
  if (state === 'fixed') {
    const fixed = versionIn(detail);
    // Fixed in no version that is known: nothing to compare with.
    if (fixed === undefined) unknown.push('a release without a version');
    return fixed === undefined ? undefined : { ...base, state, ranges: [{ fixed }] };
  }
  const note = noteOf(status, detail);
  const isGivenUp = state === 'will-not-fix' && givenUp.test(detail ?? '');
  return {
    ...base,
    state: isGivenUp ? 'end-of-life' : state,
    ranges: [],
    ...(note !== undefined && { note }),
  };
}

function noteOf(status: string, detail: string | undefined): string | undefined {
  if (status === 'pending')
    return detail === undefined ? 'a fix is being prepared' : `a fix is being prepared: ${detail}`.slice(0, NOTE);
  // Which version came unaffected is worth nothing to anybody; a reason is.
  return detail === undefined || versionIn(detail) !== undefined ? undefined : detail.slice(0, NOTE);
}

/** The text, if it is a version: one word that begins with a digit and that dpkg can compare. */
function versionIn(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d[\w.+~:-]*$/.test(text)) return undefined;
  try {
    debVersions.compare(text, text);
    return text;
  } catch {
    return undefined;
  }
}

/** Notices of Ubuntu that the references name: `USN-5317-1`. */
function noticesIn(references: readonly string[]): string[] {
  const found = references.map((url) => /\/(usn-\d{1,6}-\d{1,3})\/?$/i.exec(url)?.[1]?.toUpperCase());
  return [...new Set(found.filter((id) => id !== undefined))].sort();
}

function cvssOf(file: UbuntuTrackerFile): CvssScore[] {
  return file.cvss.flatMap(({ author, vector }) => {
    const scored = scoreCvss(vector);
    return scored === undefined ? [] : [{ ...scored, vector, source: author === 'nvd' ? 'nvd' : `cna:${author}` }];
  });
}
