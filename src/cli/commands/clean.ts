import { rmdirSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../advisories/location.ts';
import { jsonText } from '../../formats/json-text.ts';
import { namesIn, statsOf, whyNotOwn } from '../../reading/own-folder.ts';
import { escapeText } from '../../report/escape.ts';
import { countWords, sizeWords } from '../../report/words.ts';
import type { ReapCounts } from '../../runtime/cage/reaper.ts';
import type { Command, Invocation } from '../command.ts';
import { openLayerCache } from '../reading-options.ts';

/** What was removed, in words and figures. */
interface Cleaned {
  readonly what: string;
  readonly files: number;
  readonly bytes: number;
}

/** Node's compile cache: a folder for each version of Node.js, in it a file for each module, and what one is written to. */
const compiledFolder = /^v\d+\.\d+\.\d+(?:-[\w.]+)?-[a-z0-9]+-[0-9a-f]{8}(?:-\d+)?$/;
const compiledFile = /^[0-9a-f]{8}(?:\.[A-Za-z0-9]{6})?$/;

/** A database, one that is being built, and the files that SQLite keeps beside each. */
const databaseFile =
  /^advisories-\d+\.db(?:\.(?:building|importing|pulling)-\d+)?(?:-wal|-shm|-journal|-delta|-[0-9a-f]{16})?$/;

/**
 * Removes the files of a folder whose names are ours: `--cache-dir` may name a folder that holds other things too.
 * Links and folders stay, whatever they are called.
 */
function removeFiles(folder: string, isOurs: RegExp): Omit<Cleaned, 'what'> {
  let files = 0;
  let bytes = 0;
  for (const name of namesIn(folder)) {
    const file = path.join(folder, name);
    const stats = isOurs.test(name) ? statsOf(file) : undefined;
    if (stats?.isFile() !== true || !tried(() => unlinkSync(file))) continue;
    files++;
    bytes += stats.size;
  }
  return { files, bytes };
}

function removeCompiled(folder: string, log: Invocation['io']['log']): Cleaned {
  const total = { what: 'compiled code', files: 0, bytes: 0 };
  const reason = whyNotOwn(folder);
  if (reason !== undefined) {
    log.warn({ folder, reason }, 'the compiled code is left alone');
    return total;
  }
  let emptied = false;
  for (const name of namesIn(folder)) {
    const below = path.join(folder, name);
    if (!compiledFolder.test(name) || statsOf(below)?.isDirectory() !== true) continue;
    const { files, bytes } = removeFiles(below, compiledFile);
    total.files += files;
    total.bytes += bytes;
    emptied = tried(() => rmdirSync(below)) || emptied;
  }
  if (emptied) tried(() => rmdirSync(folder));
  return total;
}

/** False where something is in the way: what is not empty, what another process took out meanwhile. */
function tried(remove: () => void): boolean {
  try {
    remove();
    return true;
  } catch {
    return false;
  }
}

/** What runs that ended badly left at the engines that can be reached. An engine that is not there has nothing of ours. */
async function removeObserved({
  configuration,
  io,
}: Invocation): Promise<readonly (ReapCounts & { engine: string })[]> {
  const [{ connectEngine }, { EngineError }, { reap }] = await Promise.all([
    import('../../net/container-engine/engine.ts'),
    import('../../net/container-engine/engine-error.ts'),
    import('../../runtime/cage/reaper.ts'),
  ]);
  const removed: (ReapCounts & { engine: string })[] = [];
  for (const kind of ['docker', 'podman'] as const) {
    try {
      const options = { environment: io.environment, offline: configuration.settings.offline, signal: io.signal };
      const engine = await connectEngine(kind, options);
      const counts = await reap(engine, { signal: io.signal });
      const all = counts.containers + counts.networks + counts.volumes + counts.images + counts.failures.length;
      if (all > 0) removed.push({ engine: engine.name, ...counts });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  return removed;
}

async function run(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  const folder = cacheFolder(settings['cache-dir'], io.environment);
  const cleaned: Cleaned[] = [
    { what: 'layer cache', ...openLayerCache(invocation).clear() },
    removeCompiled(path.join(folder, 'compiled'), io.log),
  ];
  if (settings.all) cleaned.push({ what: 'advisory databases', ...removeFiles(folder, databaseFile) });
  const observed = await removeObserved(invocation);
  if (settings.format === 'json') {
    await io.stdout.write(jsonText({ folder, removed: cleaned, observed }));
    return 0;
  }
  for (const { what, files, bytes } of cleaned) {
    await io.stdout.write(`Removed the ${what}: ${countWords(files, 'file')}, ${sizeWords(bytes)}.\n`);
  }
  for (const { engine, containers, networks, volumes, images, failures } of observed) {
    const parts = [
      countWords(containers, 'container'),
      countWords(networks, 'network'),
      countWords(volumes, 'volume'),
      countWords(images, 'image'),
    ];
    await io.stdout.write(`Removed what observed images left at ${escapeText(engine)}: ${parts.join(', ')}.\n`);
    for (const failure of failures) io.error(failure);
  }
  return 0;
}

export const command: Command = {
  name: 'clean',
  summary: 'Remove what was kept to be faster; with --all the advisory databases too.',
  description:
    'What is removed is made anew when it is needed. Scans that run meanwhile are not disturbed. Only files that Drydock made go, by their names; a database that --db names is left alone. What "drydock observe" made at a container engine and could not remove goes, too: containers, networks, volumes and images with its labels and names whose run is over.',
  arguments: [],
  options: ['format', 'all', 'cache-dir', 'offline'],
  formats: ['table', 'json'],
  examples: ['drydock clean', 'drydock clean --all'],
  run,
};
