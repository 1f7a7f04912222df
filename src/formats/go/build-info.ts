import { FormatError } from '../../errors.ts';
import { readBytes } from '../byte-source.ts';
import { type Executable, readAddress } from '../executables/executable.ts';
import { Fields } from '../executables/fields.ts';

/** What the linker of Go writes into every program. */
export interface GoBuildInfo {
  /** Of Go itself: `go1.22.3`, `go1.24.4 X:boringcrypto`, `devel go1.25-0a1b2c3d Mon ...`. */
  readonly goVersion: string;
  /** Text for `parseModuleInfo`; empty where the program was built without modules. */
  readonly modules: string;
}

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const HEADER = 32;
/** The linker aligns it so. */
const ALIGNMENT = 16;
const BIG_ENDIAN = 1;
const INLINE = 2;

const MAX_VERSION = 1000;
/** Programs with a thousand modules have 200 KiB. */
const MAX_MODULES = 4 * 1024 * 1024;
/** Bytes of a length. */
const MAX_LENGTH = 5;
/** Bytes of a section for it that are looked through for its beginning, which should be the first. */
const MAX_SECTION = 1024 * 1024;
/** Bytes of data that are searched; the largest programs have some tens of megabytes. */
const MAX_SEARCHED = 256 * 1024 * 1024;
const PIECE = 1024 * 1024;
/** Programs that look into others hold the magic bytes once or twice. */
const MAX_CANDIDATES = 1000;

/**
 * Finds what Go wrote into a program (source of Go: debug/buildinfo/buildinfo.go, cmd/link/internal/ld/data.go).
 *
 * It has a section of its own. Where that was removed or renamed, or the format has none (PE), writable segments are
 * searched; those of an ELF file with sections only if `thorough`, since it costs reading them. The magic bytes alone are
 * no evidence there: programs that look into others hold them too.
 *
 * @returns undefined where there is none
 * @throws FormatError where the section for it holds something else
 */
export function findBuildInfo(program: Executable, thorough: boolean): GoBuildInfo | undefined {
  const section = program.sections.find(({ name, size }) => size > 0 && sectionNames.has(name));
  if (section !== undefined) return inSection(program, section.offset, section.size);
  if (program.format === 'ELF' && program.sections.length > 0 && !thorough) return undefined;
  let budget = MAX_SEARCHED;
  for (const { writable, address, offset, size } of program.segments) {
    if (!writable) continue;
    const length = Math.min(size, budget, program.source.size - offset);
    if (length <= 0) continue;
    budget -= length;
    const info = search(program, address, offset, length);
    if (info !== undefined) return info;
  }
  return undefined;
}

const sectionNames: ReadonlySet<string> = new Set(['.go.buildinfo', '__go_buildinfo']);

function inSection(program: Executable, offset: number, size: number): GoBuildInfo {
  const bytes = readBytes(program.source, offset, Math.min(size, MAX_SECTION));
  let at = bytes.indexOf(MAGIC);
  while (at >= 0 && at % ALIGNMENT !== 0) at = bytes.indexOf(MAGIC, at + 1);
  if (at < 0) throw new FormatError('its section for the build information of Go holds none');
  return decode(program, offset + at);
}

function search(program: Executable, address: number, offset: number, length: number): GoBuildInfo | undefined {
  let candidates = 0;
  for (let start = 0; start < length; start += PIECE) {
    // The overlap holds a magic number that lies across the end of the piece.
    const bytes = readBytes(program.source, offset + start, Math.min(PIECE + MAGIC.length - 1, length - start));
    for (let at = bytes.indexOf(MAGIC); at >= 0; at = bytes.indexOf(MAGIC, at + 1)) {
      if ((address + start + at) % ALIGNMENT !== 0) continue;
      if (++candidates > MAX_CANDIDATES) return undefined;
      const info = attempt(program, offset + start + at);
      if (info !== undefined) return info;
    }
  }
  return undefined;
}

function attempt(program: Executable, position: number): GoBuildInfo | undefined {
  try {
    const info = decode(program, position);
    return /^(?:go\d|devel )/.test(info.goVersion) ? info : undefined;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function decode(program: Executable, position: number): GoBuildInfo {
  const head = readBytes(program.source, position, HEADER + MAX_LENGTH + MAX_VERSION + MAX_LENGTH);
  if (head.length < HEADER) throw new FormatError('the build information of Go ends within its header');
  const isInline = (head[15]! & INLINE) !== 0;
  const [version, modules] = isInline ? inline(program, position, head) : byPointers(program, head);
  const goVersion = version.toString('utf8');
  if (goVersion === '' || /[\x00-\x1f\x7f\ufffd]/.test(goVersion)) {
    throw new FormatError('the build information of Go has no version of Go');
  }
  return { goVersion, modules: unframed(modules) };
}

type Texts = readonly [version: Buffer, modules: Buffer];

/** Go 1.18 and later: both texts follow the header, each behind its length. */
function inline(program: Executable, position: number, head: Buffer): Texts {
  const version = lengthAt(head, HEADER, MAX_VERSION);
  const end = version.at + version.length;
  const modules = lengthAt(head, end, MAX_MODULES);
  const text = readBytes(program.source, position + modules.at, modules.length);
  if (text.length < modules.length) throw new FormatError('the file ends before its build information of Go does');
  return [head.subarray(version.at, end), text];
}

/** A length as Go writes it: seven bits a byte, the last byte below 128. */
function lengthAt(bytes: Buffer, start: number, maximum: number): { readonly at: number; readonly length: number } {
  let length = 0;
  let factor = 1;
  for (let at = start; at < Math.min(start + MAX_LENGTH, bytes.length); at++) {
    length += (bytes[at]! & 0x7f) * factor;
    factor *= 128;
    if (bytes[at]! >= 0x80) continue;
    if (length > maximum) break;
    return { at: at + 1, length };
  }
  throw new FormatError('a length in the build information of Go is wrong');
}

/** Go 1.13 to 1.17: the header has the addresses of two texts of Go, which are an address and a length each. */
function byPointers(program: Executable, head: Buffer): Texts {
  const size = head[14]!;
  if (size !== 4 && size !== 8) throw new FormatError(`the build information of Go has pointers of ${size} bytes`);
  const wide = size === 8;
  const fields = new Fields(head, (head[15]! & BIG_ENDIAN) === 0);
  const textAt = (address: number, maximum: number): Buffer => {
    const place = readAddress(program, address, 2 * size);
    if (place?.length !== 2 * size) return Buffer.alloc(0);
    const text = new Fields(place, fields.little);
    const length = text.pointer(size, wide);
    if (length > maximum) throw new FormatError('a length in the build information of Go is wrong');
    const bytes = length === 0 ? undefined : readAddress(program, text.pointer(0, wide), length);
    return bytes?.length === length ? bytes : Buffer.alloc(0);
  };
  return [textAt(fields.pointer(16, wide), MAX_VERSION), textAt(fields.pointer(16 + size, wide), MAX_MODULES)];
}

/** The text without the 16 bytes before and behind it by which Go finds it again in a core dump. */
function unframed(modules: Buffer): string {
  const framed = modules.length >= 33 && modules[modules.length - 17] === 0x0a;
  return framed ? modules.toString('utf8', 16, modules.length - 16) : '';
}
