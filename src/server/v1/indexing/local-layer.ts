import { closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { FileSource } from '../../../formats/byte-source.ts';
import { TarLayer } from '../../../image/tar-layer.ts';
import { IndexError } from '../layer-indexer.ts';
import type { FoundLayer } from './found-layer.ts';

/**
 * Opens a layer in a file of this machine.
 * @param roots folders below which it must lie once all links are resolved; undefined: anywhere
 * @throws IndexError `unreadable` for a directory, else `source-not-found` whatever the reason
 */
export async function openLocalLayer(file: string, roots: readonly string[] | undefined): Promise<FoundLayer> {
  const real = await resolved(file);
  if (real === undefined) throw new IndexError('source-not-found', `there is no file ${JSON.stringify(file)}`);
  const allowed = roots === undefined ? undefined : await resolvedRoots(roots);
  const isAllowed = (name: string): boolean => allowed?.some((root) => isBelow(name, root)) ?? true;
  if (!isAllowed(real)) {
    throw new IndexError('source-not-found', `${JSON.stringify(file)} is below none of the folders of layers`);
  }
  const descriptor = open(real);
  try {
    const stats = fstatSync(descriptor);
    // Somebody may have moved a link in its place meanwhile.
    if (!isAllowed(nameOf(descriptor) ?? real)) {
      throw new IndexError('source-not-found', `${JSON.stringify(file)} was replaced while it was opened`);
    }
    if (!stats.isFile()) {
      const kind = stats.isDirectory() ? 'a directory' : 'no regular file';
      throw new IndexError('unreadable', `${JSON.stringify(file)} is ${kind}`);
    }
    const content = new TarLayer(new FileSource(descriptor));
    return { content, close: () => closeSync(descriptor) };
  } catch (error) {
    closeSync(descriptor);
    if (error instanceof IndexError) throw error;
    throw new IndexError('unreadable', (error as Error).message, { cause: error });
  }
}

/** Never waits: not for somebody who writes into a pipe, nor for a device. */
function open(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw new IndexError('source-not-found', (error as Error).message, { cause: error });
  }
}

async function resolved(file: string): Promise<string | undefined> {
  try {
    return await realpath(file);
  } catch {
    return undefined;
  }
}

async function resolvedRoots(roots: readonly string[]): Promise<string[]> {
  const found = await Promise.all(roots.map(resolved));
  return found.filter((root) => root !== undefined);
}

function isBelow(file: string, root: string): boolean {
  return file === root || file.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}

/** The name of an open file, where the system tells it. */
function nameOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}
