import { FormatError, LimitError, SourceError } from '../errors.ts';
import { readBytes } from '../formats/byte-source.ts';
import { Budget } from '../formats/compression/budget.ts';
import { openExt4 } from '../formats/ext4/ext4.ts';
import { isExt4 } from '../formats/ext4/superblock.ts';
import type { CountBytes, FileNode, FileSystem } from '../formats/file-system.ts';
import { openSquashfs } from '../formats/squashfs/squashfs.ts';
import { isSquashfs } from '../formats/squashfs/superblock.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { LayerContent } from './content.ts';
import { FileSystemLayer } from './file-system-layer.ts';
import type { OpenOptions } from './opened-image.ts';

/** Bytes that tell the file systems that are read. */
const HEAD_BYTES = 4096;

type Opener = (source: ByteSource, count: CountBytes) => FileSystem<FileNode>;

/** What people call the file system whose image it is; undefined where it is none that is read. */
export function nameOfFileSystem(source: ByteSource): string | undefined {
  const head = readBytes(source, 0, HEAD_BYTES);
  if (isSquashfs(head)) return 'SquashFS';
  return isExt4(head) ? 'ext4' : undefined;
}

/** Whether it is the root of a system: it says of which. What cannot be read is none. */
export function holdsSystem(source: ByteSource, limits: OpenOptions['limits']): boolean {
  const budget = new Budget(limits);
  try {
    const system = openerOf(source)?.(source, (bytes) => budget.count(bytes, source.size));
    if (system === undefined) return false;
    return [
      ['etc', 'os-release'],
      ['usr', 'lib', 'os-release'],
    ].some((names) => nodeAt(system, names) !== undefined);
  } catch (error) {
    if (error instanceof FormatError || error instanceof LimitError) return false;
    throw error;
  }
}

function nodeAt(system: FileSystem<FileNode>, names: readonly string[]): FileNode | undefined {
  let node: FileNode | undefined = system.root();
  for (const name of names) {
    if (node?.type !== 'directory') return undefined;
    let inner: FileNode | undefined;
    for (const entry of system.entries(node)) {
      if (entry.name !== name) continue;
      inner = entry.node();
      break;
    }
    node = inner;
  }
  return node;
}

function openerOf(source: ByteSource): Opener | undefined {
  const head = readBytes(source, 0, HEAD_BYTES);
  if (isSquashfs(head)) return openSquashfs as Opener;
  if (isExt4(head)) return openExt4 as Opener;
  return undefined;
}

/** The image of a file system as a layer; undefined where its first bytes are of none that is read. */
export function fileSystemLayer(source: ByteSource): LayerContent | undefined {
  const open = openerOf(source);
  return open && new FileSystemLayer(source.size, (count) => open(source, count));
}

/**
 * The same of one that shall be read.
 * @throws SourceError where not even its root can be
 */
export function openFileSystemLayer(
  reference: string,
  source: ByteSource,
  options: Pick<OpenOptions, 'limits'>,
): LayerContent | undefined {
  const open = openerOf(source);
  if (open === undefined) return undefined;
  const budget = new Budget(options.limits);
  try {
    const system = open(source, (bytes) => budget.count(bytes, source.size));
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
  return new FileSystemLayer(source.size, (count) => open(source, count));
}
