import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import type { ClientBase, Pool, PoolClient } from 'pg';
import { StoreError } from '../../errors.ts';
import { migrations } from '../migrations/index.ts';
import { migratePostgres } from '../migrations/migrate-postgres.ts';
import type { MigrationWatch } from '../migrations/migration.ts';
import type {
  SqlConnection,
  SqlLock,
  SqlReader,
  SqlRow,
  SqlValue,
  SqlWriter,
  WriteOptions,
} from '../sql/connection.ts';
import { postgresDialect } from '../sql/dialect.ts';
import { readConnectionString } from './connection-settings.ts';
import { encodeCopy } from './copy.ts';
import { explainPostgres, isCollision, isConnectionLost, isConnectionSpoilt } from './postgres-errors.ts';

export interface PostgresOptions {
  /** Schema of the tables: databases can be shared with others. Default `drydock`. */
  readonly schema?: string;
  /** Connections at a time. Default 10. */
  readonly connections?: number;
  /** Milliseconds for one statement; 0: as long as it takes. Default: what the source says, or 30,000. */
  readonly statementTimeout?: number;
  /** Milliseconds to wait for a connection. Default 10,000. */
  readonly connectTimeout?: number;
  /** Follows what brings tables of before up to date. */
  readonly watch?: MigrationWatch;
}

const OLDEST_SERVER = 130_000;

/** How often a transaction runs again that others were in the way of. */
const COLLISIONS = 12;

/** Milliseconds between attempts to get a connection: a server that restarts is back soon. */
const CONNECT_PAUSES = [50, 250];

/** Added to the server's limit of a statement: after that, nobody is there any more. */
const GRACE = 5000;

const INT8 = 20;

const locks: Readonly<Record<SqlLock, string>> = {
  // Modes that exclude each other, but not themselves (PostgreSQL documentation, table 13.2).
  'new-packages': 'LOCK TABLE judging IN SHARE MODE',
  'new-vulnerabilities': 'LOCK TABLE judging IN ROW EXCLUSIVE MODE',
  'all-vulnerabilities': 'LOCK TABLE vulnerability IN SHARE ROW EXCLUSIVE MODE',
};

/**
 * Opens a database of a PostgreSQL server, version 13 or newer, and brings its tables up to date.
 * @param source a URL, or keywords and values
 * @throws StoreError `store.unavailable`, `store.unusable`
 */
export async function openPostgresConnection(source: string, options: PostgresOptions = {}): Promise<SqlConnection> {
  const { Pool, types } = (await import('pg')).default;
  const schema = options.schema ?? 'drydock';
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new RangeError(`not the name of a schema: ${schema}`);
  const { session, ...config } = readConnectionString(source);
  const statementTimeout = options.statementTimeout ?? timeoutOf(session) ?? 30_000;
  const parameters = new Map([
    ['idle_in_transaction_session_timeout', '600000'],
    ...session,
    ...(options.statementTimeout === undefined && session.has('statement_timeout')
      ? []
      : [['statement_timeout', String(statementTimeout)] as const]),
    ['search_path', schema],
    ['client_min_messages', 'warning'],
  ]);
  const switches = [...parameters].map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\\s]/g, '\\$&')}`);
  const pool = new Pool({
    connectionTimeoutMillis: options.connectTimeout ?? 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    max: options.connections ?? 10,
    ...config,
    options: [config.options, ...switches].filter(Boolean).join(' '),
    types: {
      // Ids and counts: all below 2^53.
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format as 'text'),
    } as typeof types,
  });
  // A connection that breaks tells whoever uses it by its statement; these events would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client: ClientBase) => void client.on('error', () => {}));

  const connection = new PostgresConnection(pool, placeOf(pool), statementTimeout);
  try {
    await connection.checkServer();
    await migratePostgres(
      {
        place: connection.place,
        schema,
        write: async (work) => await connection.write(work, { statementTimeout: 0 }),
        lockWriters: async (sql) => await sql.lockName('writers', schema),
      },
      migrations,
      options.watch,
    );
    connection.fence(schema, migrations.length);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** What the connection string says of it, in milliseconds. Other units than those are left to the server alone. */
function timeoutOf(session: ReadonlyMap<string, string>): number | undefined {
  const text = session.get('statement_timeout');
  if (text === undefined) return undefined;
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

/** What keeps a program from writing to tables that are newer than it. */
interface Fence {
  /** Statements that begin a transaction and ask for the version. */
  readonly begin: string;
  readonly version: number;
}

/** For messages: never the user's password. */
function placeOf({ options }: Pool): string {
  const { host, port, database } = options;
  return `"${database ?? options.user ?? ''}" on ${host ?? 'localhost'}${port === undefined ? '' : `, port ${port}`}`;
}

class PostgresConnection implements SqlConnection {
  readonly dialect = postgresDialect;
  readonly place: string;
  readonly #pool: Pool;
  readonly #statementTimeout: number;
  readonly #names = new Map<string, string>();
  #fence: Fence | undefined;

  constructor(pool: Pool, place: string, statementTimeout: number) {
    this.#pool = pool;
    this.place = place;
    this.#statementTimeout = statementTimeout;
  }

  async all<T>(sql: string, parameters?: readonly SqlValue[]): Promise<T[]> {
    return await this.#use(true, async (client) => await this.#session(client).all<T>(sql, parameters));
  }

  async arrays<T extends readonly unknown[]>(sql: string, parameters?: readonly SqlValue[]): Promise<T[]> {
    return await this.#use(true, async (client) => await this.#session(client).arrays<T>(sql, parameters));
  }

  async get<T>(sql: string, parameters?: readonly SqlValue[]): Promise<T | undefined> {
    return (await this.all<T>(sql, parameters))[0];
  }

  async read<T>(work: (sql: SqlReader) => Promise<T>): Promise<T> {
    return await this.#use(true, async (client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      try {
        return await work(this.#session(client));
      } finally {
        await end(client, 'ROLLBACK');
      }
    });
  }

  async write<T>(work: (sql: SqlWriter) => Promise<T>, options: WriteOptions = {}): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const outcome = { committing: false };
      try {
        return await this.#use(false, async (client) => await this.#transaction(client, work, options, outcome));
      } catch (error) {
        const cause = (error instanceof StoreError ? error.cause : undefined) ?? error;
        // Until COMMIT is sent, nothing has happened. Afterwards nobody knows.
        const again = isCollision(cause) || (isConnectionLost(cause) && !outcome.committing && attempt < 1);
        if (!again || attempt >= COLLISIONS) throw error;
        await setTimeout(Math.random() * 2 ** Math.min(attempt, 6));
      }
    }
  }

  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end();
  }

  /**
   * From now on transactions that write are refused once another program brought the tables to a newer version: sums that this
   * one does not know would be wrong for ever.
   */
  fence(schema: string, version: number): void {
    const lock = `SELECT pg_advisory_xact_lock_shared(hashtextextended('drydock writers ${schema}', 0))`;
    // One message, and one answer to wait for.
    this.#fence = { begin: `BEGIN; ${lock}; SELECT version FROM ${schema}.schema_version`, version };
  }

  /** @throws StoreError `store.unusable` if the server is too old, or keeps texts in an encoding of its own */
  async checkServer(): Promise<void> {
    const row = await this.get<{ version: number; encoding: string }>(
      `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding`,
    );
    if (row === undefined) return;
    if (row.version < OLDEST_SERVER) {
      throw new StoreError(
        'store.unusable',
        `The database ${this.place} is of PostgreSQL ${Math.floor(row.version / 10_000)}. Version 13 or newer is needed.`,
      );
    }
    if (row.encoding !== 'UTF8') {
      throw new StoreError(
        'store.unusable',
        `The database ${this.place} keeps texts as ${row.encoding}. Make one with the encoding UTF8 (createdb -E UTF8 -T template0).`,
      );
    }
  }

  async #transaction<T>(
    client: PoolClient,
    work: (sql: SqlWriter) => Promise<T>,
    { statementTimeout }: WriteOptions,
    outcome: { committing: boolean },
  ): Promise<T> {
    try {
      await this.#begin(client);
      if (statementTimeout !== undefined) await client.query(`SET LOCAL statement_timeout = ${statementTimeout}`);
      const result = await work(this.#session(client, statementTimeout));
      outcome.committing = true;
      const { command } = await client.query('COMMIT');
      // What a transaction of which a statement failed gets instead of an error.
      if (command !== 'COMMIT')
        throw new StoreError('fault', 'A transaction went on after one of its statements failed.');
      return result;
    } catch (error) {
      if (!isConnectionLost(error)) await end(client, 'ROLLBACK');
      throw error;
    }
  }

  /** @throws StoreError `store.unusable` where a newer version changed the tables meanwhile */
  async #begin(client: PoolClient): Promise<void> {
    const fence = this.#fence;
    if (fence === undefined) {
      await client.query('BEGIN');
      return;
    }
    const answers = (await client.query(fence.begin)) as unknown as readonly { readonly rows: readonly unknown[] }[];
    const row = answers.at(-1)?.rows[0] as { readonly version: number } | undefined;
    if (row === undefined || row.version <= fence.version) return;
    throw new StoreError(
      'store.unusable',
      `The database ${this.place} was changed by a newer version of Drydock (schema ${row.version}, known is ${fence.version}) while this one ran; it writes nothing any more. Replace it by the newer version.`,
    );
  }

  /** Lends a connection. What only reads runs again where the connection was lost. */
  async #use<T>(readsOnly: boolean, work: (client: PoolClient) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      let client: PoolClient | undefined;
      try {
        client = await this.#pool.connect();
        const result = await work(client);
        client.release();
        return result;
      } catch (error) {
        // A connection on which a transaction could not be ended would be lent in the middle of it.
        client?.release(isConnectionSpoilt(error) || unended.has(client));
        const pause = CONNECT_PAUSES[attempt];
        if (pause === undefined || !isConnectionLost(error) || (client !== undefined && !readsOnly)) {
          throw explainPostgres(error, this.place);
        }
        if (this.#pool.ending) throw explainPostgres(error, this.place);
        await setTimeout(pause);
      }
    }
  }

  #session(client: PoolClient, statementTimeout = this.#statementTimeout): PostgresSession {
    return new PostgresSession(client, this.#names, statementTimeout);
  }
}

/** Connections whose transaction could not be ended. */
const unended = new WeakSet<PoolClient>();

async function end(client: PoolClient, statement: string): Promise<void> {
  try {
    await client.query(statement);
  } catch {
    // The error before this one tells more.
    unended.add(client);
  }
}

/** One connection, for the time of a statement or a transaction. */
class PostgresSession implements SqlWriter {
  readonly dialect = postgresDialect;
  readonly #client: PoolClient;
  /** Names by which servers keep the statements ready. */
  readonly #names: Map<string, string>;
  readonly #statementTimeout: number;

  constructor(client: PoolClient, names: Map<string, string>, statementTimeout: number) {
    this.#client = client;
    this.#names = names;
    this.#statementTimeout = statementTimeout;
  }

  async all<T>(sql: string, parameters?: readonly SqlValue[]): Promise<T[]> {
    return (await this.#query(sql, parameters)).rows as T[];
  }

  async arrays<T extends readonly unknown[]>(sql: string, parameters?: readonly SqlValue[]): Promise<T[]> {
    return (await this.#query(sql, parameters, true)).rows as T[];
  }

  async get<T>(sql: string, parameters?: readonly SqlValue[]): Promise<T | undefined> {
    return (await this.all<T>(sql, parameters))[0];
  }

  async run(sql: string, parameters?: readonly SqlValue[]): Promise<number> {
    return (await this.#query(sql, parameters)).rowCount ?? 0;
  }

  async load(
    table: string,
    columns: readonly string[],
    rows: Iterable<SqlRow> | AsyncIterable<SqlRow>,
  ): Promise<number> {
    const { from } = await import('pg-copy-streams');
    const stream = this.#client.query(from(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
    await pipeline(Readable.from(encodeCopy(rows)), stream);
    return stream.rowCount;
  }

  async lock(lock: SqlLock): Promise<void> {
    await this.#client.query(locks[lock]);
  }

  async lockName(kind: string, name: string): Promise<void> {
    await this.#query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`drydock ${kind} ${name}`]);
  }

  async #query(
    text: string,
    parameters: readonly SqlValue[] = [],
    asArrays = false,
  ): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }> {
    const timeout = this.#statementTimeout;
    const values = parameters.map(toPostgres);
    const query = {
      text,
      values,
      ...(asArrays && { rowMode: 'array' }),
      // Definitions cannot be kept ready, and are not asked twice.
      ...(parameters.length > 0 && { name: this.#nameOf(text) }),
      ...(timeout > 0 && { query_timeout: timeout + GRACE }),
    };
    return await this.#client.query(query);
  }

  #nameOf(text: string): string {
    let name = this.#names.get(text);
    if (name === undefined) {
      name = `drydock_${this.#names.size + 1}`;
      this.#names.set(text, name);
    }
    return name;
  }
}

/** A text cannot hold the character 0 in PostgreSQL, so that asking for one that does must find nothing. */
function toPostgres(value: SqlValue): SqlValue {
  if (typeof value === 'string' && value.includes('\0')) return value.replaceAll('\0', '\uFFFD');
  return value ?? null;
}
