import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import path from 'node:path';
import { folder } from './image-set.ts';

/** The layer of a zstd file uncompressed, in a file beside the images that is kept. */
export function plainLayer(compressed: string): string {
  const file = path.join(folder, `layer-${path.basename(compressed)}.tar`);
  if (existsSync(file)) return file;
  const unfinished = `${file}.unfinished`;
  const descriptor = openSync(unfinished, 'w');
  const { status } = spawnSync('zstd', ['-dcq', compressed], { stdio: ['ignore', descriptor, 'inherit'] });
  closeSync(descriptor);
  if (status !== 0) throw new Error(`${compressed} could not be decompressed`);
  renameSync(unfinished, file);
  return file;
}
