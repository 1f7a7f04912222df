import { AdvisoriesError } from '../errors.ts';
import type { EnrichmentHit } from '../model/enrichment.ts';
import { decodeEnrichment } from './enrichment-encoding.ts';
import { decodeBlock, placeOf, unpackScore } from './score-block.ts';
import type { Database } from './sqlite.ts';

/** One search in each feed that enriches, for each name and for each block; ?3 is the generation. */
const ENRICH = `
  SELECT f.name, k.key, e.detail
  FROM json_each(?1) k
  CROSS JOIN feed f ON f.enriches > 0
  CROSS JOIN enrichment e ON e.feed = f.id AND e.name = k.value
  WHERE e.valid_from <= ?3 AND ifnull(e.valid_to, ?3 + 1) > ?3
  UNION ALL
  SELECT f.name, k.value, b.data
  FROM json_each(?2) k
  CROSS JOIN feed f ON f.enriches > 0
  CROSS JOIN score_block b ON b.feed = f.id AND b.block = k.value
  WHERE b.valid_from <= ?3 AND ifnull(b.valid_to, ?3 + 1) > ?3
  ORDER BY 1, 2`;

/** Place of a name, or number of a block: `detail` tells which. */
type Row = readonly [feed: string, place: number, detail: string | Uint8Array];

interface Asked {
  /** Place in the question. */
  readonly at: number;
  readonly number: number;
}

/** Reads what enrichers say of names. */
export class EnrichmentReader {
  readonly #database: Database;
  readonly #path: string;
  readonly #generation: number;
  #select: ReturnType<Database['prepare']> | undefined;

  constructor(database: Database, path: string, generation: number) {
    this.#database = database;
    this.#path = path;
    this.#generation = generation;
  }

  /** `result[i]` is what each feed says of `names[i]`, in the order of the feeds' names. */
  read(names: readonly string[]): readonly (readonly EnrichmentHit[])[] {
    const hits: EnrichmentHit[][] = names.map(() => []);
    const asked = new Map<number, Asked[]>();
    for (const [at, name] of names.entries()) {
      const place = placeOf(name);
      if (place === undefined) continue;
      const others = asked.get(place.block);
      if (others === undefined) asked.set(place.block, [{ at, number: place.number }]);
      else others.push({ at, number: place.number });
    }
    for (const [feed, place, detail] of this.#rows(names, [...asked.keys()])) {
      if (typeof detail === 'string') {
        hits[place]?.push({ feed, enrichment: decodeEnrichment(names[place] as string, detail) });
        continue;
      }
      const { scores, date } = this.#decoded(detail);
      for (const { at, number } of asked.get(place) ?? []) {
        const packed = scores.get(number);
        if (packed === undefined) continue;
        hits[at]?.push({ feed, enrichment: { name: names[at] as string, epss: unpackScore(packed, date) } });
      }
    }
    return hits;
  }

  #decoded(data: Uint8Array): ReturnType<typeof decodeBlock> {
    try {
      return decodeBlock(data);
    } catch (error) {
      const message = `The advisory database ${this.#path} is damaged (scores). Remove it and run "drydock db update".`;
      throw new AdvisoriesError('advisories.unusable', message, { cause: error });
    }
  }

  #rows(names: readonly string[], blocks: readonly number[]): readonly Row[] {
    if (this.#select === undefined) {
      this.#select = this.#database.prepare(ENRICH);
      this.#select.setReturnArrays(true);
    }
    const parameters = [JSON.stringify(names), JSON.stringify(blocks), this.#generation] as const;
    return this.#select.all(...parameters) as unknown as readonly Row[];
  }
}
