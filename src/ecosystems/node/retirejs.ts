import { hash } from 'node:crypto';
import { FeedError } from '../../errors.ts';
import { feedAddress } from '../../feeds/address.ts';
import { wholeFile, wholeText } from '../../feeds/feed-file.ts';
import { mergeAdvisories } from '../../feeds/merge-advisories.ts';
import { type RetireRecord, readRetireRepository } from '../../formats/javascript/retire-records.ts';
import { severityOfWord } from '../../formats/severity-word.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Advisory, Affected, VersionRange } from '../../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';
import { VersionError } from '../../model/version-scheme.ts';

const DOCUMENT = 'jsrepository-v6.json';

/** Unreadable records that are put up with, and the share of all above which something is wrong. */
const TOLERATED = 20;
const TOLERATED_SHARE = 0.05;

const TITLE = 300;
const DESCRIPTION = 4000;
const URLS = 8;

/**
 * What is no vulnerability: that a major version is no longer maintained (CWE-1104). A library of which that alone is
 * known has no finding.
 */
const UNMAINTAINED = 'CWE-1104';

/**
 * Names at npm of libraries that the repository calls otherwise and says nothing of; `ember` is another package there, and
 * version 4 of CKEditor is published under two names.
 */
const names: ReadonlyMap<string, readonly string[]> = new Map([
  ['ckeditor', ['ckeditor', 'ckeditor4']],
  ['ember', ['ember-source']],
  ['threejs', ['three']],
]);

/** What RetireJS knows of libraries that scripts bring along; most of it has a CVE or is known to GitHub, not all. */
export const retireJs: Feed = {
  name: 'retirejs',
  version: 2,
  title: 'RetireJS',
  url: 'https://raw.githubusercontent.com/RetireJS/retire.js/master/repository',
  mirrorPath: 'retirejs',
  licence: 'Apache-2.0, Erlend Oftedal and contributors',
  folder: 'retirejs',

  async *update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const address = feedAddress(retireJs, context, DOCUMENT);
    const answer = await context.download(address, from[DOCUMENT]);
    if (answer.status === 'absent') {
      if (context.baseUrl === undefined || from[DOCUMENT] !== undefined) {
        throw new FeedError('feed.refused', `${address} is not there`);
      }
      yield { type: 'note', message: `${address} is not there: it is new, and few mirrors have it` };
      return;
    }
    if (answer.status === 'changed') yield* readDocument(answer.body);
    yield { type: 'state', state: answer.validator === undefined ? from : { [DOCUMENT]: answer.validator } };
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    for await (const file of files) {
      if (/(?:^|\/)jsrepository-v6\.json$/.test(file.path)) yield* readDocument(await wholeFile(file));
      // The others of the publisher's folder say the same in other forms, or are about other things.
      else if (!/(?:^|\/)(?:jsrepository|npmrepository)[\w-]{0,40}\.json$/.test(file.path)) {
        yield { type: 'note', message: `${file.path} is no document of this feed` };
      }
    }
  },
};

function* readDocument(body: Uint8Array): Generator<FeedEvent> {
  const advisories = new Map<string, Advisory>();
  let read = 0;
  let skipped = 0;
  for (const item of readRetireRepository(wholeText(body, 'the repository'))) {
    read++;
    const result = 'skipped' in item ? item : toAdvisory(item);
    if ('skipped' in result) {
      skipped++;
      yield { type: 'note', message: result.skipped };
      continue;
    }
    if ((item as RetireRecord).cwes.includes(UNMAINTAINED)) continue;
    const before = advisories.get(result.key);
    advisories.set(result.key, before === undefined ? result : mergeAdvisories(before, result));
  }
  if (advisories.size === 0) throw new FeedError('feed.refused', `the repository of ${retireJs.title} has no records`);
  if (skipped > TOLERATED && skipped > read * TOLERATED_SHARE) {
    throw new FeedError('feed.refused', `${skipped} of ${read} records of ${retireJs.title} are unreadable`);
  }
  for (const advisory of advisories.values()) yield { type: 'upsert', advisory };
  yield { type: 'replaced', prefix: '' };
}

function toAdvisory(record: RetireRecord): Advisory | { readonly skipped: string } {
  const { component, cves, ghsa, summary, details, urls, severity } = record;
  let ranges: readonly VersionRange[];
  try {
    ranges = rangesOf(record);
  } catch (error) {
    if (!(error instanceof VersionError)) throw error;
    return { skipped: `a record of ${component}: ${error.message}` };
  }
  // One CVE is the vulnerability; several are a bundle, whose own name is GitHub's.
  const id = (cves.length === 1 ? cves[0] : ghsa) ?? cves[0] ?? ownId(record);
  const row = { namespace: 'npm', nameKind: 'binary', state: 'fixed', ranges } as const satisfies Partial<Affected>;
  return {
    key: `${component}/${id}`,
    id,
    aliases: [...cves, ...(ghsa === undefined ? [] : [ghsa])].filter((other) => other !== id),
    severity: severityOfWord(severity),
    urls: urls.slice(0, URLS),
    ...(summary !== undefined && { title: summary.slice(0, TITLE) }),
    ...(details !== undefined && { description: details.slice(0, DESCRIPTION) }),
    affected: namesOf(record).map((name) => ({ ...row, package: name })),
  };
}

function namesOf({ component, npmName }: RetireRecord): readonly string[] {
  return names.get(component) ?? [npmName ?? component.toLowerCase()];
}

/**
 * A name for what nobody else named, from what the repository calls it: `RETIRE-tinymce-62`. Where it calls it nothing the
 * digest of what it says is taken, so that it stays the same until that changes.
 */
function ownId({ component, own, summary, urls, below }: RetireRecord): string {
  const library = component.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-');
  const said = own?.replace(/^retid /, '').replaceAll(/[^A-Za-z0-9.]+/g, '-');
  const last = said ?? hash('sha256', JSON.stringify([summary ?? below, urls[0]])).slice(0, 8);
  return `RETIRE-${library}-${last}`.slice(0, 100);
}

/** The range of a record without the versions that it excludes. @throws VersionError where a bound is no version */
function rangesOf({ atOrAbove, below, excludes }: RetireRecord): readonly VersionRange[] {
  const fixed = asSemver(below);
  let introduced = atOrAbove === undefined ? undefined : asSemver(atOrAbove);
  const ranges: VersionRange[] = [];
  const range = (end: string) => ({ ...(introduced !== undefined && { introduced }), fixed: end });
  for (const version of excludes.map(asSemver).sort(semverVersions.compare)) {
    if (introduced !== undefined && semverVersions.compare(version, introduced) < 0) continue;
    if (semverVersions.compare(version, fixed) >= 0) continue;
    ranges.push(range(version));
    introduced = next(version);
  }
  ranges.push(range(fixed));
  return ranges;
}

/** A version that npm can order: some have no hyphen in front of their pre-release (`1.9.0b1`, `3.0.RC3`). */
function asSemver(version: string): string {
  const [, numbers, rest] = /^(\d+(?:\.\d+)*)\.?([A-Za-z][\w.]*)$/.exec(version) ?? [];
  const whole = numbers === undefined ? version : `${numbers}-${rest}`;
  semverVersions.compare(whole, whole);
  return whole;
}

/** The first version behind another one, in the order of Semantic Versioning (section 11). */
function next(version: string): string {
  if (version.includes('-')) return `${version}.0`;
  const parts = version.split('.');
  return `${[...parts.slice(0, -1), Number(parts.at(-1)) + 1].join('.')}-0`;
}
