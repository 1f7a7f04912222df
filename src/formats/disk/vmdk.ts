import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { unsupported } from '../compression/damage.ts';
import { BlockDisk, type BlockPlace } from './block-disk.ts';
import { unpackBlock } from './unpack.ts';

const SECTOR = 512;
const MAGIC = 0x564d444b;
const HEADER = 512;
const [ZEROED, COMPRESSED] = [4, 0x1_0000];
/** The directory stands at the end, where the header does once more. */
const AT_END = 0xffff_ffff_ffff_ffffn;
const MOST_DESCRIPTOR = 64 * 1024;
const MOST_DIRECTORY = 32 * 1024 * 1024;
const MOST_TABLE_ENTRIES = 4096;
const KEPT_TABLES = 256;
/** Number of sector and length, before a compressed block. */
const MARKER = 12;

/**
 * A VMDK of one file that grows or is compressed (VMware, Virtual Disk Format 5.0: "Hosted Sparse Extents",
 * "Stream-Optimized Compressed Sparse Extents"), as the disk that it stands for.
 */
export class VmdkDisk extends BlockDisk {
  readonly #file: ByteSource;
  readonly #blockSize: number;
  readonly #flags: number;
  readonly #perTable: number;
  readonly #directory: Buffer;
  readonly #tables: Map<number, Buffer> = new Map();

  /** @throws FormatError where it is damaged, or needs other files */
  constructor(file: ByteSource) {
    let head = headerAt(file, 0);
    checkDescriptor(file, head);
    if (head.readBigUInt64LE(56) === AT_END) head = headerAt(file, file.size - 2 * SECTOR);
    const flags = head.readUInt32LE(8);
    const grain = Number(head.readBigUInt64LE(20));
    const size = Number(head.readBigUInt64LE(12)) * SECTOR;
    const perTable = head.readUInt32LE(44);
    if ((flags & COMPRESSED) !== 0 && head.readUInt16LE(77) !== 1) throw unsupported('a VMDK with another compression');
    const isGrain = Number.isInteger(Math.log2(grain)) && grain >= 1 && grain <= 4096;
    if (!isGrain || perTable < 1 || perTable > MOST_TABLE_ENTRIES || !Number.isSafeInteger(size)) {
      throw new FormatError('its header states impossible blocks');
    }
    super(file, size, grain * SECTOR);
    const length = 4 * Math.ceil(size / (grain * SECTOR * perTable));
    if (length > MOST_DIRECTORY) throw new FormatError('its header states an impossible size');
    this.#directory = readBytes(file, Number(head.readBigUInt64LE(56)) * SECTOR, length);
    if (this.#directory.length < length) throw new FormatError('its directory is cut', { reason: 'truncated' });
    this.#file = file;
    this.#blockSize = grain * SECTOR;
    this.#flags = flags;
    this.#perTable = perTable;
  }

  protected place(block: number): BlockPlace {
    const at = this.#directory.readUInt32LE(4 * Math.floor(block / this.#perTable)) * SECTOR;
    if (at === 0) return { kind: 'zeros' };
    const sector = this.#table(at).readUInt32LE(4 * (block % this.#perTable));
    if (sector === 0 || (sector === 1 && (this.#flags & ZEROED) !== 0)) return { kind: 'zeros' };
    if ((this.#flags & COMPRESSED) === 0) return { kind: 'plain', at: sector * SECTOR };
    return { kind: 'packed', at: sector * SECTOR, unpack: () => this.#unpack(sector * SECTOR) };
  }

  #unpack(at: number): Buffer {
    const marker = readBytes(this.#file, at, MARKER);
    if (marker.length < MARKER) throw new FormatError('a block of it is cut', { reason: 'truncated' });
    const length = marker.readUInt32LE(8);
    if (length > 2 * this.#blockSize + 1024) throw new FormatError('a block of it has an impossible length');
    return unpackBlock('zlib', readBytes(this.#file, at + MARKER, length), this.#blockSize);
  }

  #table(at: number): Buffer {
    const kept = this.#tables.get(at);
    if (kept !== undefined) return kept;
    const table = readBytes(this.#file, at, 4 * this.#perTable);
    if (table.length < 4 * this.#perTable) throw new FormatError('a table of it is cut', { reason: 'truncated' });
    if (this.#tables.size >= KEPT_TABLES) this.#tables.clear();
    this.#tables.set(at, table);
    return table;
  }
}

function headerAt(file: ByteSource, position: number): Buffer {
  const head = readBytes(file, Math.max(0, position), HEADER);
  if (head.length < HEADER) throw new FormatError('its header is cut', { reason: 'truncated' });
  if (head.readUInt32LE(0) !== MAGIC) throw new FormatError('its end is not there', { reason: 'truncated' });
  const version = head.readUInt32LE(4);
  if (version < 1 || version > 3) throw unsupported(`VMDK version ${version}`);
  return head;
}

/** The text in it tells what else belongs to it. */
function checkDescriptor(file: ByteSource, head: Buffer): void {
  const at = Number(head.readBigUInt64LE(28)) * SECTOR;
  const length = Math.min(Number(head.readBigUInt64LE(36)) * SECTOR, MOST_DESCRIPTOR);
  if (at === 0) throw unsupported('a VMDK that is a part of another');
  const text = readBytes(file, at, length).toString('latin1');
  const kind = /^createType="([A-Za-z0-9]{1,40})"/m.exec(text)?.[1] ?? '';
  if (kind !== 'monolithicSparse' && kind !== 'streamOptimized') {
    throw unsupported(kind === '' ? 'a VMDK that does not say what it is' : `a VMDK of the kind ${kind}`);
  }
  if (!/^parentCID=ffffffff\s*$/m.test(text)) throw unsupported('a VMDK that is a difference to another file');
}
