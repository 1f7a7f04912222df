import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { Fields } from '../executables/fields.ts';
import { type PeFile, peDirectory, peOffset } from './pe.ts';

const DESCRIPTOR_BYTES = 20;
const MAX_LIBRARIES = 1024;
/** All functions of all libraries; large programs take some thousand. */
const MAX_FUNCTIONS = 65_536;
const MAX_NAME = 512;

/**
 * The list that hashes of imports are made of: `library.function` in lower case and in the order of the table, joined by
 * commas; of a library the endings dll, ocx and sys are cut off, and functions that are imported by number are `ordN`: also
 * those of oleaut32, ws2_32 and wsock32, which other programs look up in tables of names, so that hashes of such lists differ.
 * Source: learn.microsoft.com/windows/win32/debug/pe-format (".idata section").
 * @returns undefined where the file imports nothing
 * @throws FormatError where the table is damaged
 */
export function importList(source: ByteSource, file: PeFile): string | undefined {
  const directory = file.directories[peDirectory.import];
  const start = directory === undefined || directory.size === 0 ? undefined : peOffset(file, directory.address);
  if (start === undefined) return undefined;
  const names: string[] = [];
  for (let index = 0; index < MAX_LIBRARIES; index++) {
    const descriptor = Fields.read(source, start + index * DESCRIPTOR_BYTES, DESCRIPTOR_BYTES, 'table of imports');
    const nameAt = descriptor.u32(12);
    if (nameAt === 0) break;
    const thunks = peOffset(file, descriptor.u32(0) || descriptor.u32(16));
    const library = text(source, peOffset(file, nameAt))
      .toLowerCase()
      .replace(/\.(dll|ocx|sys)$/, '');
    if (thunks !== undefined) addFunctions(source, file, thunks, library, names);
  }
  return names.length === 0 ? undefined : names.join(',');
}

function addFunctions(source: ByteSource, file: PeFile, thunks: number, library: string, names: string[]): void {
  const width = file.wide ? 8 : 4;
  for (let at = thunks; ; at += width) {
    if (names.length >= MAX_FUNCTIONS) throw new FormatError('it imports more functions than any program does');
    const thunk = Fields.read(source, at, width, 'table of imported functions');
    const low = thunk.u32(0);
    const high = file.wide ? thunk.u32(4) : low;
    if (low === 0 && high === 0) break;
    if (high >= 0x8000_0000) names.push(`${library}.ord${low & 0xffff}`);
    else {
      const name = peOffset(file, low);
      names.push(`${library}.${text(source, name === undefined ? undefined : name + 2).toLowerCase()}`);
    }
  }
}

function text(source: ByteSource, position: number | undefined): string {
  if (position === undefined) return '';
  const bytes = readBytes(source, position, MAX_NAME);
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
}
