import type { FileType } from '../../src/model/file.ts';

/** What a header can say a member is. */
export type MemberType = Exclude<FileType, 'whiteout'>;

/** PAX records in the order in which they are written; a key may come twice. */
export type PaxRecords = readonly (readonly [key: string, value: string | Uint8Array])[];

/** A member of a test archive. Everything beyond path, type and content is for archives as no sane program writes them. */
export interface TarEntry {
  /** As written: nothing is normalised. Text is encoded as UTF-8; directories get a trailing slash. */
  readonly path: string | Uint8Array;
  /** Default: `file`. */
  readonly type?: MemberType;
  readonly content?: string | Uint8Array;
  /** Default: 0755 for directories, 0777 for symlinks, 0644 for the rest. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since 1970; default: 2024-01-01. */
  readonly mtime?: number;
  readonly linkTarget?: string | Uint8Array;
  readonly deviceMajor?: number;
  readonly deviceMinor?: number;
  /** Records of an extended header before the member. */
  readonly pax?: PaxRecords;
  /** Records of a global extended header before the member. */
  readonly globalPax?: PaxRecords;
  /** Bytes of the `security.capability` attribute, written as a PAX record. */
  readonly capabilities?: Uint8Array;
  /** How a name or link target that the header cannot hold is written; `always-gnu` and `always-pax` even where it can. */
  readonly longNames?: 'pax' | 'gnu' | 'ustar-prefix' | 'always-gnu' | 'always-pax';
  /** Default: `ustar`. */
  readonly format?: 'ustar' | 'gnu' | 'v7';
  /** Writes size, uid, gid and time in base 256 (GNU). */
  readonly base256?: boolean;
  /** Size that the header claims, whatever the content is; negative ones are written in base 256. */
  readonly declaredSize?: number | bigint;
  /** Type flag that the header bears, whatever `type` says. */
  readonly typeFlag?: string;
  /** Checksum that the header bears. */
  readonly checksum?: number;
  /** Bytes written into the header at a position before the checksum is computed. */
  readonly patch?: readonly (readonly [position: number, bytes: string | Uint8Array])[];
  /** Leaves out the zeros that fill the last block. */
  readonly noPadding?: boolean;
}

export interface TarOptions {
  /** Blocks of zeros at the end; default: 2. */
  readonly endBlocks?: number;
  /** Bytes after the end blocks. */
  readonly trailing?: Uint8Array;
}

const BLOCK = 512;
const NAME_BYTES = 100;
const DEFAULT_TIME = 1_704_067_200;

const typeFlags: Readonly<Record<MemberType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

const defaultModes: Readonly<Partial<Record<MemberType, number>>> = { directory: 0o755, symlink: 0o777 };

interface Header {
  readonly path: Uint8Array;
  readonly typeFlag: string;
  readonly size: number | bigint;
  readonly mode: number;
  readonly linkTarget: Uint8Array;
  readonly entry: TarEntry;
}

function toBytes(text: string | Uint8Array): Buffer {
  return typeof text === 'string' ? Buffer.from(text) : Buffer.from(text);
}

function padded(bytes: Uint8Array): Buffer[] {
  const rest = bytes.length % BLOCK;
  return rest === 0 ? [Buffer.from(bytes)] : [Buffer.from(bytes), Buffer.alloc(BLOCK - rest)];
}

/** Numbers as GNU tar writes those that octal digits cannot hold: two's complement with the top bit set. */
function writeBase256(block: Buffer, position: number, width: number, value: bigint): void {
  let rest = value;
  for (let i = width - 1; i >= 0; i--) {
    block[position + i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  block[position] = value < 0n ? 0xff : block[position]! | 0x80;
}

function writeNumber(block: Buffer, position: number, width: number, value: number | bigint, base256: boolean): void {
  const number = BigInt(value);
  const octal = number.toString(8).padStart(width - 1, '0');
  if (base256 || number < 0n || octal.length > width - 1) writeBase256(block, position, width, number);
  else block.write(`${octal}\0`, position, 'latin1');
}

function headerBlock(header: Header): Buffer {
  const { entry, path } = header;
  const base256 = entry.base256 ?? false;
  const block = Buffer.alloc(BLOCK);
  let name = path;
  if (entry.longNames === 'ustar-prefix' && path.length > NAME_BYTES) {
    const slash = path.lastIndexOf(0x2f, 155);
    block.set(path.subarray(0, slash), 345);
    name = path.subarray(slash + 1);
  }
  block.set(name.subarray(0, NAME_BYTES), 0);
  writeNumber(block, 100, 8, header.mode, false);
  writeNumber(block, 108, 8, entry.uid ?? 0, base256);
  writeNumber(block, 116, 8, entry.gid ?? 0, base256);
  writeNumber(block, 124, 12, header.size, base256);
  writeNumber(block, 136, 12, entry.mtime ?? DEFAULT_TIME, base256);
  block.write(header.typeFlag, 156, 'latin1');
  block.set(header.linkTarget.subarray(0, NAME_BYTES), 157);
  if (entry.format !== 'v7') {
    block.write(entry.format === 'gnu' ? 'ustar  \0' : 'ustar\x0000', 257, 'latin1');
    writeNumber(block, 329, 8, entry.deviceMajor ?? 0, false);
    writeNumber(block, 337, 8, entry.deviceMinor ?? 0, false);
  }
  for (const [position, bytes] of entry.patch ?? []) block.set(toBytes(bytes), position);
  block.fill(0x20, 148, 156);
  const sum = entry.checksum ?? block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** A PAX record counts its own length digits. */
function paxRecord(key: string, value: string | Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(` ${key}=`), toBytes(value), Buffer.from('\n')]);
  let length = body.length;
  while (length !== body.length + String(length).length) length = body.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

function extension(typeFlag: 'x' | 'g' | 'L' | 'K', body: Uint8Array): Buffer[] {
  const gnu = typeFlag === 'L' || typeFlag === 'K';
  const path = Buffer.from(gnu ? '././@LongLink' : 'PaxHeaders/0');
  const entry: TarEntry = { path, format: gnu ? 'gnu' : 'ustar', mtime: 0 };
  const header = { path, typeFlag, size: body.length, mode: 0o644, linkTarget: Buffer.alloc(0), entry };
  return [headerBlock(header), ...padded(body)];
}

/** PAX records as the body of an extended header, for tests that damage them. */
export function paxBody(records: PaxRecords): Buffer {
  return Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
}

function longName(entry: TarEntry, key: 'path' | 'linkpath', bytes: Uint8Array): { gnu: Buffer[]; pax: PaxRecords } {
  const how = entry.longNames ?? 'pax';
  if (!how.startsWith('always') && (bytes.length <= NAME_BYTES || how === 'ustar-prefix')) return { gnu: [], pax: [] };
  if (how.endsWith('pax')) return { gnu: [], pax: [[key, bytes]] };
  return { gnu: extension(key === 'path' ? 'L' : 'K', Buffer.concat([bytes, Buffer.alloc(1)])), pax: [] };
}

function member(entry: TarEntry): Buffer[] {
  const type = entry.type ?? 'file';
  const written = toBytes(entry.path);
  const slash = type === 'directory' && written.at(-1) !== 0x2f;
  const path = slash ? Buffer.concat([written, Buffer.from('/')]) : written;
  const linkTarget = toBytes(entry.linkTarget ?? '');
  const content = toBytes(entry.content ?? '');
  const name = longName(entry, 'path', path);
  const link = longName(entry, 'linkpath', linkTarget);
  const pax: PaxRecords = [
    ...name.pax,
    ...link.pax,
    ...(entry.capabilities === undefined ? [] : [['SCHILY.xattr.security.capability', entry.capabilities] as const]),
    ...(entry.pax ?? []),
  ];
  const header = headerBlock({
    path,
    typeFlag: entry.typeFlag ?? typeFlags[type],
    size: entry.declaredSize ?? content.length,
    mode: entry.mode ?? defaultModes[type] ?? 0o644,
    linkTarget,
    entry,
  });
  return [
    ...(entry.globalPax === undefined ? [] : extension('g', paxBody(entry.globalPax))),
    ...(pax.length === 0 ? [] : extension('x', paxBody(pax))),
    ...link.gnu,
    ...name.gnu,
    header,
    ...(entry.noPadding ? [content] : padded(content)),
  ];
}

/**
 * Writes a tar archive (POSIX.1-2017 `pax`, section "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").
 * Bytes instead of an entry are inserted as they are. The same entries give the same bytes.
 */
export function tar(entries: readonly (TarEntry | Uint8Array)[], options: TarOptions = {}): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    if (entry instanceof Uint8Array) parts.push(entry);
    else parts.push(...member(entry));
  }
  parts.push(Buffer.alloc((options.endBlocks ?? 2) * BLOCK), options.trailing ?? Buffer.alloc(0));
  return Buffer.concat(parts);
}
