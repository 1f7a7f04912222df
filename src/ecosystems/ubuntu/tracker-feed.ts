import { FeedError, FormatError, LimitError } from '../../errors.ts';
import { wholeFile } from '../../feeds/feed-file.ts';
import { updateDocument } from '../../feeds/single-document.ts';
import { Tally } from '../../feeds/tally.ts';
import { tarMembers } from '../../feeds/tar-members.ts';
import { readUbuntuTracker } from '../../formats/ubuntu-cve-tracker.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';
import { readTracker } from './tracker.ts';

const ARCHIVE = 'ubuntu-cve-tracker-master.tar.gz';

/** `active/CVE-2022-0001`, below whatever folder an archive has. */
const file = /(?:^|\/)(?:active|retired|ignored)\/(CVE-[^/]+)$/;

/** Bytes that the archive may become, and how often its own size: these are texts that are much alike. */
const limits = { layerBytes: 16 * 1024 ** 3, ratio: 300, ratioFloorBytes: 64 * 1024 ** 2 };

/**
 * Ubuntu's CVE tracker itself, of which its OSV records are made: it also tells what is not affected and why, and what
 * became of a release whose support ended.
 */
export const ubuntuTracker: Feed = {
  name: 'ubuntu-tracker',
  version: 1,
  title: 'Ubuntu CVE tracker',
  url: 'https://git.launchpad.net/ubuntu-cve-tracker/snapshot',
  mirrorPath: 'ubuntu-cve-tracker',
  licence: 'CC-BY-SA 4.0, Canonical Ltd.',
  folder: 'ubuntu-cve-tracker',
  insteadOf: 'ubuntu-osv',

  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent> {
    const read = async function* (body: Uint8Array, address: string): AsyncGenerator<FeedEvent> {
      const { decompressedPieces } = await import('../../formats/compression/pieces.ts');
      const pieces = decompressedPieces(body, {
        limits,
        ...(context.signal !== undefined && { signal: context.signal }),
      });
      const tally = new TrackerTally();
      for await (const { path, content } of tarMembers(pieces, (name) => file.test(name))) {
        yield* tally.read(path, content);
      }
      if (tally.all === 0) throw new FeedError('feed.refused', `${address} holds no files of the tracker`);
      yield* tally.end();
    };
    return updateDocument({ feed: this, path: ARCHIVE, key: 'archive', read }, from, context);
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    const tally = new TrackerTally();
    for await (const one of files) {
      if (file.test(one.path)) yield* tally.read(one.path, await wholeFile(one));
      else tally.passOver();
    }
    yield* tally.end();
  },
};

/** Reads the files of one update, and counts what they leave open: it is said once, not file by file. */
class TrackerTally extends Tally {
  readonly #unknown = new Map<string, number>();
  readonly #seen = new Set<string>();
  #lines = 0;
  #passedOver = 0;

  /** Notes of the team, scripts, templates: the repository is full of other things. */
  passOver(): void {
    this.#passedOver++;
  }

  *read(path: string, content: Uint8Array): Generator<FeedEvent> {
    this.all++;
    try {
      const read = readUbuntuTracker(content);
      const { advisory, unknown } = readTracker(read);
      this.#lines += read.unread;
      for (const what of unknown) this.#unknown.set(what, (this.#unknown.get(what) ?? 0) + 1);
      if (advisory === undefined) return;
      if (this.#seen.has(advisory.key)) {
        yield { type: 'note', message: `${path}: ${advisory.key} is told twice; the later one counts` };
      }
      this.#seen.add(advisory.key);
      yield { type: 'upsert', advisory };
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      this.unreadable++;
      yield { type: 'note', message: `${path}: ${error.message}` };
    }
  }

  *end(): Generator<FeedEvent> {
    if (this.all === 0) {
      // Nothing that was recognised: what was known before stays.
      if (this.#passedOver > 0) yield { type: 'note', message: `${this.#passedOver} files are none of the tracker's` };
      return;
    }
    this.check('files of the tracker');
    for (const [what, count] of this.#unknown) {
      yield { type: 'note', message: `${count} states are left out: ${what} says nothing that is known here` };
    }
    if (this.#lines > 0) yield { type: 'note', message: `${this.#lines} lines of the tracker cannot be read` };
    yield { type: 'replaced', prefix: '' };
  }
}
