import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, statfsSync, unlinkSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { loadSqlite } from '../../advisories/sqlite.ts';
import { openRules } from '../../contents/yara/open-rules.ts';
import { UsageError } from '../../errors.ts';
import type { EngineKind } from '../../net/container-engine/addresses.ts';
import { connectEngine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { whyNotOwn } from '../../reading/own-folder.ts';
import { sizeWords } from '../../report/words.ts';
import type { CommandIo } from '../command.ts';
import type { DoctorLine } from './doctor-line.ts';

type Result = Pick<DoctorLine, 'state' | 'detail' | 'advice'>;

/** Programs and libraries that everything stands on. */
export async function lookAtLibraries(): Promise<readonly DoctorLine[]> {
  return [
    { id: 'node', group: 'machine', title: 'Node.js', state: 'ok', detail: nodeWords() },
    {
      id: 'sqlite',
      group: 'engines',
      title: 'SQLite',
      ...(await tried(sqliteWords, 'Use the Node.js of tools/node, which has it.')),
    },
    { id: 'yara', group: 'engines', title: 'YARA', ...(await tried(yaraWords, 'Install Drydock anew: "npm ci".')) },
  ];
}

async function tried(work: () => string | Promise<string>, advice: string): Promise<Result> {
  try {
    return { state: 'ok', detail: await work() };
  } catch (error) {
    return { state: 'failed', detail: error instanceof Error ? error.message : String(error), advice };
  }
}

function nodeWords(): string {
  const { versions, platform, arch } = process;
  return `${versions.node}, ${platform}-${arch}, ${availableParallelism()} processors, ${sizeWords(totalmem())} of memory`;
}

async function sqliteWords(): Promise<string> {
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(':memory:');
  try {
    database.exec('CREATE TABLE canary (name TEXT)');
    database.prepare('INSERT INTO canary VALUES (?)').run('tweet');
    const row = database.prepare('SELECT name, sqlite_version() AS version FROM canary').get();
    if (row?.['name'] !== 'tweet') throw new Error('a row that was written did not come back');
    return String(row['version']);
  } finally {
    database.close();
  }
}

function yaraWords(): string {
  const text = 'rule canary { strings: $a = "tweet" condition: $a }';
  // A rule of its own each time, so that nothing kept answers.
  const { rules } = openRules({
    digest: `canary ${randomBytes(8).toString('hex')}`,
    read: () => [{ file: 'canary', text }],
  });
  try {
    const { matches, failure } = rules.scan(Buffer.from('a tweet'));
    if (failure !== undefined) throw new Error(failure);
    if (matches[0]?.rule !== 'canary') throw new Error('a rule that fits did not match');
    return rules.engine === 'native' ? 'the native library' : 'WebAssembly, which is slower than the native library';
  } finally {
    rules.close();
  }
}

/** Docker and Podman: neither is needed to scan files and registries. */
export async function lookAtEngines(
  { environment, signal }: Pick<CommandIo, 'environment' | 'signal'>,
  offline: boolean,
): Promise<readonly DoctorLine[]> {
  const lines: DoctorLine[] = [];
  for (const [kind, title] of [
    ['docker', 'Docker'],
    ['podman', 'Podman'],
  ] as const) {
    lines.push({
      id: `engine-${kind}`,
      group: 'machine',
      title,
      ...(await engineResult(kind, environment, offline, signal)),
    });
  }
  return lines;
}

/** An engine that does not answer is not waited for as long as a scan would. */
const timeouts = { connectMs: 3000, headersMs: 5000, idleMs: 5000 };

async function engineResult(
  kind: EngineKind,
  environment: CommandIo['environment'],
  offline: boolean,
  signal: AbortSignal,
): Promise<Result> {
  try {
    const { name, version, apiVersion } = await connectEngine(kind, { environment, offline, signal, timeouts });
    return { state: 'ok', detail: `${name}${version === undefined ? '' : `, version ${version}`}, API ${apiVersion}` };
  } catch (error) {
    if (error instanceof UsageError)
      return { state: 'failed', detail: error.message, advice: 'Mend the setting that it names.' };
    if (!(error instanceof EngineError)) throw error;
    const named = kind === 'docker' ? environment['DOCKER_HOST'] : environment['CONTAINER_HOST'];
    const isWanted = named !== undefined && named !== '';
    if (error.failure === 'no-engine' && !isWanted) {
      const advice = 'Nothing to do, unless images that an engine has are to be scanned or run.';
      return { state: 'absent', detail: 'none answers in the usual places', advice };
    }
    if (error.failure === 'offline') return { state: 'absent', detail: error.message };
    const advice = 'Images of this engine cannot be scanned until it answers.';
    return { state: 'attention', detail: error.message, advice };
  }
}

/** Bytes of room below which work will fail soon, and below which it may. */
const HARDLY_ROOM = 100_000_000;
const LITTLE_ROOM = 2_000_000_000;

/** Folders that are written to: what they are for, and whether that goes well. */
export function lookAtFolders(cache: string, temporary: string): readonly DoctorLine[] {
  return [
    {
      id: 'cache',
      group: 'machine',
      title: 'Cache folder',
      ...folderResult(cache, 'Name another one: --cache-dir.', true),
    },
    {
      id: 'temporary',
      group: 'machine',
      title: 'Temporary files',
      ...folderResult(temporary, 'Set TMPDIR to a folder with room.', false),
    },
  ];
}

function folderResult(folder: string, advice: string, isOwn: boolean): Result {
  // What is not there yet is made in the nearest folder that is.
  let existing = path.resolve(folder);
  while (!existsSync(existing) && existing !== path.dirname(existing)) existing = path.dirname(existing);
  const why = isOwn && existing === path.resolve(folder) ? whyNotOwn(folder) : undefined;
  if (why !== undefined) return { state: 'failed', detail: `${folder} is not believed: ${why}`, advice };
  const probe = path.join(existing, `.drydock-doctor-${process.pid}-${randomBytes(6).toString('hex')}`);
  let free: number;
  try {
    closeSync(openSync(probe, 'wx', 0o600));
    unlinkSync(probe);
    const { bavail, bsize } = statfsSync(existing);
    free = bavail * bsize;
  } catch (error) {
    return { state: 'failed', detail: `${folder} cannot be written: ${(error as Error).message}`, advice };
  }
  const detail = `${folder}, ${sizeWords(free)} free`;
  if (free >= LITTLE_ROOM) return { state: 'ok', detail };
  return { state: free < HARDLY_ROOM ? 'failed' : 'attention', detail, advice: 'Make room, or take another folder.' };
}

const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'] as const;

/** What the environment says of a proxy; its password is for nobody to read. */
export function lookAtNetwork(environment: CommandIo['environment'], offline: boolean): DoctorLine {
  const line = { id: 'network', group: 'machine', title: 'Network' } as const;
  if (offline) return { ...line, state: 'absent', detail: 'none is allowed (--offline)' };
  const set = proxyVariables.flatMap((name) => {
    const value = environment[name] || environment[name.toLowerCase()];
    return value === undefined || value === '' ? [] : [{ name, value }];
  });
  const wrong = set.find(({ name, value }) => name !== 'NO_PROXY' && !isProxy(value));
  if (wrong !== undefined) {
    const advice = 'It is to be http://HOST:PORT or https://HOST:PORT.';
    return { ...line, state: 'failed', detail: `${wrong.name} is no address of a proxy`, advice };
  }
  if (set.length === 0) return { ...line, state: 'ok', detail: 'no proxy; nothing was asked' };
  const words = set.map(({ name, value }) => `${name} ${name === 'NO_PROXY' ? value : new URL(value).host}`);
  return { ...line, state: 'ok', detail: `proxy: ${words.join(', ')}; nothing was asked` };
}

function isProxy(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '';
}
