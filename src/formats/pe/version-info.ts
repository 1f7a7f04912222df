import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Fields } from '../executables/fields.ts';
import { type PeFile, peDirectory, peOffset } from './pe.ts';

const RT_VERSION = 16;
/** A resource of this kind has some hundred bytes; the longest one seen less than 3,000. */
const MAX_RESOURCE = 64 * 1024;
const MAX_ENTRIES = 4096;
const SUBDIRECTORY = 0x8000_0000;

/**
 * The texts of the version resource: `ProductVersion`, `OriginalFilename` and their like, of the first language that the
 * file has. Empty where it has no such resource.
 * Source: learn.microsoft.com/windows/win32/debug/pe-format (".rsrc section") and menurc/vs-versioninfo.
 * @throws FormatError where the tables of resources are damaged
 */
export function versionTexts(source: ByteSource, file: PeFile): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  eachText(source, file, (key, value) => {
    if (!texts.has(key)) texts.set(key, value().trim());
  });
  return texts;
}

/**
 * Where the texts of the version resource begin in the file, each with its key.
 * @throws FormatError where the tables of resources are damaged
 */
export function versionRecordOffsets(source: ByteSource, file: PeFile): readonly number[] {
  const offsets: number[] = [];
  eachText(source, file, (_key, _value, offset) => {
    offsets.push(offset);
  });
  return offsets;
}

/** @param offset position of the key in the file */
type VisitText = (key: string, value: () => string, offset: number) => void;

function eachText(source: ByteSource, file: PeFile, visit: VisitText): void {
  const directory = file.directories[peDirectory.resource];
  const start = directory === undefined || directory.size === 0 ? undefined : peOffset(file, directory.address);
  if (start === undefined) return;
  // Three levels: kind, name, language. Each leads to the next, so there is no circle to run in.
  const kind = entry(source, start, 0, RT_VERSION);
  const name = kind === undefined ? undefined : entry(source, start, below(kind), undefined);
  const language = name === undefined ? undefined : entry(source, start, below(name), undefined);
  if (language === undefined) return;
  const data = Fields.read(source, start + language, 16, 'resource of its version');
  const offset = peOffset(file, data.u32(0));
  const size = Math.min(data.u32(4), MAX_RESOURCE);
  if (offset === undefined) return;
  readBlock(Fields.read(source, offset, size, 'resource of its version'), 0, size, 0, (key, value, at) => {
    visit(key, value, offset + at);
  });
}

/** Where the entry of an id leads, or the first one; with a bit that tells a directory. */
function entry(source: ByteSource, start: number, at: number, id: number | undefined): number | undefined {
  const header = Fields.read(source, start + at, 16, 'table of resources');
  const count = Math.min(header.u16(12) + header.u16(14), MAX_ENTRIES);
  const table = Fields.read(source, start + at + 16, count * 8, 'table of resources');
  for (let index = 0; index < count; index++) {
    if (id === undefined || table.u32(index * 8) === id) return table.u32(index * 8 + 4);
  }
  return undefined;
}

function below(value: number): number {
  if (value < SUBDIRECTORY) throw new FormatError('its tables of resources are not three levels deep');
  return value - SUBDIRECTORY;
}

/** The first two levels hold others; the third one holds tables of texts, and the fourth the texts. */
const TEXTS = 3;

/** One block: length, length of the value, kind, key in UTF-16, value, blocks within; each part begins at four bytes. */
function readBlock(fields: Fields, start: number, end: number, depth: number, visit: VisitText): number {
  const length = fields.u16(start);
  const valueLength = fields.u16(start + 2);
  const stop = Math.min(end, start + length);
  if (length < 6) return end;
  const key = utf16(fields, start + 6, stop);
  const value = aligned(key.end);
  if (depth === TEXTS) {
    if (valueLength > 0) visit(key.text, () => utf16(fields, value, stop).text, start + 6);
    return aligned(stop);
  }
  if (depth === 1 && key.text !== 'StringFileInfo') return aligned(stop);
  // The language that stands first is the one; the fixed part in front of the first level is binary.
  for (let at = aligned(value + valueLength); at + 6 <= stop; ) {
    const next = readBlock(fields, at, stop, depth + 1, visit);
    if (next <= at) break;
    at = next;
  }
  return aligned(stop);
}

function utf16(fields: Fields, start: number, end: number): { readonly text: string; readonly end: number } {
  let at = start;
  while (at + 2 <= end && fields.u16(at) !== 0) at += 2;
  return { text: fields.bytes.toString('utf16le', start, Math.min(at, end)), end: at + 2 };
}

function aligned(at: number): number {
  return (at + 3) & ~3;
}
