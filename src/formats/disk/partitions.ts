import { crc32 } from 'node:zlib';
import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';

/** A part of a disk. Nothing says that there is a file system in it. */
export interface Partition {
  /** As systems count them, from 1 on. */
  readonly number: number;
  /** In bytes. */
  readonly start: number;
  readonly size: number;
}

export interface PartitionTable {
  readonly kind: 'MBR' | 'GPT';
  readonly partitions: readonly Partition[];
}

const SECTOR = 512;
const [ENTRIES_AT, ENTRY, SIGNATURE] = [446, 16, 0xaa55];
const PROTECTIVE = 0xee;
const EXTENDED: ReadonlySet<number> = new Set([0x05, 0x0f, 0x85]);
const MOST_LOGICAL = 128;
const MOST_GPT = 1024;
const GPT_HEADER = 92;

/**
 * Reads the partitions of a disk: those of GPT (UEFI, "GUID Partition Table"), its copy at the end where the first is damaged,
 * or those of MBR with their chain of logical ones. Undefined where there is no table.
 * @throws FormatError where both tables of GPT are damaged
 */
export function readPartitions(disk: ByteSource): PartitionTable | undefined {
  const first = readBytes(disk, 0, SECTOR);
  const isMbr = first.length === SECTOR && first.readUInt16LE(510) === SIGNATURE;
  const entries = isMbr ? mbrEntries(first) : [];
  const sectorSize = [512, 4096].find((size) => readBytes(disk, size, 8).toString('latin1') === 'EFI PART');
  if (sectorSize !== undefined || entries.some(({ type }) => type === PROTECTIVE)) {
    const sizes = sectorSize === undefined ? [512, 4096] : [sectorSize];
    for (const size of sizes) {
      for (const at of [size, disk.size - size]) {
        const partitions = gptAt(disk, at, size);
        if (partitions !== undefined) return { kind: 'GPT', partitions };
      }
    }
    throw new FormatError('its table of partitions (GPT) and the copy of it are damaged');
  }
  if (!isMbr) return undefined;
  const partitions = entries.flatMap((entry) => (EXTENDED.has(entry.type) ? [] : [partitionOf(entry)]));
  const extended = entries.find(({ type }) => EXTENDED.has(type));
  if (extended !== undefined) partitions.push(...logicalPartitions(disk, extended.first));
  return { kind: 'MBR', partitions };
}

interface MbrEntry {
  readonly number: number;
  readonly type: number;
  /** In sectors. */
  readonly first: number;
  readonly count: number;
}

function mbrEntries(sector: Buffer): MbrEntry[] {
  return [1, 2, 3, 4].flatMap((number) => {
    const at = ENTRIES_AT + (number - 1) * ENTRY;
    const type = sector[at + 4] as number;
    const [first, count] = [sector.readUInt32LE(at + 8), sector.readUInt32LE(at + 12)];
    return type === 0 || count === 0 ? [] : [{ number, type, first, count }];
  });
}

function partitionOf({ number, first, count }: MbrEntry): Partition {
  return { number, start: first * SECTOR, size: count * SECTOR };
}

/** Each table of the chain has one partition and the next table. */
function logicalPartitions(disk: ByteSource, start: number): readonly Partition[] {
  const found: Partition[] = [];
  const seen = new Set<number>();
  for (let table: number | undefined = start; table !== undefined && !seen.has(table); ) {
    seen.add(table);
    const sector = readBytes(disk, table * SECTOR, SECTOR);
    if (sector.length < SECTOR || sector.readUInt16LE(510) !== SIGNATURE || seen.size > MOST_LOGICAL) break;
    const entries = mbrEntries(sector);
    const own = entries.find(({ type }) => !EXTENDED.has(type));
    if (own !== undefined) found.push(partitionOf({ ...own, number: 4 + seen.size, first: table + own.first }));
    const next = entries.find(({ type }) => EXTENDED.has(type));
    table = next && start + next.first;
  }
  return found;
}

function gptAt(disk: ByteSource, position: number, sectorSize: number): readonly Partition[] | undefined {
  if (position < 0) return undefined;
  const header = readBytes(disk, position, GPT_HEADER);
  if (header.length < GPT_HEADER || header.toString('latin1', 0, 8) !== 'EFI PART') return undefined;
  const unsummed = Buffer.from(header);
  unsummed.writeUInt32LE(0, 16);
  const [count, length] = [header.readUInt32LE(80), header.readUInt32LE(84)];
  if (header.readUInt32LE(12) !== GPT_HEADER || crc32(unsummed) !== header.readUInt32LE(16)) return undefined;
  if (count > MOST_GPT || length < 128 || length > 4096) return undefined;
  const table = readBytes(disk, Number(header.readBigUInt64LE(72)) * sectorSize, count * length);
  if (table.length < count * length || crc32(table) !== header.readUInt32LE(88)) return undefined;
  return Array.from({ length: count }, (_, i) => table.subarray(i * length, (i + 1) * length)).flatMap((entry, i) => {
    const [first, last] = [Number(entry.readBigUInt64LE(32)), Number(entry.readBigUInt64LE(40))];
    const isUsed = entry.subarray(0, 16).some((byte) => byte !== 0) && last >= first;
    return isUsed ? [{ number: i + 1, start: first * sectorSize, size: (last - first + 1) * sectorSize }] : [];
  });
}
