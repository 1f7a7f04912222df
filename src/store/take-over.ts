import type { KeptEnrichment } from '../advisories/enrichment-rows.ts';
import type { AdvisoryDelta, AdvisoryDeltaResult, FeedAdvisory } from './advisory-shelf.ts';
import type { Store } from './store.ts';

/** What is asked of the advisory database (advisories/database.ts). */
export interface TakeOverSource {
  status(): { readonly generation?: number };
  mark(generation?: number): string | undefined;
  records(): Iterable<FeedAdvisory>;
  recordsSince(generation: number): Iterable<{
    readonly feed: string;
    readonly key: string;
    readonly advisory?: FeedAdvisory['advisory'];
  }>;
  enrichments(earlier?: number): Iterable<KeptEnrichment>;
}

export interface TakeOverOptions {
  onProgress?(records: number): void;
}

/**
 * Brings the advisories of a store to the generation of an advisory database: by what changed since the store's own
 * generation where the database still knows that one, else by all records, of which those that did not change cost a
 * comparison each. So it is with what enrichers say, which stores have that were made before they could keep it not at all.
 * @returns undefined where the store has that generation, or the database none
 */
export async function takeOver(
  database: TakeOverSource,
  store: Pick<Store, 'advisories'>,
  options: TakeOverOptions = {},
): Promise<AdvisoryDeltaResult | undefined> {
  const { generation } = database.status();
  if (generation === undefined) return undefined;
  const known = await store.advisories.generation();
  const knownMark = await store.advisories.mark();
  const mark = database.mark();
  const follows = known > 0 && known <= generation && knownMark !== undefined && knownMark === database.mark(known);
  const isEnriched = await store.advisories.isEnriched();
  if (follows && known === generation && isEnriched) return undefined;
  const common: Pick<AdvisoryDelta, 'generation' | 'mark' | 'onProgress'> = {
    generation,
    ...(mark !== undefined && { mark }),
    ...(options.onProgress !== undefined && { onProgress: (records: number) => options.onProgress?.(records) }),
  };
  if (!follows) {
    const upserts = again(() => database.records());
    const enrichments = { rows: again(() => database.enrichments()), complete: true };
    return await store.advisories.apply({
      ...common,
      upserts,
      removals: [],
      enrichments,
      notify: known > 0,
      complete: true,
    });
  }
  const removals: { readonly feed: string; readonly key: string }[] = [];
  for (const { feed, key, advisory } of database.recordsSince(known)) {
    if (advisory === undefined) removals.push({ feed, key });
  }
  const upserts = again(() => changedRecords(database, known));
  const enrichments = {
    rows: again(() => database.enrichments(isEnriched ? known : undefined)),
    complete: !isEnriched,
  };
  return await store.advisories.apply({ ...common, upserts, removals, enrichments, notify: true, complete: false });
}

/** What can be read from the start again: a transaction may have to be repeated. */
function again<T>(read: () => Iterable<T>): Iterable<T> {
  return { [Symbol.iterator]: () => read()[Symbol.iterator]() };
}

function* changedRecords(database: TakeOverSource, since: number): Generator<FeedAdvisory> {
  for (const { feed, advisory } of database.recordsSince(since)) if (advisory !== undefined) yield { feed, advisory };
}
