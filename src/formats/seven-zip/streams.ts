import { FormatError } from '../../errors.ts';
import type { HeaderReader } from './header-reader.ts';

const END = 0x00;
const PACK_INFO = 0x06;
const UNPACK_INFO = 0x07;
const SUBSTREAMS = 0x08;
const SIZES = 0x09;
const DIGESTS = 0x0a;
const FOLDERS = 0x0b;
const UNPACK_SIZES = 0x0c;
const COUNTS = 0x0d;
const MOST_CODERS = 32;
const MOST_STREAMS = 32;

/** One step of unpacking. */
export interface Coder {
  /** Hex digits. */
  readonly id: string;
  readonly inputs: number;
  readonly properties: Buffer;
}

/** What was packed together: one stream that is the files of it, one behind the other. */
export interface Folder {
  readonly coders: readonly Coder[];
  /** Which output of a coder goes into which input, numbered over all coders. */
  readonly bonds: readonly { readonly input: number; readonly output: number }[];
  /** The inputs that packed streams go into, in their order. */
  readonly packed: readonly number[];
  /** Bytes that each coder makes. */
  readonly sizes: number[];
  /** Number of its first packed stream. */
  readonly firstPacked: number;
  /** A checksum of all of it is stated. */
  hasDigest: boolean;
  /** Sizes of its files. */
  files: readonly number[];
}

export interface PackedStreams {
  /** Where each begins, behind the signature header. */
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  readonly folders: readonly Folder[];
}

/** Bytes that a folder unpacks to: those of the output that goes nowhere. */
export function unpackedSize(folder: Folder): number {
  return folder.sizes[lastCoder(folder)] ?? 0;
}

/** Number of the coder whose output goes nowhere; -1 where there is none. */
export function lastCoder({ coders, bonds }: Pick<Folder, 'coders' | 'bonds'>): number {
  return coders.findIndex((_, output) => !bonds.some((bond) => bond.output === output));
}

/** Reads StreamsInfo (LZMA SDK, "7zFormat.txt"). */
export function readStreams(header: HeaderReader): PackedStreams {
  let position = 0;
  let sizes: number[] = [];
  let folders: Folder[] = [];
  for (;;) {
    const id = header.byte();
    if (id === END) break;
    if (id === PACK_INFO) ({ position, sizes } = readPackInfo(header));
    else if (id === UNPACK_INFO) folders = readUnpackInfo(header);
    else if (id === SUBSTREAMS) readSubstreams(header, folders);
    else throw unknown(id);
  }
  let next = position;
  const starts = sizes.map((size) => {
    next += size;
    return next - size;
  });
  return { starts, sizes, folders };
}

function readPackInfo(header: HeaderReader): { position: number; sizes: number[] } {
  const position = header.number();
  const count = header.count();
  let sizes: number[] = [];
  for (;;) {
    const id = header.byte();
    if (id === END) return { position, sizes };
    if (id === SIZES) sizes = Array.from({ length: count }, () => header.number());
    else if (id === DIGESTS) readDigests(header, count);
    else throw unknown(id);
  }
}

function readUnpackInfo(header: HeaderReader): Folder[] {
  let folders: Folder[] = [];
  for (;;) {
    const id = header.byte();
    if (id === END) return folders;
    if (id === FOLDERS) {
      const count = header.count();
      if (header.byte() !== 0) throw new FormatError('its folders stand elsewhere', { reason: 'unsupported' });
      folders = [];
      for (let packed = 0; folders.length < count; ) {
        const folder = readFolder(header, packed);
        packed += folder.packed.length;
        folders.push(folder);
      }
    } else if (id === UNPACK_SIZES) {
      for (const { coders, sizes } of folders) for (const _ of coders) sizes.push(header.number());
      for (const folder of folders) folder.files = [unpackedSize(folder)];
    } else if (id === DIGESTS) {
      const defined = readDigests(header, folders.length);
      for (const [number, folder] of folders.entries()) folder.hasDigest = defined[number] === 1;
    } else throw unknown(id);
  }
}

function readFolder(header: HeaderReader, firstPacked: number): Folder {
  const coders: Coder[] = [];
  const count = header.number();
  if (count < 1 || count > MOST_CODERS) throw new FormatError('a folder of it has an impossible number of coders');
  while (coders.length < count) {
    const flags = header.byte();
    if ((flags & 0xc0) !== 0) throw new FormatError('a coder of it is of an unknown form', { reason: 'unsupported' });
    const id = header.take(flags & 0xf).toString('hex');
    const [inputs, outputs] = (flags & 0x10) === 0 ? [1, 1] : [header.number(), header.number()];
    if (inputs > MOST_STREAMS || outputs !== 1) throw new FormatError('a coder of it is of an unknown form');
    const properties = (flags & 0x20) === 0 ? Buffer.alloc(0) : header.take(header.number());
    coders.push({ id, inputs, properties });
  }
  const inputs = coders.reduce((sum, coder) => sum + coder.inputs, 0);
  const bonds = Array.from({ length: coders.length - 1 }, () => ({ input: header.number(), output: header.number() }));
  const packedCount = inputs - bonds.length;
  if (packedCount < 1) throw new FormatError('a folder of it has no beginning');
  const packed =
    packedCount === 1 ? freeInputs(inputs, bonds) : Array.from({ length: packedCount }, () => header.number());
  return { coders, bonds, packed, sizes: [], firstPacked, hasDigest: false, files: [] };
}

function freeInputs(inputs: number, bonds: Folder['bonds']): number[] {
  return Array.from({ length: inputs }, (_, input) => input).filter(
    (input) => !bonds.some((bond) => bond.input === input),
  );
}

function readSubstreams(header: HeaderReader, folders: readonly Folder[]): void {
  let counts = folders.map(() => 1);
  let id = header.byte();
  if (id === COUNTS) {
    let most = header.left;
    counts = folders.map(() => {
      const count = header.count();
      most -= count;
      if (most < 0) throw new FormatError('it has more files than its header can tell');
      return count;
    });
    id = header.byte();
  }
  for (const [number, folder] of folders.entries()) {
    const count = counts[number] as number;
    const sizes: number[] = [];
    let left = unpackedSize(folder);
    // The last size is what remains.
    for (let i = 1; i < count; i++) {
      const size = id === SIZES ? header.number() : 0;
      sizes.push(size);
      left -= size;
    }
    if (left < 0) throw new FormatError('its files are larger than what they are packed in');
    folder.files = count === 0 ? [] : [...sizes, left];
  }
  if (id === SIZES) id = header.byte();
  if (id === DIGESTS) {
    const open = folders.filter(({ files, hasDigest }) => files.length !== 1 || !hasDigest);
    readDigests(
      header,
      open.reduce((sum, { files }) => sum + files.length, 0),
    );
    id = header.byte();
  }
  if (id !== END) throw unknown(id);
}

/** Passes over checksums. @returns which there are */
function readDigests(header: HeaderReader, count: number): Uint8Array {
  const defined = header.bitsOrAll(count);
  header.take(4 * defined.reduce((sum, bit) => sum + bit, 0));
  return defined;
}

function unknown(id: number): FormatError {
  return new FormatError(`its header has an unknown part ${id}`);
}
