import { FeedError } from '../errors.ts';
import type { Enrichment } from '../model/enrichment.ts';
import type { FeedEvent } from '../model/feed.ts';

/** Unreadable records that are put up with, and the share of all above which something is wrong. */
const TOLERATED = 20;
const TOLERATED_SHARE = 0.05;

/** Makes events of what the reader of an enricher's records told, and counts what it could not read. */
export class EnrichmentEvents {
  readonly #name: string;
  #read = 0;
  #skipped = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** The event of one record; `place` says where a record that was left out stood. */
  of(reading: { readonly enrichment: Enrichment } | { readonly skipped: string }, place?: string): FeedEvent {
    this.#read++;
    if ('enrichment' in reading) return { type: 'enrich', enrichment: reading.enrichment };
    this.#skipped++;
    return { type: 'note', message: `${place === undefined ? '' : `${place}: `}${reading.skipped}` };
  }

  /** @throws FeedError if too much could not be read to be a slip of single records, or there was nothing at all */
  check(): void {
    const read = this.#read;
    const skipped = this.#skipped;
    if (read === 0) throw new FeedError('feed.refused', `${this.#name} has no records`);
    if (read === skipped || (skipped > TOLERATED && skipped > read * TOLERATED_SHARE)) {
      throw new FeedError('feed.refused', `${skipped} of ${read} records of ${this.#name} are unreadable`);
    }
  }
}
