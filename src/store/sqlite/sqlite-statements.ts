import { setImmediate } from 'node:timers/promises';
import type { Database } from '../../advisories/sqlite.ts';
import type { SqlRow, SqlValue, SqlWriter } from '../sql/connection.ts';
import { sqliteDialect } from '../sql/dialect.ts';
import { explainSqlite } from './sqlite-errors.ts';

/** Milliseconds after which a long piece of work lets others of this process go first. */
const SLICE = 10;

/** Statements that are kept ready for each connection. */
const STATEMENTS = 300;

type Statement = ReturnType<Database['prepare']>;

/**
 * One connection to the file. SQLite answers while the process waits; what makes many statements lets others go first in between.
 */
export class SqliteStatements implements SqlWriter {
  readonly dialect = sqliteDialect;
  readonly #database: Database;
  readonly #file: string;
  readonly #prepared = new Map<string, Statement>();
  readonly #preparedForArrays = new Map<string, Statement>();
  #since = performance.now();

  constructor(database: Database, file: string) {
    this.#database = database;
    this.#file = file;
  }

  async all<T>(sql: string, parameters: readonly SqlValue[] = []): Promise<T[]> {
    await this.#breathe();
    return this.#guard(() => this.#prepare(sql).all(...parameters.map(toSqlite)) as T[]);
  }

  async arrays<T extends readonly unknown[]>(sql: string, parameters: readonly SqlValue[] = []): Promise<T[]> {
    await this.#breathe();
    return this.#guard(() => this.#prepare(sql, true).all(...parameters.map(toSqlite)) as unknown as T[]);
  }

  async get<T>(sql: string, parameters: readonly SqlValue[] = []): Promise<T | undefined> {
    await this.#breathe();
    return this.#guard(() => this.#prepare(sql).get(...parameters.map(toSqlite)) as T | undefined);
  }

  async run(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    await this.#breathe();
    return this.#guard(() => Number(this.#prepare(sql).run(...parameters.map(toSqlite)).changes));
  }

  async load(
    table: string,
    columns: readonly string[],
    rows: Iterable<SqlRow> | AsyncIterable<SqlRow>,
  ): Promise<number> {
    const places = columns.map((_, index) => `?${index + 1}`).join(', ');
    const statement = this.#guard(() =>
      this.#prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`),
    );
    let count = 0;
    for await (const row of rows) {
      this.#guard(() => statement.run(...row.map(toSqlite)));
      count++;
      if (count % 64 === 0) await this.#breathe();
    }
    return count;
  }

  /** There is one writer. */
  async lock(): Promise<void> {
    await Promise.resolve();
  }

  async lockName(): Promise<void> {
    await Promise.resolve();
  }

  async transaction<T>(begin: string, work: (sql: SqlWriter) => Promise<T>): Promise<T> {
    this.#guard(() => this.#database.exec(begin));
    try {
      const result = await work(this);
      this.#guard(() => this.#database.exec('COMMIT'));
      return result;
    } catch (error) {
      // A full disk ends a transaction by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #prepare(sql: string, asArrays = false): Statement {
    const prepared = asArrays ? this.#preparedForArrays : this.#prepared;
    let statement = prepared.get(sql);
    if (statement === undefined) {
      if (prepared.size >= STATEMENTS) prepared.clear();
      // `$1` is a name to SQLite, `?1` a place.
      statement = this.#database.prepare(sql.replaceAll(/\$(?=\d)/g, '?'));
      statement.setReturnArrays(asArrays);
      prepared.set(sql, statement);
    }
    return statement;
  }

  async #breathe(): Promise<void> {
    if (performance.now() - this.#since < SLICE) return;
    await setImmediate();
    this.#since = performance.now();
  }

  #guard<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw explainSqlite(error, this.#file);
    }
  }
}

function toSqlite(value: SqlValue): string | number | Uint8Array | null {
  return value ?? null;
}
