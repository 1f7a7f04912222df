import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { damaged, truncated, unsupported } from '../compression/damage.ts';
import { FRAME_MAGIC, readBlockHeader, readFrameHeader } from '../compression/zstd-frame.ts';
import { BlockDisk, type BlockPlace } from './block-disk.ts';
import { unpackBlock } from './unpack.ts';

const MAGIC = 0x514649fb;
/** Incompatible features (QEMU, docs/interop/qcow2.txt): by their bit, and what they are called. */
const unread: readonly (readonly [bit: bigint, name: string])[] = [
  [2n, 'that its maker marked as corrupt'],
  [4n, 'with its data in another file'],
  [16n, 'with extended entries of its tables'],
];
const KNOWN = 0x1fn;
const OTHER_COMPRESSION = 8n;
const OFFSET = 0x00ff_ffff_ffff_fe00n;
const COMPRESSED = 1n << 62n;
const MOST_TABLE = 32 * 1024 * 1024;
/** Tables of clusters that are kept. */
const KEPT_TABLES = 64;

/** A qcow2 image of QEMU, version 2 or 3, as the disk that it stands for (QEMU, docs/interop/qcow2.txt). */
export class Qcow2Disk extends BlockDisk {
  readonly #file: ByteSource;
  readonly #bits: number;
  readonly #isZstd: boolean;
  readonly #first: Buffer;
  readonly #tables: Map<number, Buffer> = new Map();

  /** @throws FormatError where it is damaged, or needs what is not here: another file, a key */
  constructor(file: ByteSource) {
    const head = readBytes(file, 0, 112);
    if (head.length < 72) throw new FormatError('its header is cut', { reason: 'truncated' });
    const version = head.readUInt32BE(4);
    if (head.readUInt32BE(0) !== MAGIC || version < 2 || version > 3) throw unsupported(`qcow version ${version}`);
    if (head.readBigUInt64BE(8) !== 0n)
      throw unsupported('a qcow2 that is a difference to another file (backing file)');
    if (head.readUInt32BE(32) !== 0) throw unsupported('an encrypted qcow2');
    const features = version === 3 && head.length >= 104 ? head.readBigUInt64BE(72) : 0n;
    for (const [bit, name] of unread) if ((features & bit) !== 0n) throw unsupported(`a qcow2 ${name}`);
    if ((features & ~KNOWN) !== 0n) throw unsupported('a qcow2 with features that are not known');
    const kind = (features & OTHER_COMPRESSION) !== 0n && head.length > 104 ? (head[104] as number) : 0;
    if (kind > 1) throw unsupported(`a qcow2 with compression ${kind}`);
    const bits = head.readUInt32BE(20);
    if (bits < 9 || bits > 21) throw new FormatError('its header states impossible clusters');
    const size = Number(head.readBigUInt64BE(24));
    const entries = head.readUInt32BE(36);
    const covered = 2 ** (2 * bits - 3);
    if (!Number.isSafeInteger(size) || entries * 8 > MOST_TABLE || entries < Math.ceil(size / covered)) {
      throw new FormatError('its header states an impossible size');
    }
    super(file, size, 2 ** bits);
    this.#file = file;
    this.#bits = bits;
    this.#isZstd = kind === 1;
    this.#first = readBytes(file, Number(head.readBigUInt64BE(40)), entries * 8);
    if (this.#first.length < entries * 8) throw new FormatError('its first table is cut', { reason: 'truncated' });
  }

  protected place(block: number): BlockPlace {
    const perTable = 2 ** (this.#bits - 3);
    const at = Number(this.#first.readBigUInt64BE(8 * Math.floor(block / perTable)) & OFFSET);
    if (at === 0) return { kind: 'zeros' };
    const entry = this.#table(at).readBigUInt64BE(8 * (block % perTable));
    if ((entry & COMPRESSED) !== 0n) return this.#packed(entry);
    const offset = Number(entry & OFFSET);
    return (entry & 1n) !== 0n || offset === 0 ? { kind: 'zeros' } : { kind: 'plain', at: offset };
  }

  #packed(entry: bigint): BlockPlace {
    const split = BigInt(62 - (this.#bits - 8));
    const at = Number(entry & ((1n << split) - 1n));
    const sectors = Number((entry & (COMPRESSED - 1n)) >> split) + 1;
    const length = sectors * 512 - (at & 511);
    const most = 2 ** this.#bits;
    const unpack = (): Buffer => {
      const bytes = readBytes(this.#file, at, length);
      return this.#isZstd ? unpackBlock('zstd', firstFrame(bytes), most) : unpackBlock('deflate', bytes, most);
    };
    return { kind: 'packed', at, unpack };
  }

  #table(at: number): Buffer {
    const kept = this.#tables.get(at);
    if (kept !== undefined) return kept;
    const length = 2 ** this.#bits;
    const table = readBytes(this.#file, at, length);
    if (table.length < length) throw new FormatError('a table of it is cut', { reason: 'truncated' });
    if (this.#tables.size >= KEPT_TABLES) this.#tables.clear();
    this.#tables.set(at, table);
    return table;
  }
}

/** Sectors have more than the frame: what comes next to it, and what was there before. */
function firstFrame(bytes: Buffer): Buffer {
  if (bytes.length < 4 || bytes.readUInt32LE(0) !== FRAME_MAGIC) throw damaged('a block that is no zstd');
  const header = readFrameHeader(bytes);
  if (header === undefined) throw truncated();
  for (let at = header.length; ; ) {
    if (at + 3 > bytes.length) throw truncated();
    const { last, length } = readBlockHeader(bytes, at);
    at += 3 + length;
    if (last) return bytes.subarray(0, at + (header.checksum ? 4 : 0));
  }
}
