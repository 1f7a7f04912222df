import { FeedError } from '../errors.ts';
import type { Advisory } from '../model/advisory.ts';
import type { Feed, FeedEvent, FeedState } from '../model/feed.ts';
import { type AdvisoryRow, encodeAdvisory } from './encoding.ts';
import { EnrichmentWriter } from './enrichment-writer.ts';
import { pruneHistory } from './history.ts';
import { NumberSet } from './seen.ts';
import { type Database, guarded } from './sqlite.ts';
import { LAST_CHARACTER, prepareStatements, type Statements } from './statements.ts';

/** What an update did to the records of a feed. */
export interface FeedChange {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Records that are current now. */
  readonly records: number;
  /** Number of the new generation; absent where nothing changed. */
  readonly generation?: number;
  /** Namespaces that the publisher gave up; what was last known of them is kept. */
  readonly frozen: readonly string[];
}

export interface CommitOptions {
  /** Takes a namespace that shrank for what it is. */
  readonly force?: boolean;
  /**
   * The records come from elsewhere than the feed's own address: where any changed, what the feed remembers of its last
   * update no longer fits and is forgotten.
   */
  readonly resetState?: boolean;
  /** Days for which earlier generations can be asked. */
  readonly historyDays?: number;
}

/** Namespaces with fewer entries may shrink as they like. */
const SMALL = 20;

/** How long earlier generations are kept. */
const HISTORY_DAYS = 90;

/**
 * How long EPSS scores of earlier days are kept: all of them change daily, and 90 copies would outweigh the rest.
 */
const SCORE_HISTORY_DAYS = 7;

/**
 * The update of one feed: all of it or nothing. Made by `AdvisoryWriter.begin`; ended by `commit` or `rollback`.
 * Records that come again unchanged cost one comparison and make no new generation.
 */
export class FeedTransaction {
  /** What the feed remembered; nothing when its records have to be read anew. */
  readonly state: FeedState;
  readonly #database: Database;
  readonly #path: string;
  readonly #feed: Feed;
  readonly #now: Date;
  readonly #sql: Statements;
  readonly #feedId: number;
  readonly #recordsBefore: number;
  readonly #seen = new NumberSet();
  readonly #namespaces = new Map<string, number>();
  readonly #packages = new Map<string, number>();
  /** Entries that each namespace gained or lost. */
  readonly #balance = new Map<number, number>();
  readonly #enrichments: EnrichmentWriter;
  readonly #enrichedBefore: boolean;
  #generation: number | undefined;
  #newState: FeedState | undefined;
  #added = 0;
  #changed = 0;
  #removed = 0;
  #unchanged = 0;

  constructor(database: Database, path: string, feed: Feed, now: Date) {
    this.#database = database;
    this.#path = path;
    this.#feed = feed;
    this.#now = now;
    this.#sql = prepareStatements(database);
    this.#sql.insertFeed.run(feed.name, feed.version, feed.title, feed.licence, feed.enriches === true ? 2 : 0);
    const row = this.#sql.selectFeed.get(feed.name) as unknown as readonly [number, number, string, number, number];
    const [id, version, state, records, enriches] = row;
    this.#feedId = id;
    this.#recordsBefore = records;
    this.#enrichedBefore = enriches > 0;
    this.#enrichments = new EnrichmentWriter(this.#sql, id, () => this.#newGeneration());
    this.state = version === feed.version ? (JSON.parse(state) as FeedState) : {};
  }

  /** Takes one event of the feed in. Notes are for the caller. */
  apply(event: FeedEvent): void {
    guarded(this.#path, () => {
      switch (event.type) {
        case 'upsert':
          this.#upsert(event.advisory);
          break;
        case 'remove':
          this.#remove(event.key);
          this.#enrichments.remove(event.key);
          break;
        case 'replaced':
          this.#replaced(event.prefix);
          this.#enrichments.replaced(event.prefix);
          break;
        case 'state':
          this.#newState = event.state;
          break;
        case 'enrich':
          this.#enrichments.write(event.enrichment);
          break;
        case 'note':
          break;
      }
    });
  }

  /**
   * Makes the update visible to everybody.
   * @throws FeedError `feed.refused` if a namespace lost more than half of its entries, or nothing came at all
   */
  commit(options: CommitOptions = {}): FeedChange {
    return guarded(this.#path, () => {
      const enriched = this.#enrichments.finish();
      this.#added += enriched.added;
      this.#changed += enriched.changed;
      this.#removed += enriched.removed;
      this.#unchanged += enriched.unchanged;
      const records = this.#recordsBefore + this.#added - this.#removed;
      if (records === 0 && options.force !== true) {
        throw new FeedError('feed.refused', `${this.#feed.title} brought no records at all`);
      }
      const frozen = this.#balanceNamespaces(options.force ?? false);
      if (this.#feed.enriches === true && options.force !== true) this.#checkShrinking(records);
      const updatedAt = this.#now.toISOString();
      const forget = options.resetState === true && this.#generation !== undefined;
      const state = JSON.stringify(forget ? {} : (this.#newState ?? this.state));
      const { name, version, title, licence } = this.#feed;
      const enriches = this.#feed.enriches === true ? 2 : Number(this.#enrichedBefore || this.#enrichments.used);
      this.#sql.updateFeed.run(version, title, licence, state, updatedAt, records, enriches, name);
      if (this.#generation !== undefined) {
        const days = options.historyDays ?? HISTORY_DAYS;
        pruneHistory(this.#database, this.#daysAgo(days), this.#daysAgo(Math.min(days, SCORE_HISTORY_DAYS)));
      }
      this.#database.exec('COMMIT');
      return {
        added: this.#added,
        changed: this.#changed,
        removed: this.#removed,
        unchanged: this.#unchanged,
        records,
        frozen,
        ...(this.#generation !== undefined && { generation: this.#generation }),
      };
    });
  }

  #daysAgo(days: number): Date {
    return new Date(this.#now.getTime() - days * 24 * 60 * 60 * 1000);
  }

  #checkShrinking(records: number): void {
    const before = this.#recordsBefore;
    if (before < SMALL || records * 2 >= before) return;
    throw this.#shrunk(`records: from ${before} to ${records}`);
  }

  #shrunk(what: string): FeedError {
    return new FeedError(
      'feed.refused',
      `${this.#feed.title} would lose more than half of its ${what}. The data of before is kept; use --force if this is right`,
    );
  }

  /** Leaves everything as it was, but for the reason why. */
  rollback(reason?: string): void {
    if (!this.#database.isTransaction) return; // a full disk ends a transaction by itself
    this.#database.exec('ROLLBACK');
    if (reason === undefined) return;
    try {
      const { name, version, title, licence } = this.#feed;
      this.#sql.insertFeed.run(name, version, title, licence, this.#feed.enriches === true ? 2 : 0);
      this.#sql.failFeed.run(this.#now.toISOString(), reason, name);
    } catch {
      // The caller knows the reason; that the status will not show it is no second failure.
    }
  }

  #upsert(advisory: Advisory): void {
    const row = encodeAdvisory(advisory);
    const current = this.#sql.selectCurrent.get(this.#feedId, advisory.key) as unknown as
      | readonly [id: number, validFrom: number, digest: Uint8Array]
      | undefined;
    if (current === undefined) {
      this.#added++;
    } else {
      const [id, validFrom, digest] = current;
      if (row.digest.equals(digest)) {
        if (!this.#seen.has(id)) this.#unchanged++;
        this.#seen.add(id);
        return;
      }
      // Told twice in one run: the later one counts, and the earlier never was.
      if (validFrom === this.#generation) this.#erase(id);
      else {
        this.#close(id);
        this.#changed++;
      }
    }
    this.#insert(advisory.key, row);
  }

  #insert(key: string, row: AdvisoryRow): void {
    const { name, severity, detail, digest } = row;
    const generation = this.#newGeneration();
    const result = this.#sql.insertAdvisory.run(this.#feedId, key, generation, digest, name, severity, detail);
    const id = Number(result.lastInsertRowid);
    this.#seen.add(id);
    row.affected.forEach((entry, position) => {
      const namespace = this.#number(
        this.#namespaces,
        entry.namespace,
        this.#sql.insertNamespace,
        this.#sql.selectNamespace,
      );
      const pkg = this.#number(this.#packages, entry.package, this.#sql.insertPackage, this.#sql.selectPackage);
      const { kind, state, fixed, extra } = entry;
      const feed = this.#feedId;
      this.#sql.insertAffected.run(namespace, pkg, id, position, feed, generation, kind, state, fixed, extra);
      this.#count(namespace, 1);
    });
    for (const identifier of row.identifiers) this.#sql.insertIdentifier.run(identifier, id);
  }

  #remove(key: string): void {
    const current = this.#sql.selectCurrent.get(this.#feedId, key) as unknown as readonly [number, number] | undefined;
    if (current === undefined) return;
    const [id, validFrom] = current;
    if (validFrom === this.#generation) {
      this.#erase(id);
      const replaced = this.#sql.selectEnded.get(this.#generation, this.#feedId, key) !== undefined;
      if (replaced) this.#changed--;
      else this.#added--;
      if (replaced) this.#removed++;
    } else {
      this.#close(id);
      this.#removed++;
    }
  }

  #replaced(prefix: string): void {
    const rows = this.#sql.selectPrefix.all(
      this.#feedId,
      prefix,
      `${prefix}${LAST_CHARACTER}`,
    ) as unknown as (readonly [number])[];
    for (const [id] of rows) {
      if (this.#seen.has(id)) continue;
      this.#close(id);
      this.#removed++;
    }
  }

  /** Ends the validity of a record with the new generation. */
  #close(id: number): void {
    this.#discount(id);
    const generation = this.#newGeneration();
    this.#sql.closeAdvisory.run(generation, id);
    this.#sql.closeAffected.run(generation, id);
  }

  /** Removes a record that this very transaction wrote. */
  #erase(id: number): void {
    this.#discount(id);
    this.#sql.deleteIdentifiers.run(id);
    this.#sql.deleteAffected.run(id);
    this.#sql.deleteAdvisory.run(id);
  }

  #discount(id: number): void {
    for (const [namespace] of this.#sql.selectNamespacesOf.all(id) as unknown as (readonly [number])[]) {
      this.#count(namespace, -1);
    }
  }

  #count(namespace: number, by: number): void {
    this.#balance.set(namespace, (this.#balance.get(namespace) ?? 0) + by);
  }

  #newGeneration(): number {
    this.#generation ??= Number(this.#sql.insertGeneration.run(this.#now.toISOString()).lastInsertRowid);
    return this.#generation;
  }

  /** The number of a name, which is made if it is new. */
  #number(
    known: Map<string, number>,
    name: string,
    insert: Statements['insertPackage'],
    select: Statements['selectPackage'],
  ): number {
    let id = known.get(name);
    if (id === undefined) {
      const row = select.get(name) as unknown as readonly [number] | undefined;
      id = row === undefined ? Number(insert.run(name).lastInsertRowid) : row[0];
      known.set(name, id);
    }
    return id;
  }

  /** Writes the counts of all namespaces. Returns those that the publisher gave up. */
  #balanceNamespaces(force: boolean): string[] {
    const rows = this.#sql.selectHoldings.all(this.#feedId) as unknown as (readonly [number, string, number])[];
    const before = new Map(rows.map(([namespace, name, entries]) => [namespace, { name, entries }]));
    const shrunk: { namespace: number; name: string; before: number; after: number }[] = [];
    for (const [namespace, by] of this.#balance) {
      const held = before.get(namespace);
      const entries = (held?.entries ?? 0) + by;
      if (held !== undefined && held.entries >= SMALL && entries * 2 < held.entries) {
        shrunk.push({ namespace, name: held.name, before: held.entries, after: entries });
      }
      this.#sql.upsertHolding.run(this.#feedId, namespace, entries);
      if (entries > 0) this.#sql.deleteFrozen.run(this.#feedId, namespace);
    }
    const [first] = shrunk;
    if (first === undefined || force) return [];
    // A release whose support ended is taken out of the data; two at once, or a part of one, is a fault.
    if (this.#feed.dropsReleases === true && shrunk.length === 1 && first.after === 0) {
      this.#sql.insertFrozen.run(this.#feedId, first.namespace, this.#newGeneration() - 1);
      return [first.name];
    }
    const list = shrunk.map((s) => `${s.name} from ${s.before} to ${s.after}`).join(', ');
    throw this.#shrunk(`entries: ${list}`);
  }
}
