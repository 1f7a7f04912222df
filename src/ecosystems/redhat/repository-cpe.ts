import { FormatError } from '../../errors.ts';
import { wholeFile } from '../../feeds/feed-file.ts';
import { updateDocument } from '../../feeds/single-document.ts';
import { jsonMembers } from '../../formats/json-members.ts';
import { asList, asRecord, asText } from '../../formats/record.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';

const PATH = 'repository-to-cpe.json';
const NAME = 'redhat-repository-cpe';

/** Which products the content sets of Red Hat are: images name content sets, advisories name products. */
export const redhatRepositoryCpe: Feed = {
  name: NAME,
  version: 1,
  title: 'Red Hat content sets and their products',
  url: 'https://security.access.redhat.com/data/metrics',
  mirrorPath: 'redhat-repository-cpe',
  licence: 'CC BY 4.0',
  folder: 'redhat-repository-cpe',
  enriches: true,

  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent> {
    return updateDocument({ feed: this, path: PATH, key: 'map', read: readMap }, from, context);
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    for await (const file of files) {
      if (file.path.endsWith('.json')) yield* readMap(await wholeFile(file));
      else yield { type: 'note', message: `${file.path} is no file of this feed` };
    }
  },
};

/** @throws FormatError if the document is no map of content sets */
function* readMap(document: Uint8Array): Generator<FeedEvent> {
  let sets: Uint8Array | undefined;
  for (const { name, value } of jsonMembers(document)) if (name === 'data') sets = value;
  if (sets === undefined) throw new FormatError('the map of content sets has no "data"');
  let count = 0;
  for (const { name, value } of jsonMembers(sets)) {
    const cpes = asList(asRecord(parse(value))?.['cpes']).flatMap((one) => {
      const cpe = asText(one, 500);
      return cpe?.startsWith('cpe:') === true ? [cpe] : [];
    });
    if (name.trim() === '' || name.length > 500 || cpes.length === 0) {
      yield { type: 'note', message: `the content set ${JSON.stringify(name.slice(0, 100))} has no CPE` };
      continue;
    }
    count++;
    yield { type: 'enrich', enrichment: { name: `repo:${name}`, cpes: [...new Set(cpes)].sort() } };
  }
  if (count === 0) throw new FormatError('the map of content sets is empty');
  yield { type: 'replaced', prefix: '' };
}

function parse(value: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.length).toString());
  } catch (error) {
    throw new FormatError('the map of content sets is damaged', { cause: error });
  }
}
