import { type ArchiveKind, archiveKind } from '../formats/archive/archive-kind.ts';
import type { FileHeader } from '../model/file.ts';
import { isWebEnding } from './web-endings.ts';

/**
 * What a file is, as far as it decides which engines look at it. By its first bytes; by its name where these tell nothing.
 * `web`: source that a web server runs (PHP, JSP, ASP, CFM), `script`: source that an interpreter runs, `bytecode`: what an
 * interpreter made of it, `picture`: pictures, fonts, sound and film, `archive`: zip and its like, `packed`: one compressed
 * stream, `data`: nothing of these.
 */
export type ContentType =
  | 'elf'
  | 'pe'
  | 'mach-o'
  | 'web'
  | 'script'
  | 'html'
  | 'text'
  | 'bytecode'
  | 'class'
  | 'archive'
  | 'packed'
  | 'document'
  | 'picture'
  | 'data';

const script = new Set(
  'sh bash zsh ksh csh fish pl pm py pyw rb js mjs cjs ts lua tcl ps1 psm1 bat cmd vbs vbe wsf hta awk service'.split(
    ' ',
  ),
);
const html = new Set(['html', 'htm', 'xhtml', 'shtml']);

/**
 * @param head the first bytes of the file: 4 KiB serve all of it
 */
export function contentType({ name }: Pick<FileHeader, 'name'>, head: Uint8Array): ContentType {
  const magic = typeByMagic(head);
  // A picture may have a script behind it, and is run as one by its name.
  const extension = extensionOf(name);
  if (magic !== undefined) return magic === 'picture' && isWebEnding(extension) ? 'web' : magic;
  if (isWebEnding(extension) || webTagAt(head) >= 0) return 'web';
  if (script.has(extension)) return 'script';
  if (!isText(head)) return 'data';
  if (html.has(extension) || looksLikeHtml(head)) return 'html';
  return 'text';
}

/**
 * Whether a web server may run the file, whatever its first bytes make of it: its name has such an ending, or a tag stands
 * among them. `%PDF-1.4`, an ELF header and two compressed bytes are text to PHP, which goes on behind them.
 * @param type what `contentType` says of the same bytes
 */
export function mayBeServed(type: ContentType, { name }: Pick<FileHeader, 'name'>, head: Uint8Array): boolean {
  // These were asked for tags already.
  if (type === 'text' || type === 'html' || type === 'data') return false;
  return type === 'web' || hasWebEnding(name) || webTagAt(head) >= 0;
}

/** Whether the name of a file is one of those that web servers run. */
export function hasWebEnding(name: string): boolean {
  return isWebEnding(extensionOf(name));
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}

const magics: readonly (readonly [string, ContentType])[] = [
  ['\x7fELF', 'elf'],
  ['MZ', 'pe'],
  ['\xfe\xed\xfa\xce', 'mach-o'],
  ['\xfe\xed\xfa\xcf', 'mach-o'],
  ['\xce\xfa\xed\xfe', 'mach-o'],
  ['\xcf\xfa\xed\xfe', 'mach-o'],
  ['#!', 'script'],
  ['\xef\xbb\xbf#!', 'script'],
  ['%PDF-', 'document'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'document'],
  ['{\\rtf', 'document'],
  ['\x89PNG\r\n\x1a\n', 'picture'],
  ['GIF8', 'picture'],
  ['\xff\xd8\xff', 'picture'],
  ['BM', 'picture'],
  ['II*\0', 'picture'],
  ['MM\0*', 'picture'],
  ['\0\0\x01\0', 'picture'],
  ['RIFF', 'picture'],
  ['OggS', 'picture'],
  ['ID3', 'picture'],
  ['fLaC', 'picture'],
  ['wOFF', 'picture'],
  ['wOF2', 'picture'],
  ['OTTO', 'picture'],
  ['\0\x01\0\0\0', 'picture'],
];
/** By first byte: most files are told by one look. */
const byFirst: (readonly [Uint8Array, ContentType][] | undefined)[] = [];
for (const [text, type] of magics) {
  const magic: [Uint8Array, ContentType] = [Buffer.from(text, 'latin1'), type];
  const first = magic[0][0] as number;
  byFirst[first] = [...(byFirst[first] ?? []), magic];
}

function typeByMagic(head: Uint8Array): ContentType | undefined {
  const first = head[0];
  if (first === undefined) return undefined;
  for (const [magic, type] of byFirst[first] ?? []) {
    // Words that begin so are text: `BMW`, `MZ` in the middle of a name.
    if (isAt(head, magic) && (magic.length > 2 || !isText(head) || first === 0x23)) return type;
  }
  const archive = archiveKind(head);
  // A kind that nobody can open is named by whoever is asked to open it.
  if (archive !== undefined && !(isWeak(archive) && isText(head))) return isStream(archive) ? 'packed' : 'archive';
  return first === 0xca ? fatOrClass(head) : isPyc(head) ? 'bytecode' : undefined;
}

/** Universal Mach-O files and Java classes begin alike; the former have few architectures, the latter a high version. */
function fatOrClass(head: Uint8Array): ContentType | undefined {
  if (head[1] !== 0xfe || head[2] !== 0xba || head[3] !== 0xbe) return undefined;
  return head[4] === 0 && head[5] === 0 && head[6] === 0 && (head[7] ?? 0) < 40 ? 'mach-o' : 'class';
}

/** A magic of CPython: two bytes of its version, then CR LF; the flags behind it are small. */
function isPyc(head: Uint8Array): boolean {
  return head.length >= 16 && head[2] === 0x0d && head[3] === 0x0a && (head[4] ?? 4) < 4 && head[5] === 0;
}

function isAt(head: Uint8Array, magic: Uint8Array): boolean {
  for (let i = 0; i < magic.length; i++) if (head[i] !== magic[i]) return false;
  return true;
}

/** Its magic is so short that other files begin with it, too. */
function isWeak(archive: ArchiveKind): boolean {
  return archive.kind !== 'unreadable' && archive.weak === true;
}

function isStream({ kind }: ArchiveKind): boolean {
  return kind === 'gzip' || kind === 'bzip2' || kind === 'xz' || kind === 'zstd' || kind === 'lzma';
}

/**
 * Where the first tag of a script stands: `<?php`, `<?=`, `<?` before white space, `<%` before text, since every sixteenth
 * compressed file has the two bytes alone.
 * @returns less than 0: there is none
 */
export function webTagAt(head: Uint8Array): number {
  for (let at = head.indexOf(0x3c); at >= 0; at = head.indexOf(0x3c, at + 1)) {
    const { [at + 1]: next, [at + 2]: third = 0x20, [at + 3]: fourth = 0x20 } = head;
    if (next === 0x25 && isPlain(third) && isPlain(fourth)) return at;
    if (next !== 0x3f) continue;
    if (third === 0x3d || ((third | 0x20) === 0x70 && (fourth | 0x20) === 0x68)) return at;
    if (at + 2 < head.length && isSpace(third)) return at;
  }
  return -1;
}

function isPlain(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || isSpace(byte);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Control bytes that no text has, as `file` and ClamAV see it. */
const isControl: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte < 0x20 && !(byte >= 7 && byte <= 0x0d && byte !== 0x0b) && byte !== 0x1b),
);

function isText(head: Uint8Array): boolean {
  const bom = head[0] === 0xff && head[1] === 0xfe ? true : head[0] === 0xfe && head[1] === 0xff;
  if (bom) return true;
  for (let at = 0; at < head.length; at++) if (isControl[head[at] as number] === 1) return false;
  return true;
}

function looksLikeHtml(head: Uint8Array): boolean {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 512))
    .toString('latin1')
    .trimStart()
    .toLowerCase();
  return (
    start.startsWith('<!doctype html') ||
    start.startsWith('<html') ||
    start.startsWith('<head') ||
    start.startsWith('<script')
  );
}
