import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../advisories/location.ts';
import { FeedError, FormatError, LimitError, UsageError } from '../errors.ts';
import { tarMembers } from '../feeds/tar-members.ts';
import { decompressedPieces } from '../formats/compression/pieces.ts';
import { mostVexBytes, readVex } from '../formats/vex/read.ts';
import { defaultLimits } from '../limits.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import type { Dialer } from '../net/dial.ts';
import { download } from '../net/download.ts';
import { Pauses } from '../pauses.ts';
import { readVexManifest, VexIndex } from '../policy/vex-hub.ts';
import type { VexSource } from '../policy/vex-source.ts';
import type { Invocation } from './command.ts';

type ReadLocation = (location: string) => Promise<Uint8Array | undefined>;

interface Repository {
  readonly index: VexIndex;
  readonly read: ReadLocation;
  readonly problems: readonly Problem[];
}

/**
 * `--vex repo`: statements of a repository on the packages of an image (aquasecurity/vex-repo-spec 0.1). A folder is
 * read where it is; an archive is kept below the cache folder, and fetched anew when its time is over.
 * @throws UsageError for a folder that is none
 */
export async function openVexRepository(
  invocation: Invocation,
  dialer: Dialer,
): Promise<
  (report: Report) => Promise<{ readonly sources: readonly VexSource[]; readonly problems: readonly Problem[] }>
> {
  const { configuration, io } = invocation;
  const place = configuration.settings['vex-repository'];
  const opened = /^https?:\/\//i.test(place)
    ? await openRemote(place, invocation, dialer)
    : await openFolder(path.resolve(io.folder, place), place);
  if ('message' in opened) return async () => ({ sources: [], problems: [opened] });
  return async (report) => await sourcesOf(opened, report, io.signal);
}

/** What a document costs at least, in steps of `Pauses`. */
const DOCUMENT = 1000;

const problem = (message: string): Problem => ({ code: 'vex.unreadable', message: `--vex repo: ${message}` });

async function sourcesOf({ index, read, problems: found }: Repository, report: Report, signal: AbortSignal) {
  // An index can name a million documents for one package.
  const pauses = new Pauses(signal);
  const sources: VexSource[] = [];
  const problems: Problem[] = [...found];
  for (const location of index.locationsFor(report)) {
    if (pauses.isDue(DOCUMENT)) await pauses.take();
    try {
      const bytes = await read(location);
      if (bytes === undefined) problems.push(problem(`${location}, which the index names, is not there`));
      else sources.push({ name: `repo:${location}`, document: readVex(bytes) });
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      problems.push(problem(`${location}: ${error.message}`));
    }
  }
  return { sources, problems };
}

async function openFolder(folder: string, shown: string): Promise<Repository> {
  try {
    const index = new VexIndex(await readFile(path.join(folder, 'index.json')));
    return { index, problems: [], read: async (location) => await readBelow(folder, location) };
  } catch (error) {
    const words = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new UsageError('usage.option', `--vex-repository: ${shown} is no repository of statements (${words}).`, {
      cause: error,
    });
  }
}

async function readBelow(folder: string, location: string): Promise<Uint8Array | undefined> {
  const file = path.join(folder, location);
  const info = await stat(file).catch(() => undefined);
  if (info?.isFile() !== true) return undefined;
  if (info.size > mostVexBytes) throw new LimitError(`it has more than ${mostVexBytes} bytes`);
  return await readFile(file);
}

/** What is kept of a repository besides its archive. */
interface Kept {
  readonly checkedAt: string;
  readonly updateInterval: number;
  readonly folder: string;
  readonly validator: string;
}

async function openRemote(place: string, invocation: Invocation, dialer: Dialer): Promise<Repository | Problem> {
  const { configuration, io } = invocation;
  const cache = cacheFolder(configuration.settings['cache-dir'], io.environment);
  const folder = path.join(cache, 'vex-repositories', createHash('sha256').update(place).digest('hex').slice(0, 32));
  const problems: Problem[] = [];
  let kept = await readKept(folder);
  const isFresh = kept !== undefined && Date.now() - Date.parse(kept.checkedAt) < kept.updateInterval;
  if (!isFresh) {
    try {
      kept = await fetchArchive(place, folder, kept, dialer, io.signal);
    } catch (error) {
      io.signal.throwIfAborted();
      if (!(error instanceof FeedError || error instanceof FormatError)) throw error;
      const later =
        kept === undefined ? 'no statements were used' : `those of ${kept.checkedAt.slice(0, 10)} were used`;
      const fault = problem(`${place}: ${error.message}; ${later}`);
      if (kept === undefined) return fault;
      problems.push(fault);
    }
  }
  try {
    return { ...(await readArchive(folder, kept!.folder)), problems };
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
    return problem(`${place}: ${error.message}`);
  }
}

async function readKept(folder: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(path.join(folder, 'state.json'), 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

async function fetchArchive(
  place: string,
  folder: string,
  kept: Kept | undefined,
  dialer: Dialer,
  signal: AbortSignal,
): Promise<Kept> {
  const stated = await download(dialer, manifestUrl(place), { signal });
  if (stated.status !== 'changed') throw new FormatError('there is no vex-repository.json');
  const { locations, updateInterval } = readVexManifest(stated.body);
  const { url, folder: inside } = locations[0]!;
  // Unpacked by whoever reads it: a client that undoes gzip gives the archive as it is, too.
  const archive = await download(dialer, url, { signal, ...(kept !== undefined && { validator: kept.validator }) });
  if (archive.status === 'absent') throw new FormatError(`${url} is not there`);
  await mkdir(folder, { recursive: true });
  const validator = archive.status === 'changed' ? archive.validator : kept!.validator;
  if (archive.status === 'changed') await replace(path.join(folder, 'archive'), archive.body);
  const state: Kept = { checkedAt: new Date().toISOString(), updateInterval, folder: inside, validator };
  await replace(path.join(folder, 'state.json'), JSON.stringify(state));
  return state;
}

async function replace(file: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

/** The manifest stands below `.well-known`; on GitHub at the root of the main branch. */
function manifestUrl(place: string): string {
  const url = new URL(place);
  if (url.pathname.endsWith('.json')) return url.href;
  if (url.hostname === 'github.com') {
    const [owner, name] = url.pathname.split('/').filter((part) => part !== '');
    return `https://raw.githubusercontent.com/${owner}/${name}/main/vex-repository.json`;
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/.well-known/vex-repository.json`;
  return url.href;
}

/** All documents of an archive, of which a few are wanted: it has some megabytes. */
async function readArchive(folder: string, inside: string): Promise<Omit<Repository, 'problems'>> {
  const prefix = inside === '' ? '' : `${inside}/`;
  const bytes = await readFile(path.join(folder, 'archive'));
  const files = new Map<string, Buffer>();
  const pieces = decompressedPieces(bytes, { limits: { ...defaultLimits, layerBytes: ARCHIVE } });
  for await (const { path: name, content } of tarMembers(
    pieces,
    (name) => name.startsWith(prefix) && name.endsWith('.json'),
  )) {
    if (content.length <= mostVexBytes) files.set(name.slice(prefix.length), content);
  }
  const index = files.get('index.json');
  if (index === undefined) throw new FormatError('the archive has no index.json');
  return { index: new VexIndex(index), read: async (location) => files.get(location) };
}

const ARCHIVE = 512 * 1024 * 1024;
