import type { KeptEnrichment } from '../advisories/enrichment-rows.ts';
import type { Advisory, AdvisoryHit, AdvisoryKey, Namespace } from '../model/advisory.ts';
import type { EnrichmentHit } from '../model/enrichment.ts';

/** A record of a feed, whole: all its entries in all namespaces. */
export interface FeedAdvisory {
  readonly feed: string;
  readonly advisory: Advisory;
}

/** What differs between the generation that the store has and the one that it shall have. */
export interface AdvisoryDelta {
  /** The generation it shall have afterwards. */
  readonly generation: number;
  /** What tells the generation from one of the same number of another database. Opaque. */
  readonly mark?: string;
  /**
   * New and changed records, and as many as there are: read one after the other; from the start again where the
   * transaction has to be repeated. A generator, which can be read once, will not do.
   */
  readonly upserts: AsyncIterable<FeedAdvisory> | Iterable<FeedAdvisory>;
  readonly removals: readonly { readonly feed: string; readonly key: string }[];
  /** What enrichers say otherwise than before; absent: nothing. `complete`: what the store has besides goes. */
  readonly enrichments?: {
    readonly rows: AsyncIterable<KeptEnrichment> | Iterable<KeptEnrichment>;
    readonly complete: boolean;
  };
  /** False for the first load: nobody wants to hear of what was always known. */
  readonly notify: boolean;
  /** The records are all there are: what the store has besides goes. */
  readonly complete: boolean;
  onProgress?(records: number): void;
}

export interface AdvisoryDeltaResult {
  /** Records that came, changed or went. */
  readonly advisories: number;
  /** Rows that came, changed or went. */
  readonly vulnerabilities: number;
  /** Package versions that were judged again. */
  readonly judged: number;
  readonly notifications: number;
}

/** What is known under some keys, at one moment. */
export interface AdvisoryAnswer {
  /** The generation that was asked. */
  readonly generation: number;
  /** `hits[i]` answers `keys[i]`. */
  readonly hits: readonly (readonly AdvisoryHit[])[];
  /** Vulnerabilities of the feeds that a user removed, and that one of the keys would else be judged by: `NAME (NAMESPACE)`. */
  readonly removed: ReadonlySet<string>;
  /** Those of the namespaces of which feeds say anything. What a user wrote does not mean that somebody watches. */
  readonly namespaces: ReadonlySet<Namespace>;
}

/** The feed of hits that a user wrote. */
export const USERS_FEED = 'user';

/**
 * The advisories of the feeds: one generation at a time, taken over from the advisory database, in the same transaction
 * as the vulnerabilities, judgements and notifications that follow from it. What a user wrote stays and hides the feeds.
 */
export interface AdvisoryShelf {
  /** The generation that was taken over last; 0: none. */
  generation(): Promise<number>;
  /** What came with it. Undefined where nothing was taken over. */
  mark(): Promise<string | undefined>;
  /** Names of the feeds, enrichers among them, of which it has anything. */
  feeds(): Promise<readonly string[]>;
  /** Whether all that enrichers say was ever taken over. What comes with that, nobody is told of. */
  isEnriched(): Promise<boolean>;
  apply(delta: AdvisoryDelta): Promise<AdvisoryDeltaResult>;
  /** What enrichers say of each name: `result[i]` answers `names[i]`. */
  enrich(names: readonly string[]): Promise<readonly (readonly EnrichmentHit[])[]>;
  /**
   * What judging packages takes that the store does not have: the records of the feeds, without what a user's word hides,
   * and what users wrote, as hits of the feed `user`.
   */
  lookUp(keys: readonly AdvisoryKey[]): Promise<AdvisoryAnswer>;
  /**
   * Takes back that a user removed a vulnerability: what the feeds say of it counts again, and that is notified.
   * @returns false: nobody removed one of this name there
   */
  restore(namespace: Namespace, name: string): Promise<boolean>;
  /** The records of the feeds that speak of a vulnerability of this name, one hit for each of their entries. */
  recordsOf(name: string): Promise<readonly AdvisoryHit[]>;
  /**
   * Package versions that may or may not have a vulnerability, since versions could not be compared: by namespace, where
   * there are any. Those of users' vulnerabilities count as well.
   */
  unjudged(): Promise<readonly { readonly namespace: string; readonly packageVersions: number }[]>;
}
