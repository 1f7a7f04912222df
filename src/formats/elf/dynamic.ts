import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Fields } from '../executables/fields.ts';
import { type ElfFile, elfSegment, readElf } from './elf.ts';

/** What a program or library asks the dynamic linker for. */
export interface ElfDynamic {
  readonly elf: ElfFile;
  /** The dynamic linker that starts it (`PT_INTERP`); absent for static programs and for libraries. */
  readonly interpreter?: string;
  /** Names of the libraries that it needs, in their order (`DT_NEEDED`). */
  readonly needed: readonly string[];
  readonly soname?: string;
  /** Folders to look in, before and after those of the environment; `$ORIGIN` is left as it stands. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
}

const PT_DYNAMIC = 2;
const tags = { needed: 1, strings: 5, stringsSize: 10, soname: 14, rpath: 15, runpath: 29 } as const;
const MAX_ENTRIES = 10_000;
const MAX_STRINGS = 64 * 1024 * 1024;
const MAX_NAME = 4096;

/**
 * Reads the dynamic section of an ELF file (System V ABI, chapter 5, "Dynamic Section"); a static program has an empty one.
 * @throws FormatError for what is no ELF file, or a damaged one
 */
export function readElfDynamic(source: ByteSource): ElfDynamic {
  const elf = readElf(source);
  const interpreter = readInterpreter(source, elf);
  const entries = readEntries(source, elf);
  const strings = readStrings(source, elf, entries);
  const all = (tag: number): string[] =>
    entries.filter((entry) => entry.tag === tag).map(({ value }) => strings?.text(value, MAX_NAME) ?? '');
  const paths = (tag: number): string[] => all(tag).flatMap((list) => list.split(':').filter((one) => one !== ''));
  const soname = all(tags.soname)[0];
  return {
    elf,
    ...(interpreter !== undefined && { interpreter }),
    needed: all(tags.needed).filter((name) => name !== ''),
    ...(soname !== undefined && soname !== '' && { soname }),
    rpath: paths(tags.rpath),
    runpath: paths(tags.runpath),
  };
}

function readInterpreter(source: ByteSource, elf: ElfFile): string | undefined {
  const segment = elf.segments.find(({ type }) => type === elfSegment.interpreter);
  if (segment === undefined) return undefined;
  const size = Math.min(segment.size, MAX_NAME);
  return Fields.read(source, segment.offset, size, 'name of the dynamic linker').text(0, size);
}

interface DynamicEntry {
  readonly tag: number;
  readonly value: number;
}

function readEntries(source: ByteSource, elf: ElfFile): DynamicEntry[] {
  const segment = elf.segments.find(({ type }) => type === PT_DYNAMIC);
  if (segment === undefined) return [];
  const width = elf.wide ? 8 : 4;
  const count = Math.min(Math.floor(segment.size / (2 * width)), MAX_ENTRIES);
  const table = Fields.read(source, segment.offset, count * 2 * width, 'dynamic section', elf.little);
  const entries: DynamicEntry[] = [];
  for (let index = 0; index < count; index++) {
    const tag = table.pointer(index * 2 * width, elf.wide);
    if (tag === 0) break;
    entries.push({ tag, value: table.pointer(index * 2 * width + width, elf.wide) });
  }
  return entries;
}

function readStrings(source: ByteSource, elf: ElfFile, entries: readonly DynamicEntry[]): Fields | undefined {
  const first = (tag: number): number | undefined => entries.find((entry) => entry.tag === tag)?.value;
  const [address, size] = [first(tags.strings), first(tags.stringsSize)];
  if (address === undefined || size === undefined) return undefined;
  if (size > MAX_STRINGS) throw new FormatError(`a table of names with ${size} bytes is none`);
  const segment = elf.segments.find(
    (one) => one.type === elfSegment.load && address >= one.address && address < one.address + one.size,
  );
  if (segment === undefined) throw new FormatError('the table of names is in no segment');
  return Fields.read(source, address - segment.address + segment.offset, size, 'table of names', elf.little);
}
