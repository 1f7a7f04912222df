import { hash } from 'node:crypto';
import { FeedError, FormatError } from '../../errors.ts';
import { feedAddress } from '../../feeds/address.ts';
import { EnrichmentEvents } from '../../feeds/enrichment-events.ts';
import { wholeFile } from '../../feeds/feed-file.ts';
import { wholeUncompressed } from '../../feeds/uncompressed.ts';
import { jsonElements, jsonMembers } from '../../formats/json-members.ts';
import { readNvdCve } from '../../formats/vulnerability/nvd.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';
import { readMeta } from './meta.ts';

/** The first year file; it holds what was published before too. */
const FIRST_YEAR = 2002;
const FIRST_CVE = 1999;

/** `modified` reaches back eight days: one is left for clocks and late answers. */
const MODIFIED_REACHES = 7 * 24 * 60 * 60 * 1000;

const fileOf = (part: string): string => `nvdcve-2.0-${part}.json.gz`;
const metaOf = (part: string): string => `nvdcve-2.0-${part}.meta`;

/** NIST's National Vulnerability Database. */
export const nvd: Feed = {
  name: 'nvd',
  version: 1,
  title: 'National Vulnerability Database (NIST)',
  url: 'https://nvd.nist.gov/feeds/json/cve/2.0',
  mirrorPath: 'nvd',
  licence: 'public domain',
  folder: 'nvd',
  enriches: true,

  async *update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const now = Date.now();
    const state: Partial<Record<string, string>> = { ...from };
    const checked = Date.parse(from['checked'] ?? '');
    const recent = checked <= now && now - checked < MODIFIED_REACHES;
    let missing = 0;
    const parts = recent ? ['modified'] : years(now);
    for (const part of parts) {
      const meta = await context.download(feedAddress(nvd, context, metaOf(part)));
      if (meta.status !== 'changed') {
        missing++;
        yield { type: 'note', message: `${metaOf(part)} is not there` };
        continue;
      }
      const { sha256 } = readMeta(Buffer.from(meta.body).toString('utf8', 0, 10_000));
      if (from[part] === sha256) continue;
      const answer = await context.download(feedAddress(nvd, context, fileOf(part)));
      if (answer.status !== 'changed') {
        missing++;
        yield { type: 'note', message: `${fileOf(part)} is not there` };
        continue;
      }
      const document = await wholeUncompressed(answer.body, context);
      if (hash('sha256', document) !== sha256) {
        throw new FeedError('feed.refused', `${fileOf(part)} is not what ${metaOf(part)} says (SHA-256)`);
      }
      yield* readYear(document, part);
      state[part] = sha256;
    }
    // The file of a year that has just begun may not be there yet.
    if (missing > 0 && missing * 4 > parts.length) {
      throw new FeedError('feed.refused', `${missing} of ${parts.length} files of ${nvd.title} are not there`);
    }
    yield { type: 'state', state: { ...state, checked: new Date(now).toISOString() } };
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    const pages = new EnrichmentEvents(nvd.title);
    let whole = false;
    for await (const file of files) {
      if (file.path.endsWith('.meta')) continue;
      if (!file.path.endsWith('.json')) {
        yield { type: 'note', message: `${file.path} is no file of this feed` };
        continue;
      }
      // Pages of the API hold everything only together; a year file says all of its year.
      const part = /(?:^|\/)nvdcve-2\.0-(\d{4})\.json$/.exec(file.path)?.[1];
      whole ||= part === undefined;
      if (part === undefined) yield* readItems(await wholeFile(file), file.path, pages);
      else yield* readYear(await wholeFile(file), part);
    }
    if (!whole) return;
    pages.check();
    yield { type: 'replaced', prefix: '' };
  },
};

function years(now: number): readonly string[] {
  const count = new Date(now).getUTCFullYear() - FIRST_YEAR + 1;
  return Array.from({ length: count }, (_, index) => String(FIRST_YEAR + index));
}

/** A file of a year, or of what was modified. */
function* readYear(document: Buffer, part: string): Generator<FeedEvent> {
  const events = new EnrichmentEvents(`${nvd.title} (${part})`);
  yield* readItems(document, part, events);
  events.check();
  if (!/^\d{4}$/.test(part)) return;
  const first = Number(part) === FIRST_YEAR ? FIRST_CVE : Number(part);
  for (let year = first; year <= Number(part); year++) yield { type: 'replaced', prefix: `CVE-${year}-` };
}

/** The items of a document: a file of a feed, or a page of the API, which may be empty. */
function* readItems(document: Buffer, place: string, events: EnrichmentEvents): Generator<FeedEvent> {
  let known = false;
  for (const { name, value } of jsonMembers(document)) {
    known ||= name === 'vulnerabilities' || name === 'totalResults';
    if (name !== 'vulnerabilities') continue;
    for (const item of jsonElements(value)) yield events.of(readNvdCve(parse(item)), place);
  }
  if (!known) throw new FormatError(`${place} has no vulnerabilities`);
}

function parse(text: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString());
  } catch {
    return undefined;
  }
}
