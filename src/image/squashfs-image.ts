import { FormatError, LimitError, SourceError } from '../errors.ts';
import { readBytes } from '../formats/byte-source.ts';
import { Budget } from '../formats/compression/budget.ts';
import { Squashfs } from '../formats/squashfs/squashfs.ts';
import { isSquashfs } from '../formats/squashfs/superblock.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { LayerContent } from './content.ts';
import type { OpenOptions } from './opened-image.ts';
import { SquashfsLayer } from './squashfs-layer.ts';

/** A SquashFS as a layer; undefined where its first bytes are of none. */
export function squashfsLayer(source: ByteSource): LayerContent | undefined {
  if (!isSquashfs(readBytes(source, 0, 4))) return undefined;
  return new SquashfsLayer(source.size, (count) => new Squashfs(source, count));
}

/**
 * The same of one that shall be read.
 * @throws SourceError where not even its root can be
 */
export function openSquashfsLayer(
  reference: string,
  source: ByteSource,
  options: Pick<OpenOptions, 'limits'>,
): LayerContent | undefined {
  const layer = squashfsLayer(source);
  if (layer === undefined) return undefined;
  const budget = new Budget(options.limits);
  try {
    const system = new Squashfs(source, (bytes) => budget.count(bytes, source.size));
    const root = system.root();
    if (root.type !== 'directory') throw new FormatError('its root is no folder');
    // Whether there is anything to read shows at the first entry.
    for (const _ of system.entries(root)) break;
  } catch (error) {
    if (!(error instanceof FormatError) && !(error instanceof LimitError)) throw error;
    const isUnsupported = error instanceof FormatError && error.reason === 'unsupported';
    throw new SourceError(
      isUnsupported ? 'source.unsupported' : 'source.unreadable',
      `${reference}: the file system in it: ${error.message}`,
      { cause: error },
    );
  }
  return layer;
}
