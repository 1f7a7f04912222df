import type { Advisory } from '../../src/model/advisory.ts';
import type { Enrichment } from '../../src/model/enrichment.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../src/model/feed.ts';
import { download } from '../../src/net/download.ts';
import { networkDialer } from '../../src/net/network-dialer.ts';
import type { FeedMirror } from './feed-mirror.ts';

/** The events of one run of a feed, sorted by kind. */
export interface FeedRun {
  readonly enrichments: readonly Enrichment[];
  readonly upserts: readonly Advisory[];
  readonly removed: readonly string[];
  readonly replaced: readonly string[];
  readonly notes: readonly string[];
  readonly state: FeedState | undefined;
}

async function collect(events: AsyncIterable<FeedEvent>): Promise<FeedRun> {
  const run = {
    upserts: [] as Advisory[],
    enrichments: [] as Enrichment[],
    removed: [] as string[],
    replaced: [] as string[],
    notes: [] as string[],
    state: undefined as FeedState | undefined,
  };
  for await (const event of events) {
    if (event.type === 'upsert') run.upserts.push(event.advisory);
    else if (event.type === 'enrich') run.enrichments.push(event.enrichment);
    else if (event.type === 'remove') run.removed.push(event.key);
    else if (event.type === 'replaced') run.replaced.push(event.prefix);
    else if (event.type === 'note') run.notes.push(event.message);
    else run.state = event.state;
  }
  return run;
}

/** Reads a feed from files in memory, as from a folder of the offline layout. */
export async function readFiles(feed: Feed, files: Readonly<Record<string, string | Uint8Array>>): Promise<FeedRun> {
  async function* given(): AsyncGenerator<FeedFile> {
    for (const [path, content] of Object.entries(files)) {
      yield {
        path,
        chunks: async function* () {
          yield Buffer.from(content);
        },
      };
    }
  }
  return await collect(feed.read(given()));
}

/** Updates a feed from a mirror. */
export async function updateFrom(
  mirror: FeedMirror,
  feed: Feed,
  from: FeedState = {},
  namespaces?: ReadonlySet<string>,
): Promise<FeedRun> {
  const dialer = networkDialer();
  const limits = { backOffMs: 1, backOffMaximumMs: 2, attempts: 2 };
  const context: FeedContext = {
    baseUrl: mirror.url,
    download: (url, validator, how) =>
      download(dialer, url, { ...how, limits, ...(validator !== undefined && { validator }) }),
    ...(namespaces !== undefined && { namespaces }),
  };
  try {
    return await collect(feed.update(from, context));
  } finally {
    await dialer.close();
  }
}
