import type { Enrichment } from '../model/enrichment.ts';
import { encodeEnrichment } from './enrichment-encoding.ts';
import { decodeBlock, encodeBlock, nameAt, packScore, placeOf, type ScoreBlock } from './score-block.ts';
import { LAST_CHARACTER, type Statements } from './statements.ts';

const noScores = { scores: new Map() as ScoreBlock, date: '' };

/** What a run did to enrichments. */
export interface EnrichmentChange {
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
}

/**
 * Writes the enrichments of one feed in its transaction. Ordinary ones at once; EPSS scores are gathered by block and
 * written by `finish`, since a block is one row.
 */
export class EnrichmentWriter {
  readonly #sql: Statements;
  readonly #feed: number;
  readonly #generation: () => number;
  readonly #change: EnrichmentChange = { added: 0, changed: 0, removed: 0, unchanged: 0 };
  /** Generation that this transaction made; before that no row can be of it. */
  #own: number | undefined;
  /** Names that came in this run. */
  readonly #seen = new Set<string>();
  /** Scores that came, by block; undefined for one that was removed. */
  readonly #told = new Map<number, Map<number, number | undefined>>();
  readonly #prefixes: string[] = [];
  #date = '';

  constructor(sql: Statements, feed: number, generation: () => number) {
    this.#sql = sql;
    this.#feed = feed;
    this.#generation = generation;
  }

  /** Whether anything was written in this run. */
  get used(): boolean {
    return this.#seen.size > 0 || this.#told.size > 0;
  }

  write(enrichment: Enrichment): void {
    const { name } = enrichment;
    const packed = packScore(enrichment);
    const place = packed === undefined ? undefined : placeOf(name);
    if (place === undefined) {
      this.#writeRow(name, encodeEnrichment(enrichment));
      return;
    }
    this.#date = enrichment.epss?.date ?? '';
    this.#block(place.block).set(place.number, packed);
  }

  #writeRow(name: string, detail: string): void {
    const row = this.#sql.selectEnrichment.get(this.#feed, name) as unknown as readonly [number, string] | undefined;
    const again = this.#seen.has(name);
    this.#seen.add(name);
    if (row?.[1] === detail) {
      if (!again) this.#change.unchanged++;
      return;
    }
    if (row !== undefined && row[0] === this.#own) {
      // Told twice in one run: the later one counts, and the earlier never was.
      this.#sql.updateEnrichment.run(detail, this.#feed, name, row[0]);
      return;
    }
    if (row === undefined) this.#change.added++;
    else {
      this.#change.changed++;
      this.#sql.closeEnrichment.run(this.#newGeneration(), this.#feed, name);
    }
    this.#sql.insertEnrichment.run(this.#feed, name, this.#newGeneration(), detail);
  }

  remove(name: string): void {
    this.#removeRow(name);
    const place = placeOf(name);
    if (place !== undefined) this.#block(place.block).set(place.number, undefined);
  }

  #removeRow(name: string): void {
    const row = this.#sql.selectEnrichment.get(this.#feed, name) as unknown as readonly [number, string] | undefined;
    if (row === undefined) return;
    this.#seen.delete(name);
    if (row[0] !== this.#own) {
      this.#sql.closeEnrichment.run(this.#newGeneration(), this.#feed, name);
      this.#change.removed++;
      return;
    }
    this.#sql.deleteEnrichment.run(this.#feed, name, row[0]);
    if (this.#sql.selectEndedEnrichment.get(this.#feed, name, row[0]) === undefined) this.#change.added--;
    else {
      this.#change.changed--;
      this.#change.removed++;
    }
  }

  /** Names with this prefix that did not come in this run are gone. */
  replaced(prefix: string): void {
    this.#prefixes.push(prefix);
    const end = `${prefix}${LAST_CHARACTER}`;
    const rows = this.#sql.selectEnrichments.all(this.#feed, prefix, end) as unknown as (readonly [string])[];
    for (const [name] of rows) if (!this.#seen.has(name)) this.#removeRow(name);
  }

  /** Writes what was gathered, and tells what the run changed. */
  finish(): EnrichmentChange {
    const blocks = new Set(this.#told.keys());
    if (this.#prefixes.length > 0) {
      for (const [block] of this.#sql.selectBlocks.all(this.#feed) as unknown as (readonly [number])[])
        blocks.add(block);
    }
    for (const block of [...blocks].sort((a, b) => a - b)) this.#writeBlock(block);
    return this.#change;
  }

  #writeBlock(block: number): void {
    const row = this.#sql.selectBlock.get(this.#feed, block) as unknown as readonly [number, Uint8Array] | undefined;
    const before = row === undefined ? noScores : decodeBlock(row[1]);
    const told = this.#told.get(block) ?? new Map<number, number | undefined>();
    const after: ScoreBlock = new Map();
    for (const [number, packed] of before.scores) {
      if (!told.has(number) && !this.#isReplaced(nameAt(block, number))) after.set(number, packed);
    }
    for (const [number, packed] of told) if (packed !== undefined) after.set(number, packed);
    this.#count(before.scores, after);
    // A block in which nothing new was told keeps the day of its scores.
    const date = [...told.values()].some((packed) => packed !== undefined) ? this.#date : before.date;
    const data = encodeBlock(after, date);
    if (row !== undefined && after.size > 0 && data.equals(row[1])) return;
    if (row !== undefined) this.#sql.closeBlock.run(this.#newGeneration(), row[0]);
    if (after.size > 0) this.#sql.insertBlock.run(this.#feed, block, this.#newGeneration(), data);
  }

  #isReplaced(name: string): boolean {
    return this.#prefixes.some((prefix) => name.startsWith(prefix));
  }

  #count(before: ScoreBlock, after: ScoreBlock): void {
    for (const [number, packed] of after) {
      const old = before.get(number);
      if (old === undefined) this.#change.added++;
      else if (old === packed) this.#change.unchanged++;
      else this.#change.changed++;
    }
    for (const number of before.keys()) if (!after.has(number)) this.#change.removed++;
  }

  #block(block: number): Map<number, number | undefined> {
    let told = this.#told.get(block);
    if (told === undefined) {
      told = new Map();
      this.#told.set(block, told);
    }
    return told;
  }

  #newGeneration(): number {
    this.#own = this.#generation();
    return this.#own;
  }
}
