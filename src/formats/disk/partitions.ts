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
  /** Where a table goes on in a way that is not followed: what may be behind it, in words. */
  readonly unfollowed: readonly string[];
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
        if (partitions !== undefined) return { kind: 'GPT', partitions, unfollowed: besideGpt(entries, partitions) };
      }
    }
    throw new FormatError('its table of partitions (GPT) and the copy of it are damaged');
  }
  if (!isMbr) return undefined;
  const partitions = entries.flatMap((entry) => (EXTENDED.has(entry.type) ? [] : [partitionOf(entry)]));
  const logical = new LogicalPartitions(disk);
  for (const { type, first } of entries) if (EXTENDED.has(type)) logical.follow(first);
  return { kind: 'MBR', partitions: [...partitions, ...logical.found], unfollowed: logical.unfollowed };
}

/** A disk may have both tables (a "hybrid MBR"): who knows the older one alone finds what that has. */
function besideGpt(entries: readonly MbrEntry[], partitions: readonly Partition[]): readonly string[] {
  const starts = new Set(partitions.map(({ start }) => start));
  return entries
    .filter(({ type, first }) => type !== PROTECTIVE && !starts.has(first * SECTOR))
    .map(({ number }) => `partition ${number} of the MBR was not read: it is none of those of the GPT`);
}

interface MbrEntry {
  readonly number: number;
  readonly type: number;
  /** In sectors. */
  readonly first: number;
  readonly count: number;
}

/** An entry without a type is used nevertheless (Linux, block/partitions/msdos.c): its length alone tells. */
function mbrEntries(sector: Buffer): MbrEntry[] {
  return [1, 2, 3, 4].flatMap((number) => {
    const at = ENTRIES_AT + (number - 1) * ENTRY;
    const type = sector[at + 4] as number;
    const [first, count] = [sector.readUInt32LE(at + 8), sector.readUInt32LE(at + 12)];
    return count === 0 ? [] : [{ number, type, first, count }];
  });
}

function partitionOf({ number, first, count }: MbrEntry): Partition {
  return { number, start: first * SECTOR, size: count * SECTOR };
}

/** Partitions within extended ones: tables, of which each has partitions and where the next table is. */
class LogicalPartitions {
  readonly found: Partition[] = [];
  readonly unfollowed: string[] = [];
  readonly #disk: ByteSource;
  readonly #seen: Set<number> = new Set();

  constructor(disk: ByteSource) {
    this.#disk = disk;
  }

  /** @param start sector of the first table, from which on the others are counted */
  follow(start: number): void {
    for (let table: number | undefined = start; table !== undefined; ) {
      const sector = readBytes(this.#disk, table * SECTOR, SECTOR);
      const why = this.#whyUnread(table, sector);
      if (why !== undefined) {
        this.unfollowed.push(`the logical partitions may not be all: their next table, in sector ${table}, ${why}`);
        return;
      }
      this.#seen.add(table);
      const entries = mbrEntries(sector);
      for (const entry of entries) {
        if (EXTENDED.has(entry.type)) continue;
        this.found.push(partitionOf({ ...entry, number: 5 + this.found.length, first: table + entry.first }));
      }
      const next = entries.find(({ type }) => EXTENDED.has(type));
      table = next && start + next.first;
    }
  }

  #whyUnread(table: number, sector: Buffer): string | undefined {
    if (this.#seen.has(table)) return 'was read before';
    if (this.#seen.size >= MOST_LOGICAL) return `is one more than the ${MOST_LOGICAL} that are read`;
    if (sector.length < SECTOR) return 'lies behind the end of the disk';
    return sector.readUInt16LE(510) === SIGNATURE ? undefined : 'is none';
  }
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
