import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { decodeName } from '../tar/path.ts';

const HEADER_BYTES = 36;
const FOLDER_BYTES = 8;
const FILE_BYTES = 16;
/** A name is at most 256 bytes long, and its NUL. */
const NAME_BYTES = 257;
/** Folders of this number and above are those that begin or end in another cabinet. */
const CONTINUED = 0xfffd;
const UTF8_NAME = 0x80;

/** Files that were compressed together. */
export interface CabinetFolder {
  /** Where its blocks begin. */
  readonly start: number;
  readonly blocks: number;
  /** 0 stored, 1 MSZIP, 2 Quantum, 3 LZX. */
  readonly method: number;
}

export interface CabinetFile {
  readonly name: string;
  readonly size: number;
  /** Where it stands in what the folder unpacks to. */
  readonly offset: number;
  /** Number of its folder; undefined where it goes on in another cabinet. */
  readonly folder: number | undefined;
}

export interface Cabinet {
  readonly folders: readonly CabinetFolder[];
  /** Bytes in front of the data of each block that belong to nobody. */
  readonly blockReserve: number;
  readonly files: readonly CabinetFile[];
}

/**
 * Reads the directory of a cabinet ([MS-CAB], sections 2.1 to 2.4).
 * @throws FormatError where it is damaged
 */
export function readCabinet(source: ByteSource): Cabinet {
  const header = readBytes(source, 0, HEADER_BYTES);
  if (header.length < HEADER_BYTES) throw new FormatError('its header is cut short', { reason: 'truncated' });
  const flags = header.readUInt16LE(30);
  let at = HEADER_BYTES;
  let folderReserve = 0;
  let blockReserve = 0;
  if ((flags & 4) !== 0) {
    const reserve = readBytes(source, at, 4);
    if (reserve.length < 4) throw new FormatError('its header is cut short', { reason: 'truncated' });
    at += 4 + reserve.readUInt16LE(0);
    folderReserve = reserve[2] as number;
    blockReserve = reserve[3] as number;
  }
  // Names of the cabinet before and of its disk, then of the one behind.
  const texts = ((flags & 1) !== 0 ? 2 : 0) + ((flags & 2) !== 0 ? 2 : 0);
  for (let left = texts; left > 0; left--) at += textAt(source, at).length + 1;
  const folders: CabinetFolder[] = [];
  for (let left = header.readUInt16LE(26); left > 0; left--) {
    const bytes = readBytes(source, at, FOLDER_BYTES);
    if (bytes.length < FOLDER_BYTES) throw new FormatError('a folder of it is cut short', { reason: 'truncated' });
    at += FOLDER_BYTES + folderReserve;
    folders.push({ start: bytes.readUInt32LE(0), blocks: bytes.readUInt16LE(4), method: bytes.readUInt16LE(6) & 0xf });
  }
  return { folders, blockReserve, files: filesOf(source, header.readUInt32LE(16), header.readUInt16LE(28)) };
}

function filesOf(source: ByteSource, start: number, count: number): CabinetFile[] {
  const files: CabinetFile[] = [];
  let at = start;
  for (let left = count; left > 0; left--) {
    const bytes = readBytes(source, at, FILE_BYTES);
    if (bytes.length < FILE_BYTES) throw new FormatError('its list of files is cut short', { reason: 'truncated' });
    const text = textAt(source, at + FILE_BYTES);
    at += FILE_BYTES + text.length + 1;
    const folder = bytes.readUInt16LE(8);
    const isUtf8 = (bytes.readUInt16LE(14) & UTF8_NAME) !== 0;
    files.push({
      name: (isUtf8 ? text.toString('utf8') : decodeName(text)).replaceAll('\\', '/'),
      size: bytes.readUInt32LE(0),
      offset: bytes.readUInt32LE(4),
      folder: folder >= CONTINUED ? undefined : folder,
    });
  }
  return files;
}

function textAt(source: ByteSource, at: number): Buffer {
  const bytes = readBytes(source, at, NAME_BYTES);
  const nul = bytes.indexOf(0);
  if (nul < 0) throw new FormatError('a name in it has no end');
  return bytes.subarray(0, nul);
}
