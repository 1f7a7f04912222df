import { isElf } from '../formats/elf/elf.ts';
import { type Executable, executablesOf, isExecutable } from '../formats/executables/executable.ts';
import type { FileNames } from '../model/analyzer.ts';
import { Appetite, type FileHeader, type LayerFile } from '../model/file.ts';

/**
 * Programs below this size are not looked into. The smallest of Go have 950 KB, 300 KB packed; of Rust, with its standard
 * library and every option for size, 280 KB. Of the 455 programs that Debian brings to an image of Java tools, 288 are
 * smaller than half of this.
 */
const MIN_PROGRAM = 128 * 1024;

const libraries: readonly string[] = ['.so', '.exe', '.dll', '.node', '.dylib'];
/** The note in which Go writes the identity of a build: size of the name, size of the rest, kind, name. */
const GO_NOTE = Buffer.from('\x04\0\0\0Go\0\0', 'latin1');

/** Names that files have of which `programAppetite` may want something. */
export const programNames: FileNames = { ends: libraries, parts: ['.so.'], executables: MIN_PROGRAM };

/** What to want of a file that may be a program or a library: all of it, looked at in places. */
export function programAppetite(file: FileHeader): Appetite {
  if (file.type !== 'file' || file.size < MIN_PROGRAM) return Appetite.None;
  return (file.mode & 0o111) !== 0 || isLibrary(file.name) ? Appetite.Whole : Appetite.None;
}

function isLibrary(name: string): boolean {
  const last = name.charCodeAt(name.length - 1);
  if (last >= 0x30 && last <= 0x39) return name.includes('.so.');
  return libraries.some((ending) => name.endsWith(ending));
}

/**
 * Tells by the first bytes whether a file that was wanted is worth reading. Debian installs libraries without the right to
 * execute them, as many bytes as all programs have: of these only what shows to be of Go.
 */
export function beginsAsProgram(file: FileHeader, head: Uint8Array): boolean {
  if (!isExecutable(head)) return false;
  if ((file.mode & 0o111) !== 0 || !isElf(head)) return true;
  return Buffer.from(head.buffer, head.byteOffset, head.length).includes(GO_NOTE);
}

/**
 * The programs in a file that was wanted by `programAppetite`.
 * @throws FormatError where it is damaged
 */
export function programsIn(file: LayerFile): readonly Executable[] {
  return file.body === undefined ? [] : executablesOf(file.body);
}
