import { FeedError } from '../../errors.ts';
import { EnrichmentEvents } from '../../feeds/enrichment-events.ts';
import { wholeFile } from '../../feeds/feed-file.ts';
import { updateDocument } from '../../feeds/single-document.ts';
import { readCwe } from '../../formats/vulnerability/cwe.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';

const FILE = 'cwec_latest.xml.zip';

/** Names of weaknesses. */
export const cwe: Feed = {
  name: 'cwe',
  version: 1,
  title: 'Common Weakness Enumeration (MITRE)',
  url: 'https://cwe.mitre.org/data/xml',
  mirrorPath: 'cwe',
  licence: 'CWE terms of use (cwe.mitre.org), with attribution',
  folder: 'cwe',
  enriches: true,

  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent> {
    return updateDocument({ feed: this, path: FILE, key: 'list', read: readArchive }, from, context);
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    for await (const file of files) {
      if (file.path.endsWith('.zip')) yield* readArchive(await wholeFile(file));
      else if (file.path.endsWith('.xml')) yield* readList(file.chunks());
      else yield { type: 'note', message: `${file.path} is no file of this feed` };
    }
  },
};

async function* readArchive(archive: Uint8Array): AsyncGenerator<FeedEvent> {
  const { ZipReader } = await import('../../formats/zip/strict-reader.ts');
  const zip = new ZipReader(archive);
  const entry = zip.entries.find(({ name }) => name.endsWith('.xml'));
  if (entry === undefined) throw new FeedError('feed.refused', `the archive of ${cwe.title} has no list`);
  const list = zip.read(entry);
  yield* readList(
    (async function* () {
      yield list;
    })(),
  );
}

async function* readList(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FeedEvent> {
  const events = new EnrichmentEvents(cwe.title);
  for await (const { number, name } of readCwe(chunks)) {
    yield events.of({ enrichment: { name: `cwe:${number}`, title: name } });
  }
  events.check();
  yield { type: 'replaced', prefix: '' };
}
