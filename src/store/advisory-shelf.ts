import type { Advisory } from '../model/advisory.ts';

/** A record of a feed, whole: all its entries in all namespaces. */
export interface FeedAdvisory {
  readonly feed: string;
  readonly advisory: Advisory;
}

/** What differs between the generation that the store has and the one that it shall have. */
export interface AdvisoryDelta {
  /** The generation it shall have afterwards. */
  readonly generation: number;
  /** New and changed records, and as many as there are: read one after the other. */
  readonly upserts: AsyncIterable<FeedAdvisory> | Iterable<FeedAdvisory>;
  readonly removals: readonly { readonly feed: string; readonly key: string }[];
  /** False for the first load: nobody wants to hear of what was always known. */
  readonly notify: boolean;
  /** The records are all there are: what the store has besides goes. */
  readonly complete: boolean;
  onProgress?(records: number): void;
}

export interface AdvisoryDeltaResult {
  readonly advisories: number;
  readonly vulnerabilities: number;
  /** Package versions that were judged again. */
  readonly judged: number;
  readonly notifications: number;
}

/**
 * The advisories of the feeds: one generation at a time, taken over from the advisory database, in the same transaction
 * as the vulnerabilities, judgements and notifications that follow from it. What a user wrote stays and hides the feeds.
 */
export interface AdvisoryShelf {
  /** The generation that was taken over last; 0: none. */
  generation(): Promise<number>;
  apply(delta: AdvisoryDelta): Promise<AdvisoryDeltaResult>;
}
