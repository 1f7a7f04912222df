import { EnrichmentEvents } from '../../feeds/enrichment-events.ts';
import { wholeFile, wholeText } from '../../feeds/feed-file.ts';
import { updateDocument } from '../../feeds/single-document.ts';
import { readKev } from '../../formats/vulnerability/kev.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';

const FILE = 'known_exploited_vulnerabilities.json';

/** CISA's catalogue of known exploited vulnerabilities. */
export const kev: Feed = {
  name: 'cisa-kev',
  version: 1,
  title: 'CISA known exploited vulnerabilities',
  url: 'https://www.cisa.gov/sites/default/files/feeds',
  mirrorPath: 'cisa-kev',
  licence: 'CC0-1.0',
  folder: 'cisa-kev',
  enriches: true,

  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent> {
    return updateDocument({ feed: this, path: FILE, key: 'catalogue', read: readCatalogue }, from, context);
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    for await (const file of files) {
      if (file.path.endsWith('_schema.json')) continue;
      if (file.path.endsWith('.json')) yield* readCatalogue(await wholeFile(file));
      else yield { type: 'note', message: `${file.path} is no file of this feed` };
    }
  },
};

function* readCatalogue(body: Uint8Array): Generator<FeedEvent> {
  const events = new EnrichmentEvents(kev.title);
  for (const reading of readKev(wholeText(body, 'the catalogue'))) yield events.of(reading);
  events.check();
  yield { type: 'replaced', prefix: '' };
}
