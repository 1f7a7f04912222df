import { rmdirSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../advisories/location.ts';
import { jsonText } from '../../formats/json-text.ts';
import { namesIn, statsOf, whyNotOwn } from '../../reading/own-folder.ts';
import { countWords, sizeWords } from '../../report/words.ts';
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

async function run(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  const folder = cacheFolder(settings['cache-dir'], io.environment);
  const cleaned: Cleaned[] = [
    { what: 'layer cache', ...openLayerCache(invocation).clear() },
    removeCompiled(path.join(folder, 'compiled'), io.log),
  ];
  if (settings.all) cleaned.push({ what: 'advisory databases', ...removeFiles(folder, databaseFile) });
  if (settings.format === 'json') {
    await io.stdout.write(jsonText({ folder, removed: cleaned }));
    return 0;
  }
  for (const { what, files, bytes } of cleaned) {
    await io.stdout.write(`Removed the ${what}: ${countWords(files, 'file')}, ${sizeWords(bytes)}.\n`);
  }
  return 0;
}

export const command: Command = {
  name: 'clean',
  summary: 'Remove what was kept to be faster; with --all the advisory databases too.',
  description:
    'What is removed is made anew when it is needed. Scans that run meanwhile are not disturbed. Only files that Drydock made go, by their names; a database that --db names is left alone.',
  arguments: [],
  options: ['format', 'all', 'cache-dir'],
  formats: ['table', 'json'],
  examples: ['drydock clean', 'drydock clean --all'],
  run,
};
