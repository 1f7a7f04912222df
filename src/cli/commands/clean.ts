import { type Dirent, lstatSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../advisories/location.ts';
import { countWords, sizeWords } from '../../report/words.ts';
import type { Command, Invocation } from '../command.ts';
import { openLayerCache } from '../reading-options.ts';

/** What was removed, in words and figures. */
interface Cleaned {
  readonly what: string;
  readonly files: number;
  readonly bytes: number;
}

/** Removes the files of a folder that `isOurs` names, and what is below its folders. Links are removed, not followed. */
function removeBelow(folder: string, what: string, isOurs: (name: string) => boolean): Cleaned {
  let files = 0;
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    if (!isOurs(entry.name)) continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      const inner = removeBelow(file, what, () => true);
      files += inner.files;
      bytes += inner.bytes;
    } else {
      files++;
      bytes += lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;
    }
    rmSync(file, { recursive: true, force: true });
  }
  return { what, files, bytes };
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // it was never made
  }
}

async function run(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  const folder = cacheFolder(settings['cache-dir'], io.environment);
  const cleaned: Cleaned[] = [
    { what: 'layer cache', ...openLayerCache(invocation).clear() },
    removeBelow(folder, 'compiled code', (name) => name === 'compiled'),
  ];
  if (settings.all) {
    cleaned.push(removeBelow(folder, 'advisory databases', (name) => /^advisories-\d+\.db/.test(name)));
  }
  if (settings.format === 'json') {
    await io.stdout.write(`${JSON.stringify({ folder, removed: cleaned }, undefined, 2)}\n`);
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
    'What is removed is made anew when it is needed. Scans that run meanwhile are not disturbed. A database that --db names is left alone.',
  arguments: [],
  options: ['format', 'all', 'cache-dir'],
  formats: ['table', 'json'],
  examples: ['drydock clean', 'drydock clean --all'],
  run,
};
