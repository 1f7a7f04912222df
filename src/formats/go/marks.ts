import { readBytes } from '../byte-source.ts';
import { noteOwners } from '../elf/notes.ts';
import type { Executable } from '../executables/executable.ts';
import { Fields } from '../executables/fields.ts';

const MAX_NOTES = 64 * 1024;
/** Where Go itself looks for the identity of a build in a file whose sections do not name it (cmd/internal/buildid). */
const BUILD_ID_SEARCHED = 32 * 1024;
const BUILD_ID = Buffer.from('\xff Go build ID: "', 'latin1');
/** UPX writes it behind the headers of the program that it packed, and into the first bytes of what it packs. */
const UPX = Buffer.from('UPX!', 'latin1');
const UPX_SEARCHED = 4096;

const sections: ReadonlySet<string> = new Set([
  '.gopclntab',
  '.data.rel.ro.gopclntab',
  '__gopclntab',
  '.note.go.buildid',
  '.go.fipsinfo',
]);

/**
 * Tells whether Go made a program, by what stays in it without its build information: the table of functions, the identity
 * of the build.
 */
export function isGoProgram(program: Executable): boolean {
  if (program.sections.some(({ name }) => sections.has(name))) return true;
  for (const { offset, size } of program.notes) {
    const notes = readBytes(program.source, offset, Math.min(size, MAX_NOTES));
    for (const owner of noteOwners(new Fields(notes, program.little))) if (owner === 'Go') return true;
  }
  // ELF has a note for it, and what was removed of that was removed on purpose.
  return program.format !== 'ELF' && readBytes(program.source, 0, BUILD_ID_SEARCHED).includes(BUILD_ID);
}

/** Tells whether a program is packed by UPX (upx.github.io), and so begins to look like one when it runs. */
export function isPackedByUpx(program: Executable): boolean {
  if (program.format === 'PE') return program.sections.some(({ name }) => name === 'UPX0' || name === 'UPX1');
  return program.sections.length === 0 && readBytes(program.source, 0, UPX_SEARCHED).includes(UPX);
}
