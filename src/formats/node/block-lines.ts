import { FormatError } from '../../errors.ts';
import { textLines } from './text-lines.ts';

/** Mappings in mappings; lockfiles have five. */
const MAX_DEPTH = 20;

/** A key of a block mapping. */
export interface BlockEntry {
  /** Its keys from the outermost on, its own last. Valid until the next entry is asked for. */
  readonly path: readonly string[];
  /** The value as it is written on the line, quotes included; '' where a mapping, a list or nothing follows. */
  readonly value: string;
  /** From 1. */
  readonly line: number;
  /** From 0: `---` begins the next one. */
  readonly document: number;
}

/**
 * Reads the part of YAML that package managers write into lockfiles: mappings by indentation, one key a line, with plain,
 * quoted and one-line flow values. One line at a time is held, so that a file costs no memory. Lists, texts of several
 * lines and comments are passed over; anchors and tags are taken as text.
 * @throws FormatError for a line that is no part of that, with its number
 */
export function* blockEntries(text: string): Generator<BlockEntry, void, void> {
  const path: string[] = [];
  const indents: number[] = [];
  let document = 0;
  /** Lines that are indented by more belong to a value that is passed over. */
  let skipped = Number.POSITIVE_INFINITY;
  /** A key that is too long for one line: `? key`, and `: value` on the next. */
  let longKey: string | undefined;
  for (const { line, raw } of textLines(text)) {
    const indent = indentOf(raw);
    const words = raw.slice(indent).trimEnd();
    if (words === '' || (words.startsWith('#') && indent <= skipped) || (line === 1 && raw.startsWith('%'))) continue;
    if (indent > skipped) continue;
    skipped = Number.POSITIVE_INFINITY;
    if (indent === 0 && (words === '---' || words === '...')) {
      if (words === '---' && (path.length > 0 || document > 0)) document++;
      path.length = 0;
      indents.length = 0;
      continue;
    }
    if (words.startsWith('- ') || words === '-') {
      skipped = indent; // of a list nothing is needed
      continue;
    }
    while (indents.length > 0 && indents.at(-1)! >= indent) {
      indents.pop();
      path.pop();
    }
    if (words.startsWith('? ')) {
      longKey = keyOf(words.slice(2), line);
      continue;
    }
    let value: string;
    let key: string;
    if (longKey !== undefined && words.startsWith(':')) {
      key = longKey;
      value = words.slice(1).trim();
    } else [key, value] = splitEntry(words, line);
    longKey = undefined;
    path.push(key);
    indents.push(indent);
    if (path.length > MAX_DEPTH) throw new FormatError(`line ${line}: more mappings in each other than anybody writes`);
    if (value !== '') skipped = indent; // what follows is the rest of it
    yield { path, value, line, document };
  }
}

function indentOf(raw: string): number {
  let indent = 0;
  while (raw.charCodeAt(indent) === 0x20) indent++;
  return indent;
}

function splitEntry(words: string, line: number): [key: string, value: string] {
  const quoted = quotedEnd(words);
  const colon = quoted > 0 ? skipBlanks(words, quoted) : quoted === 0 ? plainEnd(words) : -1;
  if (colon < 0 || words[colon] !== ':' || !isBlankAt(words, colon + 1)) {
    throw new FormatError(`line ${line} is no key with a value: ${JSON.stringify(words.slice(0, 60))}`);
  }
  const key = words.slice(0, quoted > 0 ? quoted : colon).trimEnd();
  return [unquoted(key), withoutComment(words.slice(colon + 1).trimStart())];
}

/** Signs with which no plain key begins (YAML 1.2.2, section 5.3), those of lists and long keys among them. */
const INDICATORS = new Set(['\t', '#', '&', '*', '!', '|', '>', '%', '@', '`', ',', '[', ']', '{', '}', ':']);

/** Position of the colon that ends a plain key; -1 where there is none. */
function plainEnd(words: string): number {
  if (INDICATORS.has(words[0]!)) return -1;
  for (let at = words.indexOf(':', 1); at > 0; at = words.indexOf(':', at + 1)) {
    if (isBlankAt(words, at + 1)) return at;
  }
  return -1;
}

function skipBlanks(words: string, from: number): number {
  let at = from;
  while (words[at] === ' ') at++;
  return at;
}

function isBlankAt(words: string, at: number): boolean {
  return at >= words.length || words[at] === ' ' || words[at] === '\t';
}

function keyOf(words: string, line: number): string {
  const quoted = quotedEnd(words);
  if (quoted < 0) throw new FormatError(`line ${line}: the key has no end`);
  return quoted > 0 ? unquoted(words.slice(0, quoted)) : words.trim();
}

/** Position behind a quoted text at the beginning; 0 where there is none, -1 where it has no end. */
function quotedEnd(words: string): number {
  const quote = words[0];
  if (quote !== '"' && quote !== "'") return 0;
  for (let at = 1; at < words.length; at++) {
    if (quote === '"' && words[at] === '\\') at++;
    else if (words[at] === quote) {
      if (quote === '"' || words[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return -1;
}

function withoutComment(value: string): string {
  if (value.startsWith('#')) return '';
  const quoted = quotedEnd(value);
  if (quoted > 0) return value.slice(0, quoted);
  const comment = value.indexOf(' #');
  return comment < 0 || value.startsWith('{') ? value : value.slice(0, comment).trimEnd();
}

/** A value or key as text: without quotes, escapes resolved. */
export function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1, text.endsWith("'") ? -1 : undefined).replaceAll("''", "'");
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text) as unknown);
  } catch {
    return text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined);
  }
}

/** Members of a flow mapping of one level, `{integrity: sha512-..., tarball: https://...}`; those of inner ones are lost. */
export function flowMembers(value: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  if (!value.startsWith('{') || !value.endsWith('}')) return members;
  let start = 1;
  let colon = -1;
  let depth = 0;
  for (let at = 1; at < value.length; at++) {
    const sign = value[at]!;
    if ((sign === '"' || sign === "'") && value.slice(colon < 0 ? start : colon + 1, at).trim() === '') {
      const length = quotedEnd(value.slice(at));
      if (length < 0) break;
      at += length - 1;
    } else if (sign === '{' || sign === '[') depth++;
    else if (depth > 0 && (sign === '}' || sign === ']')) depth--;
    else if (depth > 0) continue;
    else if (sign === ':' && colon < 0 && isBlankAt(value, at + 1)) colon = at;
    else if (sign === ',' || at === value.length - 1) {
      if (colon > 0) {
        const key = unquoted(value.slice(start, colon).trim());
        members.set(key, unquoted(value.slice(colon + 1, at).trim()));
      }
      start = at + 1;
      colon = -1;
    }
  }
  return members;
}
