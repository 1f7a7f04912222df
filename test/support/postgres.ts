import { spawn } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { runProgram } from './run.ts';

/** Folder of the newest server that is installed: Debian keeps the programs off the path. */
const programs = globSync('/usr/lib/postgresql/*/bin/postgres')
  .map((file) => path.dirname(file))
  .sort((a, b) => versionOf(a) - versionOf(b))
  .at(-1);

function versionOf(folder: string): number {
  return Number(path.basename(path.dirname(folder)));
}

/** The server refuses to run as root: then it runs as the user that its package made. */
const owner = process.getuid?.() === 0 ? await idsOf('postgres') : undefined;

/** False where no server can be started: `it.skipIf(!hasPostgres)`. */
export const hasPostgres: boolean = programs !== undefined && (process.getuid?.() !== 0 || owner !== undefined);

/** Why a test that needs a server was skipped. */
export const postgresAbsent = 'no PostgreSQL server is installed';

async function idsOf(user: string): Promise<{ uid: number; gid: number } | undefined> {
  const number = async (flag: string): Promise<number> => {
    const { status, stdout } = await runProgram('id', [flag, user]);
    return status === 0 ? Number(stdout) : Number.NaN;
  };
  const ids = { uid: await number('-u'), gid: await number('-g') };
  return Number.isInteger(ids.uid) && Number.isInteger(ids.gid) ? ids : undefined;
}

export interface PostgresOptions {
  /** Settings of the server: `{ max_connections: '20' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server of this process alone, on a port of the loopback interface. It ends with the process, however that ends. */
export interface TestPostgres {
  readonly port: number;
  /** Makes an empty database. Returns its URL. */
  database(options?: { readonly encoding?: string }): Promise<string>;
  /** Ends the server at once, as a crash would, and waits until it is gone. */
  stop(): Promise<void>;
  /** Starts it again, on the same port, with the same data; does nothing where it runs. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

let shared: Promise<TestPostgres> | undefined;
let databases = 0;

/** A new database of a server that the tests of this process share. Returns its URL. */
export async function testDatabase(): Promise<string> {
  // A start that failed is not kept: the next test makes another one.
  shared ??= startPostgres().catch((error: unknown) => {
    shared = undefined;
    throw error;
  });
  return await (await shared).database();
}

/**
 * Ends with the process that started it: its standard input closes then. `$1` is the folder, the rest starts the server.
 * A second word on the input, `keep`, leaves the data. Its output is that of the server alone, and ends with it.
 */
const GUARD = `folder=$1; shift
"$@" & server=$!
exec >/dev/null
read -r word
kill -QUIT "$server"; wait "$server"
[ "$word" = keep ] || rm -rf "$folder"`;

const ENDED = 'the PostgreSQL server ended as soon as it began';

/** Starts a server. */
export async function startPostgres(options: PostgresOptions = {}): Promise<TestPostgres> {
  if (programs === undefined) throw new Error(postgresAbsent);
  const folder = mkdtempSync(path.join(tmpdir(), 'drydock-postgres-'));
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = path.join(folder, 'data');
  let running = false;
  // For a server that was stopped and never started again.
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.on('exit', () => {
    if (!running) removeFolder();
  });
  const made = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(
      path.join(programs, 'initdb'),
      ['-D', data, '-U', 'drydock', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N'],
      { cwd: folder, ...owner, stdio: 'ignore' },
    );
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (made !== 0) throw new Error(`initdb ended with status ${made}`);

  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // The data is thrown away in the end.
    fsync: 'off',
    max_connections: '200',
    ...options.settings,
  };
  const switches = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let port = 0;
  const url = (database: string): string => `postgres://drydock@127.0.0.1:${port}/${database}`;

  const run = async (): Promise<(word: 'keep' | 'remove') => Promise<void>> => {
    const child = spawn(
      '/bin/sh',
      ['-c', GUARD, 'sh', folder, path.join(programs, 'postgres'), '-D', data, '-p', String(port), ...switches],
      { cwd: folder, ...owner, stdio: ['pipe', 'pipe', 'ignore'] },
    );
    child.stdin.on('error', () => {});
    child.unref();
    for (const pipe of [child.stdin, child.stdout]) (pipe as unknown as { unref(): void }).unref();
    let gone = false;
    child.stdout.resume().on('end', () => {
      gone = true;
    });
    const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
    const end = async (word: 'keep' | 'remove'): Promise<void> => {
      child.ref();
      child.stdin.end(`${word}\n`);
      await ended;
    };
    const deadline = performance.now() + 240_000;
    while (!(await isOf(data, url('postgres')))) {
      if (gone || performance.now() > deadline) {
        await end('keep');
        throw new Error(gone ? ENDED : 'the PostgreSQL server does not answer');
      }
      await setTimeout(50);
    }
    return end;
  };
  /** Somebody else may take the port before the server does. */
  const runAnywhere = async (attempts: number): ReturnType<typeof run> => {
    port = await freePort();
    try {
      return await run();
    } catch (error) {
      if (attempts <= 1 || (error as Error).message !== ENDED) throw error;
      return await runAnywhere(attempts - 1);
    }
  };

  let end = await runAnywhere(5);
  running = true;
  return {
    port,
    async database({ encoding = 'UTF8' } = {}) {
      databases++;
      const name = `test_${databases}`;
      const locale = encoding === 'UTF8' ? 'C.UTF-8' : 'C';
      await ask(
        url('postgres'),
        `CREATE DATABASE ${name} ENCODING '${encoding}' LOCALE '${locale}' TEMPLATE template0`,
      );
      return url(name);
    },
    async stop() {
      if (!running) return;
      await end('keep');
      running = false;
    },
    async start() {
      if (running) return;
      end = await run();
      running = true;
    },
    async remove() {
      await end('remove');
      removeFolder();
    },
  };
}

async function ask(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Whether a server answers, and the one with this data: a neighbour's may have come to have the port. */
async function isOf(data: string, url: string): Promise<boolean> {
  try {
    return (await ask(url, "SELECT current_setting('data_directory') AS folder"))[0]?.['folder'] === data;
  } catch {
    return false;
  }
}
