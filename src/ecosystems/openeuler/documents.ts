import { FeedError, FormatError, LimitError } from '../../errors.ts';
import { feedAddress } from '../../feeds/address.ts';
import { mapConcurrently } from '../../feeds/concurrent.ts';
import { wholeFile, wholeText } from '../../feeds/feed-file.ts';
import { readCsaf } from '../../formats/csaf/read.ts';
import { readCvrf } from '../../formats/cvrf.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';
import { csafNotice } from './csaf.ts';
import { cvrfNotice } from './cvrf.ts';
import { noticeAdvisory, noticeIds, type OpenEulerNotice } from './notice.ts';

/** Documents that are downloaded at the same time. */
const WIDTH = 8;

/** Documents that cannot be read or are missing and are put up with, and the share of all above which something is wrong. */
const TOLERATED = 20;
const TOLERATED_SHARE = 0.05;

const INDEX = 'index.txt';

interface DocumentsOptions extends Pick<Feed, 'name' | 'title' | 'url'> {
  /** Whether a file of the directory is a document, by its path. */
  isDocument(path: string): boolean;
  read(content: Uint8Array): Promise<OpenEulerNotice>;
}

/**
 * Makes a feed of a directory of notices with an `index.txt` that lists them, one path a line. Notices hardly ever change
 * once they are there: each is asked for again, with its validator, when the list does.
 */
function documentsFeed({ name, title, url, isDocument, read }: DocumentsOptions): Feed {
  const feed: Feed = {
    name,
    version: 1,
    title,
    url,
    mirrorPath: name,
    licence: 'public data of openEuler, without a stated licence',
    folder: name,
    insteadOf: 'openeuler-osv',
    update,
    read: readFolder,
  };

  async function document(path: string, content: Uint8Array): Promise<FeedEvent[]> {
    const notice = await read(content);
    if (!noticeIds.test(notice.id) && !/^CVE-\d{4}-\d{4,19}$/.test(notice.id)) {
      throw new FormatError(`${JSON.stringify(notice.id.slice(0, 100))} is no id of this publisher`);
    }
    const { advisory, notes } = noticeAdvisory(notice);
    const events: FeedEvent[] = notes.map((message) => ({ type: 'note', message: `${path}: ${message}` }));
    events.push(advisory === undefined ? { type: 'remove', key: notice.id } : { type: 'upsert', advisory });
    return events;
  }

  /** The events of one document, or the one that says why it was left out. */
  async function tolerant(path: string, content: Uint8Array): Promise<{ events: FeedEvent[]; unread: boolean }> {
    try {
      return { events: await document(path, content), unread: false };
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      return { events: [{ type: 'note', message: `${path}: ${error.message}` }], unread: true };
    }
  }

  function check(bad: number, all: number): void {
    if (bad > 0 && (bad === all || (bad > TOLERATED && bad > all * TOLERATED_SHARE))) {
      throw new FeedError('feed.refused', `${bad} of ${all} documents of ${name} cannot be read`);
    }
  }

  async function* update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const address = feedAddress(feed, context, INDEX);
    const index = await context.download(address, from[INDEX]);
    if (index.status === 'absent') throw new FeedError('feed.refused', `${address} is not there`);
    if (index.status === 'unchanged') {
      yield { type: 'state', state: index.validator === undefined ? from : { ...from, [INDEX]: index.validator } };
      return;
    }
    const lines = wholeText(index.body, INDEX).split('\n');
    const paths = [...new Set(lines.map((line) => line.trim()))].filter((path) => isDocument(path));
    if (paths.length === 0) throw new FeedError('feed.refused', `${address} lists no documents`);
    const state: Partial<Record<string, string>> = { [INDEX]: index.validator };
    let bad = 0;
    const answers = mapConcurrently(paths, WIDTH, async (path) => ({
      path,
      answer: await context.download(feedAddress(feed, context, path), from[path]),
    }));
    for await (const { path, answer } of answers) {
      if (answer.status === 'absent') {
        bad++;
        yield { type: 'note', message: `${path} is listed, but not there` };
        continue;
      }
      if (answer.status === 'changed') {
        const { events, unread } = await tolerant(path, answer.body);
        yield* events;
        if (unread) bad++;
      }
      if (answer.validator !== undefined) state[path] = answer.validator;
    }
    check(bad, paths.length);
    yield { type: 'state', state };
  }

  async function* readFolder(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    let [all, bad] = [0, 0];
    for await (const file of files) {
      if (!isDocument(file.path)) {
        if (!file.path.endsWith(INDEX)) yield { type: 'note', message: `${file.path} is no document of this feed` };
        continue;
      }
      all++;
      const { events, unread } = await tolerant(file.path, await wholeFile(file));
      yield* events;
      if (unread) bad++;
    }
    check(bad, all);
    yield { type: 'replaced', prefix: '' };
  }

  return feed;
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

/** openEuler's notices as CSAF 2.0: they name binary packages. Documents of CVEs are read where they are given. */
export const openEulerCsaf: Feed = documentsFeed({
  name: 'openeuler-csaf',
  title: 'openEuler security notices (CSAF)',
  url: 'https://repo.openeuler.org/security/data/csaf/advisories',
  isDocument: (path) => /^(?:[\w-]+\/)*csaf-openeuler-(?:sa|cve)-\d{4}-\d+\.json$/i.test(path) && path.length <= 200,
  read: async (content) => csafNotice(readCsaf(content)),
});

/** The same as CVRF 1.1. */
export const openEulerCvrf: Feed = documentsFeed({
  name: 'openeuler-cvrf',
  title: 'openEuler security notices (CVRF)',
  url: 'https://repo.openeuler.org/security/data/cvrf',
  isDocument: (path) => /^(?:[\w-]+\/)*cvrf-openEuler-SA-\d{4}-\d+\.xml$/i.test(path) && path.length <= 200,
  read: async (content) => cvrfNotice(await readCvrf(once(content))),
});
