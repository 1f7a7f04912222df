import { setImmediate } from 'node:timers/promises';
import type { Analyzer } from '../model/analyzer.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import { MayWant } from '../reading/may-want.ts';
import type { MergedFiles } from './merged-files.ts';
import type { Wish } from './wishes.ts';

/** Links between two pauses, in which signals and timers get their turn. */
const PAUSE_EVERY = 4096;

/**
 * Hard links in sight under whose path an analyzer wants a file that it did not get: its content came under another path,
 * which says nothing to that analyzer. The store of pnpm names files after their digests and links them to where they are
 * used. What is wanted under both paths was read under that of the content.
 */
export async function linkedWishes(
  files: MergedFiles,
  analyzers: readonly Analyzer[],
  signal: AbortSignal,
): Promise<readonly Wish[]> {
  const mayWant = new MayWant(analyzers);
  const wishes: Wish[] = [];
  const met = new Set<string>();
  let count = 0;
  for (const index of files.indexes) {
    for (const entry of index.hardLinks()) {
      if (++count % PAUSE_EVERY === 0) {
        await setImmediate();
        if (signal.aborted) return wishes;
      }
      const directory = index.directories[index.directoryOf(entry)] as string;
      if (!mayWant.has(directory, index.nameOf(entry), index.modeOf(entry))) continue;
      const path = index.pathOf(entry);
      if (met.has(path)) continue;
      met.add(path);
      const target = files.resolve(path);
      if (!target.found || target.file.header.type !== 'file' || target.file.header.path === path) continue;
      wishes.push(...wishesOf(path, target.file.layer, target.file.header, analyzers));
    }
  }
  return wishes;
}

function* wishesOf(
  path: string,
  layer: number,
  header: FileHeader,
  analyzers: readonly Analyzer[],
): Generator<Wish, void, void> {
  const linked: FileHeader = { ...header, path, name: path.slice(path.lastIndexOf('/') + 1) };
  for (const analyzer of analyzers) {
    if (analyzer.wants(linked) === Appetite.None || analyzer.wants(header) !== Appetite.None) continue;
    yield { analyzer, layer, header, as: path };
  }
}
