import { FormatError, LimitError, SourceError } from '../errors.ts';
import { readBytes } from '../formats/byte-source.ts';
import { type Partition, type PartitionTable, readPartitions } from '../formats/disk/partitions.ts';
import { Qcow2Disk } from '../formats/disk/qcow2.ts';
import { VmdkDisk } from '../formats/disk/vmdk.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Problem } from '../model/problem.ts';
import { holdsNoSystem, unreadDisk } from './disk-magic.ts';
import { holdsSystem, nameOfFileSystem, openFileSystemLayer } from './file-system-image.ts';
import type { OpenedImage, OpenOptions } from './opened-image.ts';
import { singleLayer } from './single-layer.ts';

/** Partitions of which all is told; there are hardly ever more. */
const TOLD = 20;

/**
 * Opens the image of a file system, or of a disk with one: plain or as qcow2 or VMDK, with partitions or without. Of several
 * partitions those with a system are read, each as an image; where none has one, all that can be.
 * @throws SourceError where nothing in it can be read
 */
export function openDiskImage(reference: string, file: ByteSource, options: OpenOptions): readonly OpenedImage[] {
  try {
    const disk = plainDisk(file);
    const layer = openFileSystemLayer(reference, disk, options);
    if (layer !== undefined) return [singleLayer(reference, layer, file.size)];
    const table = readPartitions(disk);
    if (table !== undefined && table.partitions.length > 0) {
      return new PartitionedDisk(reference, disk, options).images(table);
    }
    const name = unreadDisk(disk);
    if (name !== undefined) throw notRead(`${reference} is ${name}`);
  } catch (error) {
    if (!(error instanceof FormatError) && !(error instanceof LimitError)) throw error;
    const isUnsupported = error instanceof FormatError && error.reason === 'unsupported';
    const code = isUnsupported ? 'source.unsupported' : 'source.unreadable';
    throw new SourceError(code, `${reference} is the image of a disk, but ${error.message}`, { cause: error });
  }
  throw new SourceError('source.not-an-image', `${reference} is no image of a file system or a disk that is read here`);
}

function plainDisk(file: ByteSource): ByteSource {
  const magic = readBytes(file, 0, 4).toString('latin1');
  if (magic === 'QFI\xfb') return new Qcow2Disk(file);
  return magic === 'KDMV' ? new VmdkDisk(file) : file;
}

function notRead(what: string): SourceError {
  const message = `${what}, which is not read here. Scan the file system in it: mounted ("dir:"), or copied out of it ("disk:").`;
  return new SourceError('source.unsupported', message);
}

interface ReadablePartition {
  readonly number: number;
  readonly name: string;
  readonly source: ByteSource;
}

class PartitionedDisk {
  readonly #reference: string;
  readonly #disk: ByteSource;
  readonly #options: OpenOptions;
  readonly #problems: Problem[] = [];
  /** Partitions of which it is not told that they were not read. */
  #untold = 0;

  constructor(reference: string, disk: ByteSource, options: OpenOptions) {
    this.#reference = reference;
    this.#disk = disk;
    this.#options = options;
  }

  images({ kind, partitions, unfollowed }: PartitionTable): readonly OpenedImage[] {
    for (const message of unfollowed) this.#tell({ code: 'image.partition-unread', message });
    const readable = partitions.flatMap((partition) => this.#look(partition) ?? []);
    const systems = readable.filter(({ source }) => holdsSystem(source, this.#options.limits));
    const chosen = systems.length > 0 ? systems : readable;
    if (chosen.length === 0) {
      const why = this.#problems.map(({ message }) => message).join('; ');
      throw notRead(`${this.#reference} is a disk (${kind}) without a file system of ext or SquashFS (${why})`);
    }
    for (const { number, name } of readable.filter((one) => !chosen.includes(one))) {
      this.#unread(number, `is ${name} without a system of its own`);
    }
    if (this.#untold > 0) {
      const message = `${this.#untold} more partitions were not read`;
      this.#problems.push({ code: 'image.partition-unread', message });
    }
    return chosen.map(({ number, name, source }) => {
      const layer = openFileSystemLayer(this.#reference, source, this.#options);
      const problems = [...this.#problems, this.#read(kind, number, name)];
      if (layer === undefined) throw notRead(`partition ${number} changed`);
      return singleLayer(this.#reference, layer, source.size, problems);
    });
  }

  #look({ number, start, size }: Partition): ReadablePartition | undefined {
    const source = this.#disk.slice(start, size);
    if (source.size === 0) {
      this.#unread(number, 'lies behind the end of the disk');
      return undefined;
    }
    const name = nameOfFileSystem(source);
    if (name !== undefined) return { number, name, source };
    const unread = unreadDisk(source);
    const passed = unread === undefined ? holdsNoSystem(source) : undefined;
    if (passed === undefined) this.#unread(number, `is ${unread ?? 'of no kind that is known here'}`);
    else this.#tell({ code: 'image.partition-passed', message: `partition ${number} was passed over: it ${passed}` });
    return undefined;
  }

  #unread(number: number, what: string): void {
    this.#tell({ code: 'image.partition-unread', message: `partition ${number} was not read: it ${what}` });
  }

  #tell(problem: Problem): void {
    if (this.#problems.length < TOLD) this.#problems.push(problem);
    else this.#untold++;
  }

  #read(kind: string, number: number, name: string): Problem {
    return { code: 'image.partition', message: `partition ${number} (${name}) of the disk (${kind}) was read` };
  }
}
