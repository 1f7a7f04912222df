import { decodeEnrichment } from '../../advisories/enrichment-encoding.ts';
import type { KeptEnrichment, ScoreBlockRow } from '../../advisories/enrichment-rows.ts';
import { decodeBlock, placeOf, unpackScore } from '../../advisories/score-block.ts';
import { KnownEnrichments } from '../../match/known-enrichments.ts';
import { PRODUCTS_PREFIX } from '../../match/repositories.ts';
import type { EnrichmentHit } from '../../model/enrichment.ts';
import { compareText } from '../../model/order.ts';
import type { SqlReader } from './connection.ts';
import { storable } from './storable.ts';

type Row = readonly [name: string, feed: string, detail: string];

/** What enrichers say of names, but for EPSS scores. Names of which nobody says anything are not in it. */
export async function readEnrichments(
  sql: SqlReader,
  names: Iterable<string>,
): Promise<ReadonlyMap<string, readonly EnrichmentHit[]>> {
  const asked = [...new Set(names)];
  if (asked.length === 0) return new Map();
  const rows = await sql.arrays<Row>(
    `SELECT e.name, e.feed, e.detail FROM ${sql.dialect.list('$1', 'i', 'text')}
    CROSS JOIN enrichment e WHERE e.name = i.value`,
    [JSON.stringify(asked.map(storable))],
  );
  return hitsOf(rows);
}

/** The same with EPSS scores: `result[i]` is what each feed says of `names[i]`, in the order of the feeds' names. */
export async function readAllEnrichments(
  sql: SqlReader,
  names: readonly string[],
): Promise<readonly (readonly EnrichmentHit[])[]> {
  const rows = await readEnrichments(sql, names);
  const places = names.map(placeOf);
  const blocks = new Set(places.flatMap((place) => place?.block ?? []));
  const found =
    blocks.size === 0
      ? []
      : await sql.all<Required<ScoreBlockRow>>(
          `SELECT b.feed, b.block, b.data FROM ${sql.dialect.list('$1', 'i', 'integer')}
          CROSS JOIN score_block b WHERE b.block = i.value`,
          [JSON.stringify([...blocks])],
        );
  const decoded = Map.groupBy(
    found.map(({ feed, block, data }) => ({ feed, block, ...decodeBlock(data) })),
    ({ block }) => block,
  );
  return names.map((name, index) => {
    const place = places[index];
    const hits = [...(rows.get(name) ?? [])];
    for (const { feed, scores, date } of decoded.get(place?.block ?? -1) ?? []) {
      const packed = scores.get(place!.number);
      if (packed !== undefined) hits.push({ feed, enrichment: { name, epss: unpackScore(packed, date) } });
    }
    return hits.sort((a, b) => compareText(a.feed, b.feed));
  });
}

/** What is known of names that somebody rejected. Undefined: nobody rejected any of them. */
export async function readRejections(sql: SqlReader, names: Iterable<string>): Promise<KnownEnrichments | undefined> {
  const asked = [...new Set(names)];
  if (asked.length === 0) return undefined;
  const rows = await sql.arrays<Row>(
    `SELECT e.name, e.feed, e.detail FROM ${sql.dialect.list('$1', 'i', 'text')}
    CROSS JOIN enrichment r CROSS JOIN enrichment e
    WHERE r.name = i.value AND r.rejected = 1 AND e.name = r.name`,
    [JSON.stringify(asked.map(storable))],
  );
  if (rows.length === 0) return undefined;
  const hits = hitsOf(rows);
  return new KnownEnrichments({ enrich: (all) => all.map((name) => hits.get(name) ?? []) }, hits.keys());
}

function hitsOf(rows: readonly Row[]): ReadonlyMap<string, readonly EnrichmentHit[]> {
  const unique = new Map(rows.map((row) => [`${row[0]}\0${row[1]}`, row]));
  const hits = new Map<string, EnrichmentHit[]>();
  for (const [name, feed, detail] of [...unique.values()].sort((a, b) => compareText(a[1], b[1]))) {
    const hit = { feed, enrichment: decodeEnrichment(name, detail) };
    const own = hits.get(name);
    if (own === undefined) hits.set(name, [hit]);
    else own.push(hit);
  }
  return hits;
}

/** A row is one of the names that repositories are known by. */
export function repositoryIn(name: string): string | undefined {
  return name.startsWith(PRODUCTS_PREFIX) ? name.slice(PRODUCTS_PREFIX.length) : undefined;
}

export function isScoreBlock(row: KeptEnrichment): row is ScoreBlockRow {
  return 'block' in row;
}
