import { FeedError } from '../../errors.ts';
import { feedAddress } from '../../feeds/address.ts';
import { wholeFile } from '../../feeds/feed-file.ts';
import { updateDocument } from '../../feeds/single-document.ts';
import { readDebianTracker, type TrackerIssue, type TrackerRelease } from '../../formats/debian-tracker.ts';
import { severityOfWord } from '../../formats/severity-word.ts';
import type { Affected } from '../../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';
import { DebianNotices } from './notices.ts';
import { debianReleases } from './releases.ts';

/** Releases that the tracker still speaks of, though no image of them is supported (debian.org/releases). */
const older = [
  ['potato', '2.2'],
  ['woody', '3.0'],
  ['sarge', '3.1'],
  ['etch', '4'],
  ['lenny', '5'],
] as const;

/** Versions by the codename that the tracker uses. */
const versions: ReadonlyMap<string, string> = new Map([
  ...older,
  ...debianReleases.map(({ codename, version }) => [codename ?? version, version] as const),
]);

const PATH = 'tracker/data/json';

/** The repository that the tracker is made from: its lists of notices. */
const repository = {
  url: 'https://salsa.debian.org/security-tracker-team/security-tracker/-/raw/master',
  mirrorPath: 'debian-security-tracker',
};
const LISTS = ['data/DSA/list', 'data/DLA/list'] as const;
const list = /(?:^|\/)D(?:SA|LA|TSA)(?:\/list)?$/;

/** Addresses of a record. */
const URLS = 8;

/**
 * The Debian security tracker: what every release says of every source package, also what is open, will not be fixed or
 * never was affected. The notices that brought a fix are named as related.
 */
export const debianTracker: Feed = {
  name: 'debian-tracker',
  version: 2,
  title: 'Debian security tracker',
  url: 'https://security-tracker.debian.org',
  mirrorPath: '',
  licence: 'public data of the Debian security team, without a formal licence',
  folder: 'debian-tracker',
  dropsReleases: true,

  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent> {
    const read = async function* (body: Uint8Array): AsyncGenerator<FeedEvent> {
      // The lists belong to the document: who issues a notice changes both, so they are never asked for alone.
      const notices = new DebianNotices();
      for (const path of LISTS) yield* readList(path, notices, context);
      yield* readDocument(body, notices);
    };
    return updateDocument({ feed: this, path: PATH, key: 'tracker', read }, from, context);
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    const notices = new DebianNotices();
    const documents: Buffer[] = [];
    for await (const file of files) {
      if (list.test(file.path)) yield* notices.read(file.chunks());
      else if (file.path.endsWith('.json')) documents.push(await wholeFile(file));
      else yield { type: 'note', message: `${file.path} is no file of this feed` };
    }
    for (const document of documents) yield* readDocument(document, notices);
  },
};

/** Without its notices an issue is judged the same: a list that cannot be had is no reason to do without the tracker. */
async function* readList(path: string, notices: DebianNotices, context: FeedContext): AsyncGenerator<FeedEvent> {
  const address = feedAddress(repository, context, path);
  try {
    const answer = await context.download(address);
    if (answer.status !== 'changed') {
      yield { type: 'note', message: `${address} is not there, so its notices are not named` };
      return;
    }
    const { body } = answer;
    yield* notices.read(
      (async function* () {
        yield body;
      })(),
    );
  } catch (error) {
    if (!(error instanceof FeedError)) throw error;
    yield { type: 'note', message: `${error.message}, so its notices are not named` };
  }
}

function* readDocument(document: Uint8Array, notices: DebianNotices): Generator<FeedEvent> {
  const unknown = new Map<string, number>();
  for (const item of readDebianTracker(document)) {
    if ('skipped' in item) {
      yield { type: 'note', message: item.skipped };
      continue;
    }
    const affected: Affected[] = [];
    for (const release of item.releases) {
      if (!versions.has(release.codename)) {
        unknown.set(release.codename, (unknown.get(release.codename) ?? 0) + 1);
        continue;
      }
      const entry = readRelease(item.package, release);
      if (entry !== undefined) affected.push(entry);
    }
    if (affected.length > 0) yield toUpsert(item, affected, notices.of(item.package, item.id));
  }
  for (const [codename, count] of unknown) {
    yield { type: 'note', message: `${count} states of the unknown release ${JSON.stringify(codename)} are left out` };
  }
  yield { type: 'replaced', prefix: '' };
}

function toUpsert(issue: TrackerIssue, entries: readonly Affected[], related: readonly string[]): FeedEvent {
  // The urgency stands with each release, and is nearly always the same.
  const severity = entries.find((entry) => entry.severity !== undefined)?.severity ?? 'unknown';
  const affected = entries.map(({ severity: own, ...rest }) =>
    (own ?? 'unknown') === severity ? rest : { ...rest, severity: own ?? 'unknown' },
  );
  return {
    type: 'upsert',
    advisory: {
      key: `${issue.package}/${issue.id}`,
      id: issue.id,
      aliases: [],
      ...(related.length > 0 && { related }),
      severity,
      urls: [issue.id, ...related].slice(0, URLS).map((id) => `https://security-tracker.debian.org/tracker/${id}`),
      affected,
      ...(issue.description !== undefined && { description: issue.description }),
    },
  };
}

/** What a release says, or undefined where it says nothing that could be reported. */
function readRelease(pkg: string, release: TrackerRelease): Affected | undefined {
  if (release.status === 'undetermined') return undefined;
  const base = { namespace: `debian:${versions.get(release.codename)}`, package: pkg, nameKind: 'source' } as const;
  const severity = severityOfWord(release.urgency);
  const judged = severity === 'unknown' ? {} : { severity };
  if (release.status === 'resolved') {
    const fixed = release.fixedVersion;
    // Resolved in no version that is known: nothing to compare with.
    if (fixed === undefined) return undefined;
    if (fixed === '0') return { ...base, state: 'not-affected', ranges: [], ...judged };
    return { ...base, state: 'fixed', ranges: [{ fixed }], ...judged };
  }
  const note = release.nodsa ?? (release.nodsaReason === '' ? undefined : release.nodsaReason);
  return { ...base, state: openState(release), ranges: [], ...judged, ...(note !== undefined && { note }) };
}

/**
 * State of an open issue. Without an advisory of its own (`no-dsa`) it may come with a point release; `ignored` ones
 * will not be fixed, `postponed` ones with the next advisory (security-team.debian.org/security_tracker.html).
 */
function openState(release: TrackerRelease): Affected['state'] {
  if (release.urgency === 'end-of-life') return 'end-of-life';
  if (release.nodsaReason === 'ignored') return 'will-not-fix';
  return release.nodsa === undefined && release.nodsaReason === undefined ? 'affected' : 'deferred';
}
