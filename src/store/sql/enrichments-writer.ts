import { decodeEnrichment } from '../../advisories/enrichment-encoding.ts';
import type { EnrichmentRow, KeptEnrichment, ScoreBlockRow } from '../../advisories/enrichment-rows.ts';
import type { SqlWriter } from './connection.ts';
import { isScoreBlock, repositoryIn } from './enrichments.ts';
import { storable } from './storable.ts';

/** Rows that are handled together. */
const PAGE = 1000;

interface KnownRow {
  readonly name: string;
  readonly feed: string;
  readonly rejected: number;
  readonly detail: string;
}

/** Takes what enrichers say in, and remembers whom what changed is about. */
export class EnrichmentWriter {
  /** Names of which something else is said than before. */
  readonly names = new Set<string>();
  /** Those among them that were rejected, or are no more. */
  readonly rejections = new Set<string>();
  /** Repositories whose products changed. */
  readonly repositories = new Set<string>();
  readonly #sql: SqlWriter;
  /** Keys of what was written, where the rest goes at the end. */
  readonly #seen: Set<string> | undefined;

  /** @param complete what is not written goes at the end: see `removeUnseen` */
  constructor(sql: SqlWriter, complete: boolean) {
    this.#sql = sql;
    this.#seen = complete ? new Set() : undefined;
  }

  async write(rows: Iterable<KeptEnrichment> | AsyncIterable<KeptEnrichment>): Promise<void> {
    let named: EnrichmentRow[] = [];
    let blocks: ScoreBlockRow[] = [];
    for await (const row of rows) {
      if (isScoreBlock(row)) blocks.push(row);
      else named.push(row);
      if (named.length + blocks.length < PAGE) continue;
      await this.#writeNamed(named);
      await this.#writeBlocks(blocks);
      [named, blocks] = [[], []];
    }
    await this.#writeNamed(named);
    await this.#writeBlocks(blocks);
    await this.#removeUnseen();
  }

  async #writeNamed(rows: readonly EnrichmentRow[]): Promise<void> {
    if (rows.length === 0) return;
    const wanted = new Map(
      rows.map(({ feed, name, detail }) => {
        const key = { name: storable(name), feed: storable(feed) };
        return [`${key.name}\0${key.feed}`, { ...key, detail }];
      }),
    );
    const list = this.#sql.dialect.tuples('$1', 'k', { name: 'text', feed: 'text' });
    const found = await this.#sql.all<KnownRow>(
      `SELECT e.name, e.feed, e.rejected, e.detail FROM ${list}
      CROSS JOIN enrichment e WHERE e.name = k.name AND e.feed = k.feed`,
      [JSON.stringify([...wanted.values()].map(({ name, feed }) => [name, feed]))],
    );
    const known = new Map(found.map((row) => [`${row.name}\0${row.feed}`, row]));
    const outdated: (readonly [string, string])[] = [];
    const fresh: (readonly [string, string, number, string])[] = [];
    for (const [key, { name, feed, detail }] of wanted) {
      const before = known.get(key);
      if (detail !== undefined) this.#seen?.add(key);
      if (before?.detail === detail) continue;
      if (before !== undefined) outdated.push([name, feed]);
      const rejected = detail === undefined ? 0 : isRejected(name, detail);
      this.#tell(name, rejected !== (before?.rejected ?? 0));
      if (detail !== undefined) fresh.push([name, feed, rejected, detail]);
    }
    await this.#delete(outdated);
    await this.#sql.load('enrichment', ['name', 'feed', 'rejected', 'detail'], fresh);
  }

  async #writeBlocks(rows: readonly ScoreBlockRow[]): Promise<void> {
    if (rows.length === 0) return;
    const wanted = new Map(rows.map((row) => [`${row.block}\0${storable(row.feed)}`, row]));
    for (const [key, { data }] of wanted) if (data !== undefined) this.#seen?.add(key);
    const keys = [...wanted.values()].map(({ block, feed }) => [block, storable(feed)]);
    const list = this.#sql.dialect.tuples('$1', 'k', { block: 'integer', feed: 'text' });
    await this.#sql.run(`DELETE FROM score_block WHERE (block, feed) IN (SELECT block, feed FROM ${list})`, [
      JSON.stringify(keys),
    ]);
    const fresh = [...wanted.values()].flatMap(({ block, feed, data }) =>
      data === undefined ? [] : [[block, storable(feed), data] as const],
    );
    await this.#sql.load('score_block', ['block', 'feed', 'data'], fresh);
  }

  async #removeUnseen(): Promise<void> {
    if (this.#seen === undefined) return;
    const rows = await this.#sql.arrays<readonly [string, string, number]>(
      'SELECT name, feed, rejected FROM enrichment',
    );
    const gone = rows.filter(([name, feed]) => !this.#seen?.has(`${name}\0${feed}`));
    for (const [name, , rejected] of gone) this.#tell(name, rejected === 1);
    for (let at = 0; at < gone.length; at += PAGE) await this.#delete(gone.slice(at, at + PAGE));
    const blocks = await this.#sql.arrays<readonly [number, string]>('SELECT block, feed FROM score_block');
    for (const [block, feed] of blocks) {
      if (this.#seen.has(`${block}\0${feed}`)) continue;
      await this.#sql.run('DELETE FROM score_block WHERE block = $1 AND feed = $2', [block, feed]);
    }
  }

  async #delete(rows: readonly (readonly [name: string, feed: string, ...unknown[]])[]): Promise<void> {
    if (rows.length === 0) return;
    const list = this.#sql.dialect.tuples('$1', 'k', { name: 'text', feed: 'text' });
    await this.#sql.run(`DELETE FROM enrichment WHERE (name, feed) IN (SELECT name, feed FROM ${list})`, [
      JSON.stringify(rows.map(([name, feed]) => [name, feed])),
    ]);
  }

  #tell(name: string, rejection: boolean): void {
    const repository = repositoryIn(name);
    if (repository !== undefined) {
      this.repositories.add(repository);
      return;
    }
    this.names.add(name);
    if (rejection) this.rejections.add(name);
  }
}

function isRejected(name: string, detail: string): 0 | 1 {
  return decodeEnrichment(name, detail).rejected === undefined ? 0 : 1;
}
