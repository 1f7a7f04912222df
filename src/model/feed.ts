import type { Advisory, Namespace } from './advisory.ts';
import type { Enrichment } from './enrichment.ts';

/** What a feed remembers between updates: validators, watermarks. Opaque to everyone else; plain JSON. */
export type FeedState = Readonly<Partial<Record<string, string>>>;

/** What a feed reports while it is read. */
export type FeedEvent =
  | { readonly type: 'upsert'; readonly advisory: Advisory }
  /** The same of a source that enriches: its key is the enrichment's name. */
  | { readonly type: 'enrich'; readonly enrichment: Enrichment }
  /** The publisher withdrew the record. */
  | { readonly type: 'remove'; readonly key: string }
  /**
   * Everything of this key prefix was told anew: records with such a key that did not come in this run are gone.
   * A prefix of '' means the whole feed.
   */
  | { readonly type: 'replaced'; readonly prefix: string }
  /** Something odd that did not stop the feed: a record left out, with the reason. */
  | { readonly type: 'note'; readonly message: string }
  /** Remember this for the next update. */
  | { readonly type: 'state'; readonly state: FeedState };

/**
 * An answer to a conditional request. The validator stands for the body: handed back in the next request it tells
 * whether anything changed, also where the server itself cannot tell. `unchanged` may bring a new one.
 */
export type Download =
  | { readonly status: 'unchanged'; readonly validator?: string }
  | { readonly status: 'changed'; readonly body: Uint8Array; readonly validator: string }
  | { readonly status: 'absent' };

/** How a feed gets bytes. The only way to the network that a feed has. */
export interface FeedContext {
  /**
   * Conditional GET of a URL; `validator` is what the last download returned for it.
   * Content encodings are undone; sizes are limited. An answer in HTML is refused unless `page` asks for one.
   * `accept` names the media type that is wanted of a server that has several.
   * @throws FeedError when the source cannot be reached or does not answer as it should.
   */
  download(
    url: string,
    validator?: string,
    options?: { readonly page?: boolean; readonly accept?: string },
  ): Promise<Download>;
  /** Only these namespaces are needed now; undefined: all. A feed that comes in one piece may ignore it. */
  readonly namespaces?: ReadonlySet<Namespace>;
  /** Root of a mirror that serves every feed under its `mirrorPath`; replaces the publisher's own address. */
  readonly baseUrl?: string;
  readonly signal?: AbortSignal;
}

/** A publisher of advisories. */
export interface Feed {
  /** `debian-tracker`, `alpine-secdb`: part of every advisory's key. */
  readonly name: string;
  /** Raised whenever the same data would give other records: the next update then reads everything anew. */
  readonly version: number;
  /** For people. */
  readonly title: string;
  /** The publisher's address. */
  readonly url: string;
  /** Where a mirror has it, below its root: '' or `alpine-secdb`. */
  readonly mirrorPath: string;
  /** Licence or terms of the data, for attribution. */
  readonly licence: string;
  /** Folder of the offline layout that holds its data (`drydock db import`): `debian-tracker`, `osv/Ubuntu`. */
  readonly folder: string;
  /**
   * True where the publisher takes a release out of the data when its support ends: what was last known of it is kept.
   */
  readonly dropsReleases?: boolean;
  /** Says what vulnerabilities are worth, not which packages have them: every event of records is an `enrich`. */
  readonly enriches?: boolean;
  /**
   * Name of a feed that says the same in another form: this one is read only where it is asked for by name, or where
   * the other one is not there.
   */
  readonly insteadOf?: string;
  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent>;
  /** Reads the feed from its folder of the offline layout. `files` yields every file below it, archives expanded. */
  read(files: AsyncIterable<FeedFile>): AsyncIterable<FeedEvent>;
}

/** A file of the offline layout, decompressed. */
export interface FeedFile {
  /** Relative to the feed's folder, compression suffix removed. */
  readonly path: string;
  /** The content in pieces, from the start; valid until the next file is asked for. */
  chunks(): AsyncIterable<Uint8Array>;
}
