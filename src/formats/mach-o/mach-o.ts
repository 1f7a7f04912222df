import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Fields } from '../executables/fields.ts';

export interface MachSection {
  readonly name: string;
  /** Name of the segment it is of. */
  readonly segment: string;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

export interface MachSegment {
  readonly name: string;
  readonly address: number;
  readonly offset: number;
  /** Bytes in the file. */
  readonly size: number;
  /** 1 readable, 2 writable, 4 executable, as they are at first. */
  readonly protection: number;
}

export interface MachFile {
  readonly little: boolean;
  readonly wide: boolean;
  /** `CPU_TYPE_...` */
  readonly cpu: number;
  readonly sections: readonly MachSection[];
  readonly segments: readonly MachSegment[];
}

/** Those of a real universal program have two or three; Java's class files begin alike and say at least 45. */
const MAX_ARCHITECTURES = 40;
const MAX_COMMANDS = 10_000;
const MAX_COMMAND_BYTES = 4 * 1024 * 1024;
const MAX_SECTIONS = 10_000;
const SEGMENT = 1;
const SEGMENT_64 = 0x19;
const ZERO_FILL: ReadonlySet<number> = new Set([1, 12, 18]);

interface Kind {
  readonly little: boolean;
  readonly wide: boolean;
}

/** Magic number, read with its most significant byte first. */
const thin: ReadonlyMap<number, Kind> = new Map([
  [0xfeedface, { little: false, wide: false }],
  [0xfeedfacf, { little: false, wide: true }],
  [0xcefaedfe, { little: true, wide: false }],
  [0xcffaedfe, { little: true, wide: true }],
]);
const FAT = 0xcafebabe;
const FAT_64 = 0xcafebabf;

/** Tells whether a file begins as Mach-O does, for one architecture or several. */
export function isMachO(head: Uint8Array): boolean {
  if (head.length < 8) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = view.getUint32(0);
  return thin.has(magic) || ((magic === FAT || magic === FAT_64) && view.getUint32(4) <= MAX_ARCHITECTURES);
}

/**
 * The programs of a universal file, one for each architecture; a file for one architecture is its own
 * (`mach-o/fat.h` of Darwin).
 * @throws FormatError for what is none, and where the table ends with the file
 */
export function machSlices(source: ByteSource): readonly ByteSource[] {
  const head = Fields.read(source, 0, 8, 'header', false);
  if (!isMachO(head.bytes)) throw new FormatError('it does not begin as Mach-O does');
  const magic = head.u32(0);
  if (thin.has(magic)) return [source];
  const wide = magic === FAT_64;
  const width = wide ? 32 : 20;
  const count = head.u32(4);
  const table = Fields.read(source, 8, count * width, 'table of architectures', false);
  return Array.from({ length: count }, (_, index) => {
    const at = index * width + 8;
    return source.slice(table.pointer(at, wide), table.pointer(at + (wide ? 8 : 4), wide));
  });
}

/**
 * Reads the segments and sections of a Mach-O file for one architecture (`mach-o/loader.h` of Darwin).
 * @throws FormatError for what is none, and where its load commands end with the file
 */
export function readMachO(source: ByteSource): MachFile {
  const kind = thin.get(Fields.read(source, 0, 4, 'magic number', false).u32(0));
  if (kind === undefined) throw new FormatError('it does not begin as Mach-O does');
  const { little, wide } = kind;
  const headerSize = wide ? 32 : 28;
  const header = Fields.read(source, 0, headerSize, 'header', little);
  const count = header.u32(16);
  const bytes = header.u32(20);
  if (count > MAX_COMMANDS || bytes > MAX_COMMAND_BYTES) throw new FormatError(`${count} load commands are too many`);
  const commands = Fields.read(source, headerSize, bytes, 'load commands', little);
  const segments: MachSegment[] = [];
  const sections: MachSection[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    const command = commands.u32(at);
    const size = commands.u32(at + 4);
    if (size < 8 || at + size > bytes) throw new FormatError('a load command lies beyond the end of their table');
    if (command === SEGMENT || command === SEGMENT_64) {
      readSegment(commands, at, command === SEGMENT_64, segments, sections);
    }
    at += size;
  }
  return { little, wide, cpu: header.u32(4), segments, sections };
}

function readSegment(
  commands: Fields,
  at: number,
  wide: boolean,
  segments: MachSegment[],
  sections: MachSection[],
): void {
  const name = commands.text(at + 8, 16);
  segments.push({
    name,
    address: commands.pointer(at + 24, wide),
    offset: commands.pointer(at + (wide ? 40 : 32), wide),
    size: commands.pointer(at + (wide ? 48 : 36), wide),
    protection: commands.u32(at + (wide ? 60 : 44)),
  });
  const count = commands.u32(at + (wide ? 64 : 48));
  const start = at + (wide ? 72 : 56);
  const width = wide ? 80 : 68;
  if (count > MAX_SECTIONS) throw new FormatError(`${count} sections in one segment are too many`);
  for (let index = 0; index < count; index++) {
    const place = start + index * width;
    const size = commands.pointer(place + (wide ? 40 : 36), wide);
    sections.push({
      name: commands.text(place, 16),
      segment: name,
      address: commands.pointer(place + 32, wide),
      offset: commands.u32(place + (wide ? 48 : 40)),
      size: ZERO_FILL.has(commands.u32(place + (wide ? 64 : 56)) & 0xff) ? 0 : size,
    });
  }
}
