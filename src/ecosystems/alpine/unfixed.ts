import { FormatError } from '../../errors.ts';
import { wholeFile } from '../../feeds/feed-file.ts';
import { updateDocument } from '../../feeds/single-document.ts';
import { Tally } from '../../feeds/tally.ts';
import { tarMembers } from '../../feeds/tar-members.ts';
import { uncompressed } from '../../feeds/uncompressed.ts';
import { severityOfScore } from '../../formats/cvss/score.ts';
import { readTrackedVulnerability, type TrackedVulnerability } from '../../formats/secfixes-tracker.ts';
import type { Advisory, Affected } from '../../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';
import { branchNamespace } from './branches.ts';

const ARCHIVE = 'all.tar.gz';

/**
 * What Alpine's secfixes-tracker knows to be open, from a daily export of it: the security database itself has fixes
 * only. The tracker finds most of it by the names of products.
 */
export const alpineUnfixed: Feed = {
  name: 'alpine-unfixed',
  version: 1,
  title: 'Alpine Linux secfixes-tracker, open issues',
  url: 'https://aquasecurity.github.io/secfixes-tracker',
  mirrorPath: 'alpine-unfixed',
  licence: 'public data of Alpine Linux and NVD, without a stated licence',
  folder: 'alpine-unfixed',

  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent> {
    const read = (body: Uint8Array): AsyncIterable<FeedEvent> => readAll(membersOf(body, context));
    return updateDocument({ feed: this, path: ARCHIVE, key: ARCHIVE, read }, from, context);
  },

  read: (files) => readAll(documentsOf(files)),
};

interface Document {
  readonly path: string;
  readonly content: Uint8Array;
}

async function* membersOf(body: Uint8Array, context: FeedContext): AsyncGenerator<Document> {
  async function* pieces(): AsyncGenerator<Buffer> {
    for await (const piece of uncompressed(body, context)) yield Buffer.from(piece);
  }
  yield* tarMembers(pieces(), (path) => path.endsWith('.json'));
}

async function* documentsOf(files: AsyncIterable<FeedFile>): AsyncGenerator<Document> {
  for await (const file of files) yield { path: file.path, content: await wholeFile(file) };
}

async function* readAll(documents: AsyncIterable<Document>): AsyncGenerator<FeedEvent> {
  const tally = new Tally();
  for await (const { path, content } of documents) {
    if (!path.endsWith('.json')) {
      yield { type: 'note', message: `${path} is no document of this feed` };
      continue;
    }
    tally.all++;
    try {
      const advisory = toAdvisory(readTrackedVulnerability(content));
      if (advisory !== undefined) yield { type: 'upsert', advisory };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      tally.unreadable++;
      yield { type: 'note', message: `${path}: ${error.message}` };
    }
  }
  tally.checkWhole(alpineUnfixed.name, 'documents');
  yield { type: 'replaced', prefix: '' };
}

/** Undefined where nothing is open. */
function toAdvisory({ id, description, cvss, urls, states }: TrackedVulnerability): Advisory | undefined {
  const affected: Affected[] = [];
  for (const state of states) {
    const namespace = branchNamespace(state.repository);
    if (state.fixed || namespace === undefined) continue;
    // What came after the version that the tracker saw may have the fix.
    const ranges = [{ lastAffected: state.version }];
    affected.push({ namespace, package: state.package, nameKind: 'source', state: 'affected', ranges });
  }
  if (affected.length === 0) return undefined;
  return {
    key: id,
    id,
    aliases: [],
    severity: cvss?.score === undefined ? 'unknown' : severityOfScore(cvss.score, cvss.version),
    urls: [`https://security.alpinelinux.org/vuln/${id}`, ...urls].slice(0, 8),
    affected,
    ...(description !== undefined && { description }),
    // The tracker copies them.
    ...(cvss !== undefined && { cvss: [{ ...cvss, source: 'nvd' }] }),
  };
}
