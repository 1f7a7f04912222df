import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { elfSegment, elfType, isElf, readElf } from '../elf/elf.ts';
import { isMachO, machSlices, readMachO } from '../mach-o/mach-o.ts';
import { isPe, peSection, readPe } from '../pe/pe.ts';

/** Where a named part of a program stands in its file. */
export interface Section {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** What is loaded from the file to an address. */
export interface Segment {
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly writable: boolean;
}

/** A program or a library, whatever system it is for. Positions may lie beyond its end: the file says so, not we. */
export interface Executable {
  readonly format: 'ELF' | 'PE' | 'Mach-O';
  /** The program alone, where a file has one for each of several architectures. */
  readonly source: ByteSource;
  readonly little: boolean;
  /** Pointers have 8 bytes. */
  readonly wide: boolean;
  /** Empty where they were removed. */
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
  /** Where the notes of ELF stand that are loaded. */
  readonly notes: readonly Section[];
}

/** Tells by the first bytes (8 are enough) whether a file may be a program. */
export function isExecutable(head: Uint8Array): boolean {
  return isElf(head) || isPe(head) || isMachO(head);
}

const known = new WeakMap<ByteSource, readonly Executable[]>();

/**
 * The programs in a file: one, or in a universal Mach-O file one for each architecture; none in object files and
 * memory dumps. What was read of a source is kept for as long as the source is, since several analyzers look at one file.
 * @throws FormatError for what is none
 */
export function executablesOf(source: ByteSource): readonly Executable[] {
  let found = known.get(source);
  if (found === undefined) {
    found = readExecutables(source);
    known.set(source, found);
  }
  return found;
}

function readExecutables(source: ByteSource): readonly Executable[] {
  const head = readBytes(source, 0, 8);
  if (isElf(head)) return fromElf(source);
  if (isPe(head)) return [fromPe(source)];
  if (isMachO(head)) return machSlices(source).map(fromMachO);
  throw new FormatError('it does not begin as a program does');
}

function fromElf(source: ByteSource): Executable[] {
  const { type, little, wide, sections, segments } = readElf(source);
  if (type !== elfType.executable && type !== elfType.shared) return [];
  const loaded = segments.filter((segment) => segment.type === elfSegment.load);
  return [
    {
      format: 'ELF',
      source,
      little,
      wide,
      sections,
      segments: loaded.map(({ address, offset, size, flags }) => ({
        address,
        offset,
        size,
        writable: (flags & 2) !== 0,
      })),
      notes: segments
        .filter((segment) => segment.type === elfSegment.note)
        .map(({ offset, size }) => ({ name: '', offset, size })),
    },
  ];
}

function fromPe(source: ByteSource): Executable {
  const { wide, imageBase, sections } = readPe(source);
  return {
    format: 'PE',
    source,
    little: true,
    wide,
    sections,
    segments: sections.map(({ address, offset, size, characteristics }) => ({
      address: imageBase + address,
      offset,
      size,
      writable: (characteristics & peSection.write) !== 0,
    })),
    notes: [],
  };
}

function fromMachO(source: ByteSource): Executable {
  const { little, wide, sections, segments } = readMachO(source);
  return {
    format: 'Mach-O',
    source,
    little,
    wide,
    sections,
    segments: segments.map(({ address, offset, size, protection }) => ({
      address,
      offset,
      size,
      writable: (protection & 2) !== 0,
    })),
    notes: [],
  };
}

/** A part of the file that is loaded to an address, up to `length` bytes; undefined where nothing is loaded there. */
export function readAddress(program: Executable, address: number, length: number): Buffer | undefined {
  for (const segment of program.segments) {
    const within = address - segment.address;
    if (within < 0 || within >= segment.size) continue;
    return readBytes(program.source, segment.offset + within, Math.min(length, segment.size - within));
  }
  return undefined;
}
