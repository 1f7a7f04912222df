import type { Dialect } from './dialect.ts';

/** What a statement is given. `undefined` is stored as NULL. */
export type SqlValue = string | number | Uint8Array | null | undefined;

/** A row to be loaded: one value for each column. */
export type SqlRow = readonly SqlValue[];

/** Asks a database. Parameters are written `$1`, `$2`, ...; whole numbers come as numbers. */
export interface SqlReader {
  readonly dialect: Dialect;
  all<T>(sql: string, parameters?: readonly SqlValue[]): Promise<T[]>;
  /** The same with rows as arrays, in half the time: for thousands of them. */
  arrays<T extends readonly unknown[]>(sql: string, parameters?: readonly SqlValue[]): Promise<T[]>;
  /** The first row. */
  get<T>(sql: string, parameters?: readonly SqlValue[]): Promise<T | undefined>;
}

/**
 * What a transaction can exclude. Each lasts until the transaction ends; on SQLite there is one writer anyway.
 *
 * Pairs of a package version and a vulnerability are found by whoever writes one of the two. So that neither misses the
 * other, `new-packages` and `new-vulnerabilities` exclude each other, but not themselves: any number of layers are kept
 * at once, or any number of vulnerabilities. Take it after the rows were written and before the other side is read, as
 * late as possible. `all-vulnerabilities` keeps everybody else from writing vulnerabilities.
 */
export type SqlLock = 'new-packages' | 'new-vulnerabilities' | 'all-vulnerabilities';

/** A transaction that writes. */
export interface SqlWriter extends SqlReader {
  /** Runs a statement. Returns how many rows it changed. */
  run(sql: string, parameters?: readonly SqlValue[]): Promise<number>;
  /**
   * Inserts many rows, as fast as the database can: COPY on PostgreSQL. Holds one row at a time.
   * @returns how many
   */
  load(table: string, columns: readonly string[], rows: Iterable<SqlRow> | AsyncIterable<SqlRow>): Promise<number>;
  lock(lock: SqlLock): Promise<void>;
  /** Excludes other transactions that name the same thing. */
  lockName(kind: string, name: string): Promise<void>;
}

/** Thrown by the work of a transaction that finds what it read changed by another one: it runs again. */
export class CollisionError extends Error {
  override readonly name = 'CollisionError';
}

export interface WriteOptions {
  /** Milliseconds for one statement; 0: as long as it takes. */
  readonly statementTimeout?: number;
}

/**
 * A database: what the shelves are written on, once for both adapters. Its own `all` and `get` see the newest committed
 * state with every statement.
 */
export interface SqlConnection extends SqlReader {
  /** Several statements that see the same state. `work` asks by what it is given, and by nothing else. */
  read<T>(work: (sql: SqlReader) => Promise<T>): Promise<T>;
  /**
   * One transaction: committed when `work` returns, rolled back when it throws. `work` runs again where another
   * transaction was in the way, so that all it does outside the database must bear that. It must not begin another
   * `write`, which would wait for this one.
   * @throws StoreError `store.unavailable`, `store.full`, `store.unusable`
   */
  write<T>(work: (sql: SqlWriter) => Promise<T>, options?: WriteOptions): Promise<T>;
  /** Waits for what is going on. */
  close(): Promise<void>;
}
