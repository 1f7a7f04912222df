import type { Enrichment } from '../model/enrichment.ts';
import type { FeedEvent } from '../model/feed.ts';
import { Tally } from './tally.ts';

/** Makes events of what the reader of an enricher's records told, and counts what it could not read. */
export class EnrichmentEvents {
  readonly #tally = new Tally();
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** The event of one record; `place` says where a record that was left out stood. */
  of(reading: { readonly enrichment: Enrichment } | { readonly skipped: string }, place?: string): FeedEvent {
    this.#tally.all++;
    if ('enrichment' in reading) return { type: 'enrich', enrichment: reading.enrichment };
    this.#tally.unreadable++;
    return { type: 'note', message: `${place === undefined ? '' : `${place}: `}${reading.skipped}` };
  }

  /** @throws FeedError if too much could not be read to be a slip of single records, or there was nothing at all */
  check(): void {
    this.#tally.checkWhole(this.#name, 'records');
  }
}
