import { FeedError, FormatError } from '../../errors.ts';
import { wholeFile } from '../../feeds/feed-file.ts';
import { updateDocument } from '../../feeds/single-document.ts';
import { tarMembers } from '../../feeds/tar-members.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';
import { readUbuntuVex } from './vex.ts';

const ARCHIVE = 'vex-all.tar.xz';

/** `vex/cve/2025/CVE-2025-0167.json`; notices (`vex/usn/`) repeat what their CVEs say. */
const file = /(?:^|\/)CVE-[^/]+\.json$/;

const TOLERATED = 20;
const TOLERATED_SHARE = 0.05;

/** Every binary package of every architecture is written out: that compresses several hundredfold. */
const limits = { layerBytes: 128 * 1024 ** 3, ratio: 2000, ratioFloorBytes: 64 * 1024 ** 2 };

/**
 * Ubuntu's VEX documents: why a package is not affected. They find nothing that OSV does not; they explain, and silence
 * others. The archive is large and changes daily, so it is read only where it is asked for by name.
 */
export const ubuntuVex: Feed = {
  name: 'ubuntu-vex',
  version: 1,
  title: 'Ubuntu VEX',
  url: 'https://security-metadata.canonical.com/vex',
  mirrorPath: 'ubuntu-vex',
  licence: 'CC-BY-SA 4.0, Canonical Ltd.',
  folder: 'ubuntu-vex',
  insteadOf: 'ubuntu-osv',

  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent> {
    const read = async function* (body: Uint8Array, address: string): AsyncGenerator<FeedEvent> {
      const { decompressedPieces } = await import('../../formats/compression/pieces.ts');
      const pieces = decompressedPieces(body, {
        limits,
        ...(context.signal !== undefined && { signal: context.signal }),
      });
      yield* documents(
        tarMembers(pieces, (path) => file.test(path)),
        address,
      );
    };
    return updateDocument({ feed: this, path: ARCHIVE, key: 'archive', read }, from, context);
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    yield* documents(wanted(files), 'the folder');
  },
};

async function* wanted(files: AsyncIterable<FeedFile>): AsyncGenerator<{ path: string; content: Buffer }> {
  for await (const one of files) if (file.test(one.path)) yield { path: one.path, content: await wholeFile(one) };
}

async function* documents(
  members: AsyncIterable<{ readonly path: string; readonly content: Uint8Array }>,
  where: string,
): AsyncGenerator<FeedEvent> {
  let count = 0;
  let unreadable = 0;
  for await (const { path, content } of members) {
    count++;
    try {
      const advisory = readUbuntuVex(content);
      if (advisory !== undefined) yield { type: 'upsert', advisory };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      unreadable++;
      yield { type: 'note', message: `${path}: ${error.message}` };
    }
  }
  if (count === 0) throw new FeedError('feed.refused', `${where} holds no VEX documents of Ubuntu`);
  if (unreadable > TOLERATED && unreadable > count * TOLERATED_SHARE) {
    throw new FeedError('feed.refused', `${unreadable} of ${count} VEX documents of Ubuntu are unreadable`);
  }
  yield { type: 'replaced', prefix: '' };
}
