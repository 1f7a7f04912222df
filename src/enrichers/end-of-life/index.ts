import { EnrichmentEvents } from '../../feeds/enrichment-events.ts';
import { wholeFile, wholeText } from '../../feeds/feed-file.ts';
import { updateDocument } from '../../feeds/single-document.ts';
import { readProducts } from '../../formats/vulnerability/end-of-life.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';

const PATH = 'api/v1/products/full';

/** `ID` of os-release by the name of the product. */
const distributions: ReadonlyMap<string, string> = new Map([
  ['almalinux', 'almalinux'],
  ['alpine-linux', 'alpine'],
  ['amazon-linux', 'amzn'],
  ['azure-linux', 'azurelinux'],
  ['centos', 'centos'],
  ['centos-stream', 'centos'],
  ['debian', 'debian'],
  ['fedora', 'fedora'],
  ['opensuse', 'opensuse-leap'],
  ['oracle-linux', 'ol'],
  ['photon', 'photon'],
  ['rhel', 'rhel'],
  ['rocky-linux', 'rocky'],
  ['sles', 'sles'],
  ['ubuntu', 'ubuntu'],
]);

/** When releases of distributions end, as endoflife.date knows it. */
export const endOfLife: Feed = {
  name: 'end-of-life',
  version: 1,
  title: 'Ends of life (endoflife.date)',
  url: 'https://endoflife.date',
  mirrorPath: 'end-of-life',
  licence: 'MIT',
  folder: 'end-of-life',
  enriches: true,

  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent> {
    return updateDocument({ feed: this, path: PATH, key: 'products', read: readDocument }, from, context);
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    for await (const file of files) yield* readDocument(await wholeFile(file));
  },
};

function* readDocument(body: Uint8Array): Generator<FeedEvent> {
  const events = new EnrichmentEvents(endOfLife.title);
  for (const { product, release, endOfLife: day } of readProducts(wholeText(body, 'the list of products'))) {
    const distribution = distributions.get(product);
    if (distribution === undefined) continue;
    const name = `eol:${distribution}/${release}`;
    // Not known yet, or ended on an unknown day: our own tables know as much.
    if (day === undefined) yield { type: 'note', message: `${product} ${release}: no day of its end` };
    else yield events.of({ enrichment: { name, endOfLife: day } });
  }
  events.check();
  yield { type: 'replaced', prefix: '' };
}
