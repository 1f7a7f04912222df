import { FormatError } from '../../errors.ts';
import { MemorySource, readBytes } from '../../formats/byte-source.ts';
import { elfSegment, isElf, readElfSegments } from '../../formats/elf/elf.ts';
import { MIN_PACKAGE_NOTE, type PackageNote, packageNote } from '../../formats/elf/package-note.ts';
import { type Executable, executablesOf } from '../../formats/executables/executable.ts';
import { Fields } from '../../formats/executables/fields.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';

/** A program that is linked to the smallest library of C has 5 KB. */
const MIN_PROGRAM = 4 * 1024;
/** From here on programs are read by others anyway, who look at their sections. */
const READ_BY_OTHERS = 128 * 1024;
/** Bytes of notes of one program that are looked at, in however many segments and sections: real ones have some hundred. */
const MAX_NOTES = 1024 * 1024;
const SECTION = '.note.package';

/** How notes call a package manager, and the purl type of its packages. */
const types: ReadonlyMap<string, string> = new Map([
  ['apk', 'apk'],
  ['alpm', 'alpm'],
  ['arch', 'alpm'],
  ['deb', 'deb'],
  ['pacman', 'alpm'],
  ['rpm', 'rpm'],
]);

/**
 * Reads which package a program was built for, as its builder wrote it into it (`.note.package`). What the distribution of the
 * image owns is in its database already (`PackageFact.classified`).
 */
export const packageNotes: Analyzer<PackageFact> = {
  name: 'elf-package-notes',
  version: 2,
  names: { parts: ['.so.'], ends: ['.so'], executables: MIN_PROGRAM },

  wants({ type, size, mode, name, archive }: FileHeader): Appetite {
    if (type !== 'file' || size < MIN_PROGRAM || archive !== undefined) return Appetite.None;
    return (mode & 0o111) !== 0 || name.endsWith('.so') || name.includes('.so.') ? Appetite.Whole : Appetite.None;
  },

  begins: ({ size, mode }, head) =>
    isElf(head) && (((mode & 0o111) !== 0 && size >= READ_BY_OTHERS) || mayHaveNote(head)),

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read: (file) => readFile(layer, file, packages),
      close: () => packages.close().map((fact): PackageFact => ({ ...fact, classified: true })),
    };
  },
};

/**
 * Whether a segment of notes has one of a package, by the headers that stand first in the file: nearly always the notes do so,
 * too, and the file is not opened for those that every program has. One that is damaged is read, which says so.
 */
function mayHaveNote(head: Uint8Array): boolean {
  try {
    const { little, segments } = readElfSegments(new MemorySource(head));
    return segments.some(({ type, offset, size }) => {
      if (type !== elfSegment.note || size < MIN_PACKAGE_NOTE) return false;
      if (offset + size > head.length) return true;
      return isPackageNote(head.subarray(offset, offset + size), little);
    });
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

function isPackageNote(notes: Uint8Array, little: boolean): boolean {
  try {
    return packageNote(new Fields(Buffer.from(notes.buffer, notes.byteOffset, notes.length), little)) !== undefined;
  } catch (error) {
    if (error instanceof FormatError) return true;
    throw error;
  }
}

function readFile(layer: LayerContext, file: LayerFile, packages: PackageFacts): void {
  packages.begin(file);
  if (file.body === undefined) return;
  let programs: readonly Executable[];
  try {
    programs = executablesOf(file.body);
  } catch (error) {
    // That a program is damaged is said by `go-binaries`.
    if (error instanceof FormatError) return;
    throw error;
  }
  try {
    for (const program of programs) {
      const note = noteOf(program);
      if (note !== undefined) packages.add(file.path, recordOf(note));
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    layer.problem({ code: 'file.format', message: `${error.message}; its package is not known`, path: file.path });
  }
}

/** By the segments, which are there where the sections were taken out, too; a section that was added later is in none. */
function noteOf({ source, little, notes, sections }: Executable): PackageNote | undefined {
  let left = MAX_NOTES;
  for (const { offset, size } of [...notes, ...sections.filter(({ name }) => name === SECTION)]) {
    if (size < MIN_PACKAGE_NOTE || offset + size > source.size) continue;
    left -= size;
    if (left < 0) throw new FormatError('it has more notes than are looked at');
    const found = packageNote(new Fields(readBytes(source, offset, size), little));
    if (found !== undefined) return found;
  }
  return undefined;
}

function recordOf({ type, name, version, architecture, distribution }: PackageNote): PackageRecord {
  return {
    type: types.get(type) ?? 'generic',
    name,
    version,
    ...(architecture !== undefined && { arch: architecture }),
    ...(distribution !== undefined && { qualifiers: { distro: distribution } }),
  };
}
