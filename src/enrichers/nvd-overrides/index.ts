import { EnrichmentEvents } from '../../feeds/enrichment-events.ts';
import { wholeFile } from '../../feeds/feed-file.ts';
import { updateDocument } from '../../feeds/single-document.ts';
import { tarMembers } from '../../feeds/tar-members.ts';
import { uncompressed } from '../../feeds/uncompressed.ts';
import { lines } from '../../formats/lines.ts';
import { readNvdOverride } from '../../formats/vulnerability/nvd.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';

const PATH = 'archive/refs/heads/main.tar.gz';

/** Products of vulnerabilities that NVD has not analysed. */
export const nvdOverrides: Feed = {
  name: 'nvd-overrides',
  version: 1,
  title: 'NVD data overrides (Anchore)',
  url: 'https://github.com/anchore/nvd-data-overrides',
  mirrorPath: 'nvd-overrides',
  licence: 'CC0-1.0',
  folder: 'nvd-overrides',
  enriches: true,

  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent> {
    const { title } = this;
    const read = async function* (body: Uint8Array): AsyncGenerator<FeedEvent> {
      const events = new EnrichmentEvents(title);
      const pieces = bufferPieces(uncompressed(body, context));
      for await (const { path, content } of tarMembers(pieces, (name) => /\/CVE-[\d-]+\.json$/.test(name))) {
        yield events.of(readNvdOverride(parse(content)), path);
      }
      events.check();
      yield { type: 'replaced', prefix: '' };
    };
    return updateDocument({ feed: this, path: PATH, key: 'archive', read }, from, context);
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    const events = new EnrichmentEvents(this.title);
    for await (const file of files) {
      if (file.path.endsWith('.ndjson')) {
        for await (const line of lines(file.chunks())) yield events.of(readNvdOverride(parse(line)), file.path);
      } else if (file.path.endsWith('.json')) {
        yield events.of(readNvdOverride(parse(await wholeFile(file))), file.path);
      } else yield { type: 'note', message: `${file.path} is no file of this feed` };
    }
    events.check();
    yield { type: 'replaced', prefix: '' };
  },
};

async function* bufferPieces(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
