import { FormatError } from '../../errors.ts';
import type { FileType } from '../../model/file.ts';
import type { HeaderReader } from './header-reader.ts';

const END = 0x00;
const EMPTY_STREAM = 0x0e;
const EMPTY_FILE = 0x0f;
const NAMES = 0x11;
const ATTRIBUTES = 0x15;
const IS_DIRECTORY = 0x10;
const HAS_MODE = 0x8000;

export interface SevenZipFile {
  readonly name: string;
  readonly type: FileType;
  /** Permission bits, where a Unix wrote them. */
  readonly mode: number | undefined;
  /** It has bytes, the next ones of those that were packed. */
  readonly hasBody: boolean;
}

/** Reads FilesInfo (LZMA SDK, "7zFormat.txt"). @throws FormatError */
export function readFiles(header: HeaderReader): SevenZipFile[] {
  const count = header.count();
  let names: string[] = [];
  let isEmpty: Uint8Array = new Uint8Array(count);
  let isFile: Uint8Array | undefined;
  let attributes: readonly (number | undefined)[] = [];
  for (;;) {
    const id = header.byte();
    if (id === END) break;
    const part = header.part(header.number());
    if (id === EMPTY_STREAM) isEmpty = part.bits(count);
    else if (id === EMPTY_FILE) isFile = part.bits(isEmpty.reduce((sum, bit) => sum + bit, 0));
    else if (id === NAMES) names = namesIn(part, count);
    else if (id === ATTRIBUTES) attributes = attributesIn(part, count);
    // Times, comments and what fills up are passed over.
  }
  let empty = 0;
  return Array.from({ length: count }, (_, number) => {
    const hasBody = isEmpty[number] === 0;
    const isDirectory = !hasBody && isFile?.[empty++] !== 1;
    const attribute = attributes[number] ?? 0;
    const mode = (attribute & HAS_MODE) === 0 ? undefined : attribute >>> 16;
    const type = isDirectory || (attribute & IS_DIRECTORY) !== 0 ? 'directory' : typeOf(mode);
    return { name: names[number] ?? `${number}`, type, mode: mode && mode & 0o7777, hasBody };
  });
}

function typeOf(mode: number | undefined): FileType {
  return mode !== undefined && mode >> 12 === 0xa ? 'symlink' : 'file';
}

function namesIn(part: HeaderReader, count: number): string[] {
  if (part.byte() !== 0) throw new FormatError('its names stand elsewhere', { reason: 'unsupported' });
  const text = part.take(part.left & ~1).toString('utf16le');
  const names = text.split('\0', count + 1);
  if (names.length < count) throw new FormatError('names of its files are missing');
  return names;
}

function attributesIn(part: HeaderReader, count: number): (number | undefined)[] {
  const defined = part.bitsOrAll(count);
  if (part.byte() !== 0) throw new FormatError('its attributes stand elsewhere', { reason: 'unsupported' });
  return Array.from(defined, (bit) => (bit === 1 ? part.take(4).readUInt32LE(0) : undefined));
}
