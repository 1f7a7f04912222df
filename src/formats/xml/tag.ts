import { FormatError } from '../../errors.ts';

/** A start tag. */
export interface XmlTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly empty: boolean;
}

/** Attributes of one element. */
const ATTRIBUTES = 256;

const none: ReadonlyMap<string, string> = new Map();

const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Reads what stands between `<` and `>`. @throws FormatError */
export function parseTag(text: string): XmlTag {
  const empty = text.endsWith('/');
  const end = empty ? text.length - 1 : text.length;
  let at = nameEnd(text, 0, end);
  const name = text.slice(0, at);
  if (name === '' || /[<&"']/.test(name)) throw new FormatError('a tag has no name');
  at = skipBlanks(text, at, end);
  if (at >= end) return { name, attributes: none, empty };
  const attributes = new Map<string, string>();
  while (at < end) {
    const equals = text.indexOf('=', at);
    if (equals < 0 || equals >= end) throw new FormatError('an attribute has no value');
    const key = text.slice(at, equals).trim();
    const open = skipBlanks(text, equals + 1, end);
    const quote = text[open];
    const close = quote === '"' || quote === "'" ? text.indexOf(quote, open + 1) : -1;
    if (key === '' || close < 0 || close >= end) throw new FormatError('an attribute has no value');
    if (attributes.has(key)) throw new FormatError('a tag has an attribute twice');
    if (attributes.size >= ATTRIBUTES) throw new FormatError(`a tag has more than ${ATTRIBUTES} attributes`);
    attributes.set(key, resolveReferences(text.slice(open + 1, close)));
    at = skipBlanks(text, close + 1, end);
  }
  return { name, attributes, empty };
}

function nameEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && !isBlank(text.charCodeAt(at))) at++;
  return at;
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
}

/** Replaces references: the five entities of XML, and characters by number. @throws FormatError for any other */
export function resolveReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([A-Za-z]{2,4}));|&/g, (_all, decimal, hex, name) => {
    const known = name === undefined ? undefined : entities.get(name);
    if (known !== undefined) return known;
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : 0;
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      throw new FormatError('it has a reference that XML itself does not define');
    }
    return String.fromCodePoint(code);
  });
}
