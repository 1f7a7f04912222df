import { FeedError } from '../../errors.ts';
import { feedAddress } from '../../feeds/address.ts';
import { EnrichmentEvents } from '../../feeds/enrichment-events.ts';
import { uncompressed } from '../../feeds/uncompressed.ts';
import { readEpss } from '../../formats/vulnerability/epss.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';

/** The scores of the last day. A mirror may have them under the day alone. */
const CURRENT = 'epss_scores-current.csv.gz';

/** Days back for which a mirror is asked that does not know the current ones. */
const DAYS = 7;
const DAY = 24 * 60 * 60 * 1000;

/** Scores of the Exploit Prediction Scoring System. */
export const epss: Feed = {
  name: 'epss',
  version: 1,
  title: 'EPSS scores (FIRST)',
  url: 'https://epss.empiricalsecurity.com',
  mirrorPath: 'epss',
  licence: 'free to use with attribution to FIRST (first.org/epss)',
  folder: 'epss',
  enriches: true,

  async *update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    for (const { name, day } of candidates(Date.now())) {
      const answer = await context.download(feedAddress(this, context, name), from[name]);
      if (answer.status === 'absent') continue;
      if (answer.status === 'changed') yield* readScores(uncompressed(answer.body, context), day);
      if (answer.validator !== undefined) yield { type: 'state', state: { [name]: answer.validator } };
      return;
    }
    throw new FeedError('feed.refused', `${feedAddress(this, context, CURRENT)} is not there`);
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    // Of several days the last counts, and only that one may be told.
    let last: string | undefined;
    for await (const file of files) {
      if (!file.path.endsWith('.csv')) {
        yield { type: 'note', message: `${file.path} is no file of this feed` };
        continue;
      }
      if (last !== undefined) yield { type: 'note', message: `${last} is passed over: ${file.path} is newer` };
      last = file.path;
      yield* readScores(file.chunks(), /(\d{4}-\d\d-\d\d)\.csv$/.exec(file.path)?.[1]);
    }
  },
};

function* candidates(now: number): Generator<{ readonly name: string; readonly day?: string }> {
  yield { name: CURRENT };
  for (let back = 0; back < DAYS; back++) {
    const day = new Date(now - back * DAY).toISOString().slice(0, 10);
    yield { name: `epss_scores-${day}.csv.gz`, day };
  }
}

async function* readScores(chunks: AsyncIterable<Uint8Array>, day: string | undefined): AsyncGenerator<FeedEvent> {
  const events = new EnrichmentEvents(epss.title);
  for await (const item of readEpss(chunks, day)) yield events.of(item);
  events.check();
  yield { type: 'replaced', prefix: '' };
}
