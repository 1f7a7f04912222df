import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Fields } from '../executables/fields.ts';

/** A section of an ELF file. Nothing here was verified but that the table is whole. */
export interface ElfSection {
  readonly name: string;
  /** `SHT_...`: 8 (NOBITS) has no bytes in the file. */
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

/** What the kernel maps, or reads, when it starts the program. */
export interface ElfSegment {
  /** `PT_...` */
  readonly type: number;
  /** 1 executable, 2 writable, 4 readable. */
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  /** Bytes in the file. */
  readonly size: number;
}

export interface ElfFile {
  readonly little: boolean;
  /** ELFCLASS64, whose pointers have 8 bytes. */
  readonly wide: boolean;
  /** `ET_...` */
  readonly type: number;
  /** `EM_...`: 62 x86-64, 183 AArch64. */
  readonly machine: number;
  /** Address of the first instruction; 0 where there is none. */
  readonly entry: number;
  /** Empty where the table was removed, or lies beyond the end of the file: programs run without. */
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
}

/** Values of `ElfFile.type`. */
export const elfType = { relocatable: 1, executable: 2, shared: 3, core: 4 } as const;
/** Values of `ElfSegment.type`. */
export const elfSegment = { load: 1, interpreter: 3, note: 4 } as const;

const NOBITS = 8;
/** Linux starts no program with more than 64 KiB of program headers. */
const MAX_SEGMENTS = 1170;
/** Programs have some 40 sections; only object files that nobody linked have thousands. */
const MAX_SECTIONS = 100_000;
const MAX_NAMES = 16 * 1024 * 1024;

/** Tells whether a file begins as ELF does. */
export function isElf(head: Uint8Array): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/**
 * Reads the headers of an ELF file (System V ABI, chapters 4 and 5: refspecs.linuxfoundation.org/elf/gabi4+/).
 * @throws FormatError for what is none, and where the program headers end with the file
 */
export function readElf(source: ByteSource): ElfFile {
  const { header, wide } = readHeader(source);
  return {
    little: header.little,
    wide,
    type: header.u16(16),
    machine: header.u16(18),
    entry: header.pointer(24, wide),
    segments: readSegments(source, header, wide),
    sections: readSections(source, header, wide),
  };
}

/**
 * The segments alone, which the first bytes of a file tell.
 * @throws FormatError as `readElf`
 */
export function readElfSegments(source: ByteSource): Pick<ElfFile, 'little' | 'segments'> {
  const { header, wide } = readHeader(source);
  return { little: header.little, segments: readSegments(source, header, wide) };
}

function readHeader(source: ByteSource): { readonly header: Fields; readonly wide: boolean } {
  const ident = Fields.read(source, 0, 16, 'identification');
  if (!isElf(ident.bytes)) throw new FormatError('it does not begin as ELF does');
  const kind = ident.u8(4);
  const order = ident.u8(5);
  if ((kind !== 1 && kind !== 2) || (order !== 1 && order !== 2)) {
    throw new FormatError(`ELF has no class ${kind} with byte order ${order}`);
  }
  const wide = kind === 2;
  return { header: Fields.read(source, 0, wide ? 64 : 52, 'header', order === 1), wide };
}

function readSegments(source: ByteSource, header: Fields, wide: boolean): ElfSegment[] {
  const count = header.u16(wide ? 56 : 44);
  const width = header.u16(wide ? 54 : 42);
  if (count === 0) return [];
  if (count > MAX_SEGMENTS || width < (wide ? 56 : 32)) {
    throw new FormatError(`${count} program headers of ${width} bytes are none`);
  }
  const start = header.pointer(wide ? 32 : 28, wide);
  const table = Fields.read(source, start, count * width, 'table of program headers', header.little);
  return Array.from({ length: count }, (_, index) => {
    const at = index * width;
    return wide
      ? {
          type: table.u32(at),
          flags: table.u32(at + 4),
          offset: table.u64(at + 8),
          address: table.u64(at + 16),
          size: table.u64(at + 32),
        }
      : {
          type: table.u32(at),
          offset: table.u32(at + 4),
          address: table.u32(at + 8),
          size: table.u32(at + 16),
          flags: table.u32(at + 24),
        };
  });
}

interface RawSection extends Omit<ElfSection, 'name'> {
  readonly nameAt: number;
  readonly link: number;
}

/** No table, or one that is not whole, is none: the last bytes of a file may be cut off and it still runs. */
function readSections(source: ByteSource, header: Fields, wide: boolean): ElfSection[] {
  const start = header.pointer(wide ? 40 : 32, wide);
  const width = header.u16(wide ? 58 : 46);
  if (start === 0 || width < (wide ? 64 : 40) || start + width > source.size) return [];
  const first = rawSection(Fields.read(source, start, width, 'first section', header.little), 0, wide);
  // Numbers that do not fit stand in the first entry, which is otherwise empty.
  const count = header.u16(wide ? 60 : 48) || first.size;
  const stated = header.u16(wide ? 62 : 50);
  const namesIndex = stated === 0xffff ? first.link : stated;
  if (count > MAX_SECTIONS || start + count * width > source.size || namesIndex >= count) return [];
  const table = Fields.read(source, start, count * width, 'table of sections', header.little);
  const raw = Array.from({ length: count }, (_, index) => rawSection(table, index * width, wide));
  const { offset, size } = raw[namesIndex]!;
  if (size > MAX_NAMES || offset + size > source.size) return [];
  const names = Fields.read(source, offset, size, 'names of sections', header.little);
  return raw.map(({ nameAt, link: _, ...section }) => ({ ...section, name: names.text(nameAt, 100) }));
}

function rawSection(table: Fields, at: number, wide: boolean): RawSection {
  const type = table.u32(at + 4);
  const size = wide ? table.u64(at + 32) : table.u32(at + 20);
  return {
    nameAt: table.u32(at),
    type,
    address: table.pointer(at + (wide ? 16 : 12), wide),
    offset: table.pointer(at + (wide ? 24 : 16), wide),
    size: type === NOBITS ? 0 : size,
    link: table.u32(at + (wide ? 40 : 24)),
  };
}
