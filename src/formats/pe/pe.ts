import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Fields } from '../executables/fields.ts';

/** A section of a PE file. Nothing here was verified but that the table is whole. */
export interface PeSection {
  /** Up to eight letters; a longer one stands as `/OFFSET` in the table of COFF symbols, which is not followed. */
  readonly name: string;
  /** Where it is loaded, from the image base on (RVA). */
  readonly address: number;
  /** Bytes it has in memory; what the file does not hold of them is zero. */
  readonly memorySize: number;
  /** Position in the file. */
  readonly offset: number;
  /** Bytes in the file. */
  readonly size: number;
  readonly characteristics: number;
}

/** Where something is in memory, from the image base on. */
export interface PeDirectory {
  readonly address: number;
  readonly size: number;
}

export interface PeFile {
  /** `IMAGE_FILE_MACHINE_...`: 0x14c i386, 0x8664 x64, 0xaa64 ARM64. */
  readonly machine: number;
  /** `IMAGE_FILE_...` flags: 0x2000 is a library. */
  readonly characteristics: number;
  /** PE32+, whose pointers have 8 bytes. */
  readonly wide: boolean;
  readonly imageBase: number;
  /** Where the program begins, from the image base on (RVA); 0 where it does not. */
  readonly entry: number;
  /** What positions of sections are multiples of, as the header says. */
  readonly fileAlignment: number;
  readonly sections: readonly PeSection[];
  /** By `peDirectory`; what the file does not have is absent, or 0 at 0. */
  readonly directories: readonly PeDirectory[];
}

/** Indices of `PeFile.directories`. */
export const peDirectory = { export: 0, import: 1, resource: 2, certificate: 4, debug: 6, cli: 14 } as const;

/** Flags of `PeSection.characteristics`. */
export const peSection = { initialised: 0x40, execute: 0x2000_0000, read: 0x4000_0000, write: 0x8000_0000 } as const;

/** The loader of Windows takes 96 sections. Others take what the 16-bit count allows, but no compiler makes so many. */
const MAX_SECTIONS = 1024;
const SECTION_BYTES = 40;
const COFF_BYTES = 24;

/** Tells whether a file may be PE: its first bytes are those of MS-DOS. */
export function isPe(head: Uint8Array): boolean {
  return head[0] === 0x4d && head[1] === 0x5a;
}

/**
 * Reads the headers of a PE file (learn.microsoft.com/windows/win32/debug/pe-format).
 * @throws FormatError for what is none: other magic numbers, or tables that end with the file. A program for MS-DOS is
 *   `unsupported`
 */
export function readPe(source: ByteSource): PeFile {
  const dos = Fields.read(source, 0, 64, 'header of MS-DOS');
  if (!isPe(dos.bytes)) throw new FormatError('it does not begin as a program for MS-DOS or Windows does');
  const start = dos.u32(60);
  const coff = Fields.read(source, start, COFF_BYTES, 'COFF header');
  if (coff.bytes.toString('latin1', 0, 4) !== 'PE\0\0') {
    throw new FormatError('it is a program for MS-DOS alone, or damaged: there is no PE header', {
      reason: 'unsupported',
    });
  }
  const optional = Fields.read(source, start + COFF_BYTES, coff.u16(20), 'optional header');
  const magic = optional.u16(0);
  if (magic !== 0x10b && magic !== 0x20b) throw new FormatError(`${magic} is no kind of optional header`);
  const wide = magic === 0x20b;
  return {
    machine: coff.u16(4),
    characteristics: coff.u16(22),
    wide,
    imageBase: wide ? optional.u64(24) : optional.u32(28),
    entry: optional.u32(16),
    fileAlignment: optional.u32(36),
    sections: readSections(source, start + COFF_BYTES + optional.length, coff.u16(6)),
    directories: readDirectories(optional, wide ? 108 : 92),
  };
}

function readSections(source: ByteSource, start: number, count: number): PeSection[] {
  if (count > MAX_SECTIONS) throw new FormatError(`${count} sections are more than any program has`);
  const table = Fields.read(source, start, count * SECTION_BYTES, 'table of sections');
  return Array.from({ length: count }, (_, index) => {
    const at = index * SECTION_BYTES;
    return {
      name: table.text(at, 8),
      memorySize: table.u32(at + 8),
      address: table.u32(at + 12),
      size: table.u32(at + 16),
      offset: table.u32(at + 20),
      characteristics: table.u32(at + 36),
    };
  });
}

/** As many as the header says and has room for; there are 16 kinds. */
function readDirectories(optional: Fields, at: number): PeDirectory[] {
  const room = Math.floor((optional.length - at - 4) / 8);
  const count = room < 0 ? 0 : Math.min(optional.u32(at), room, 16);
  return Array.from({ length: count }, (_, index) => ({
    address: optional.u32(at + 4 + index * 8),
    size: optional.u32(at + 8 + index * 8),
  }));
}

/**
 * Position in the file of what is loaded at an address, counted from the image base (RVA).
 * @returns undefined where no section has bytes of the file there
 */
export function peOffset(file: PeFile, address: number): number | undefined {
  for (const section of file.sections) {
    const within = address - section.address;
    if (within >= 0 && within < section.size) return section.offset + within;
  }
  return undefined;
}
