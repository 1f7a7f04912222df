import { FormatError, LimitError } from '../../errors.ts';
import { parseTag, resolveReferences, type XmlTag } from './tag.ts';

/** Receives a document front to back. Names are local: without the prefix of their namespace. */
export interface XmlHandler {
  /** An element begins. `attributes` by their name as it is written. */
  open(name: string, attributes: ReadonlyMap<string, string>): void;
  /** Text or CDATA of the innermost element; a long one comes in several pieces. */
  text(text: string): void;
  close(name: string): void;
}

export interface XmlLimits {
  /** Elements in each other. */
  readonly depth?: number;
  /** Bytes of one tag with its attributes. */
  readonly tagBytes?: number;
}

const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const AMPERSAND = 0x26;
const SLASH = 0x2f;
const LINE_FEED = 0x0a;
const BLANK = 0x20;
const SEMICOLON = 0x3b;

const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9:._-]*$/;

/** Longest reference that means anything: `&#1114111;`. */
const REFERENCE = 12;

const DECLARATIONS = 'its document type has declarations of its own, which are not read';

/** What is being read: text between tags, a tag, or something that ends with a mark of its own. */
type Mode = 'text' | 'tag' | 'comment' | 'instruction' | 'cdata';

/** Tags without attributes that are known again by their bytes, at most. */
const PLAIN_TAGS = 256;

/** Indentation, which most texts are: a line feed and blanks. By its length. */
const indentations: readonly string[] = Array.from({ length: 64 }, (_, length) => '\n'.padEnd(length));

const ends = { comment: '-->', instruction: '?>', cdata: ']]>' } as const;

/**
 * Push parser of XML 1.0 in UTF-8, for documents of publishers: elements, attributes, text, CDATA, the five entities and
 * character references. A document type is passed over; one with declarations of its own is refused, so that nothing is
 * expanded and nothing external is read. Linear in time; holds one tag at a time.
 * @throws FormatError for what is not well-formed, of another encoding, or ends early (`truncated`)
 * @throws LimitError for elements nested too deeply, and tags that are too long
 */
export class XmlParser {
  readonly #handler: XmlHandler;
  readonly #depth: number;
  readonly #tagBytes: number;
  readonly #open: string[] = [];
  readonly #names = new Map<string, string>();
  /** Documents have few names: making texts of them is most of the work. In the place that `placeOf` gives. */
  readonly #plainTags: (XmlTag | undefined)[] = [];
  #mode: Mode = 'text';
  /** Bytes of the unfinished token, and how far it was searched. */
  #rest: Buffer = Buffer.alloc(0);
  #searched = 0;
  #quote = 0;
  #offset = 0;
  #roots = 0;
  #isStart: boolean = true;
  /** Where the token that is read begins. */
  #position = 0;

  constructor(handler: XmlHandler, limits: XmlLimits = {}) {
    this.#handler = handler;
    this.#depth = limits.depth ?? 128;
    this.#tagBytes = limits.tagBytes ?? 1024 * 1024;
  }

  /** The elements that are open now, the innermost last. */
  get path(): string {
    return `/${this.#open.slice(-8).join('/')}`;
  }

  push(chunk: Uint8Array): void {
    const piece = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    // The caller may use the chunk's memory again.
    this.#rest = Buffer.from(bytes.subarray(this.#consume(bytes, false)));
  }

  /** Ends the document. */
  end(): void {
    const rest = this.#rest.subarray(this.#consume(this.#rest, true));
    if (this.#open.length > 0 || this.#mode !== 'text' || rest[0] === LESS_THAN) {
      throw this.#damage('it ends in the middle', 'truncated');
    }
    this.#text(rest.toString());
    if (this.#roots === 0) throw this.#damage('it has no element', 'truncated');
  }

  /** Reads as many tokens as there are. Returns the length of what was read. */
  #consume(bytes: Buffer, last: boolean): number {
    let at = 0;
    if (this.#isStart) {
      if (bytes.length < 4 && !last) return 0;
      this.#isStart = false;
      at = this.#skipMark(bytes);
    }
    while (at < bytes.length) {
      this.#position = this.#offset + at;
      const next = this.#token(bytes, at);
      if (next < 0) break;
      at = next;
    }
    this.#offset += at;
    return at;
  }

  #skipMark(bytes: Buffer): number {
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 3;
    const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    if (wide || bytes[0] === 0 || bytes[1] === 0) {
      throw new FormatError('the XML document is not in UTF-8', { reason: 'unsupported' });
    }
    return 0;
  }

  /** Reads one token or a piece of one. Returns where the next begins, or -1 if more bytes are needed. */
  #token(bytes: Buffer, at: number): number {
    if (this.#mode === 'text') return this.#readText(bytes, at);
    if (this.#mode === 'tag') return this.#readTag(bytes, at);
    return this.#readUntil(bytes, at, this.#mode);
  }

  #readText(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LESS_THAN, at);
    if (end < 0) {
      const safe = safeEnd(bytes, at);
      if (safe > at) this.#text(bytes.toString('utf8', at, safe));
      return safe > at ? safe : -1;
    }
    // What kind of markup it is takes up to nine bytes to tell: `<![CDATA[`.
    const second = bytes[end + 1];
    if (second === undefined) return this.#waitAt(bytes, at, end);
    if (second !== 0x21 && second !== 0x3f) {
      if (end > at) this.#textBetween(bytes, at, end);
      this.#mode = 'tag';
      return end;
    }
    const head = bytes.toString('latin1', end, end + 9);
    const mode = second === 0x3f ? 'instruction' : this.#declaration(head);
    if (mode === undefined) return this.#waitAt(bytes, at, end);
    if (end > at) this.#text(bytes.toString('utf8', at, end));
    this.#mode = mode;
    return mode === 'comment' ? end + 4 : mode === 'cdata' ? end + 9 : end;
  }

  /** What begins with `<!`; undefined while too little of it is there. */
  #declaration(head: string): Mode | undefined {
    if (head.startsWith('<!--')) return 'comment';
    if (head === '<![CDATA[' && this.#open.length > 0) return 'cdata';
    if (head === '<!DOCTYPE' && this.#roots === 0) return 'tag';
    if (['<!--', '<![CDATA[', '<!DOCTYPE'].some((whole) => head.length < whole.length && whole.startsWith(head))) {
      return undefined;
    }
    throw this.#damage(`it has a declaration (${JSON.stringify(head)}) where none may be`);
  }

  /** Hands on the text before a token that has to wait. */
  #waitAt(bytes: Buffer, at: number, end: number): number {
    if (end === at) return -1;
    this.#text(bytes.toString('utf8', at, end));
    return end;
  }

  #readTag(bytes: Buffer, at: number): number {
    let quote = this.#quote;
    for (let index = at + Math.max(this.#searched, 1); index < bytes.length; index++) {
      const byte = bytes[index] as number;
      if (quote !== 0) {
        if (byte === quote) quote = 0;
      } else if (byte === GREATER_THAN) {
        this.#quote = 0;
        this.#searched = 0;
        this.#mode = 'text';
        if (!this.#knownTag(bytes, at + 1, index)) this.#tag(bytes.toString('utf8', at + 1, index));
        return index + 1;
      } else if (byte === 0x22 || byte === 0x27) quote = byte;
      else if (byte === LESS_THAN) {
        throw this.#damage(bytes[at + 1] === 0x21 ? DECLARATIONS : 'a tag has another one in it');
      }
      if (index - at > this.#tagBytes) throw new LimitError(`an XML tag has more than ${this.#tagBytes} bytes`);
    }
    this.#quote = quote;
    this.#searched = bytes.length - at;
    return -1;
  }

  #readUntil(bytes: Buffer, at: number, mode: keyof typeof ends): number {
    const mark = ends[mode];
    const end = bytes.indexOf(mark, at, 'latin1');
    if (mode === 'cdata') {
      const until = end < 0 ? completeEnd(bytes, Math.max(at, bytes.length - 2)) : end;
      if (until > at) this.#handler.text(bytes.toString('utf8', at, until));
      if (end < 0) return until > at ? until : -1;
    } else if (mode === 'instruction') {
      if (end < 0) {
        if (bytes.length - at > this.#tagBytes) throw new LimitError('a processing instruction is too long');
        return -1;
      }
      this.#instruction(bytes.toString('latin1', at, end));
    } else if (end < 0) {
      const until = Math.max(at, bytes.length - 2);
      return until > at ? until : -1;
    }
    this.#mode = 'text';
    return end + mark.length;
  }

  #instruction(text: string): void {
    if (!/^<\?xml\s/.test(text)) return;
    const encoding = /\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/.exec(text)?.[1];
    if (encoding !== undefined && !/^(?:utf-?8|us-ascii|ascii)$/i.test(encoding)) {
      throw new FormatError(`the XML document is in ${encoding}, not in UTF-8`, { reason: 'unsupported' });
    }
  }

  #textBetween(bytes: Buffer, at: number, end: number): void {
    const indentation = isIndentation(bytes, at, end) ? indentations[end - at] : undefined;
    if (indentation === undefined) this.#text(bytes.toString('utf8', at, end));
    else if (this.#open.length > 0) this.#handler.text(indentation);
  }

  #text(text: string): void {
    if (this.#open.length > 0)
      this.#handler.text(text.includes('&') ? this.#checked(() => resolveReferences(text)) : text);
    else if (text.trim() !== '') throw this.#damage('it has text outside its element');
  }

  /** Takes the tag that ends what is open, or one that came before. False where `#tag` must read it. */
  #knownTag(bytes: Buffer, at: number, end: number): boolean {
    if (bytes[at] === SLASH) {
      const opened = this.#open.at(-1);
      if (opened === undefined || !isText(bytes, at + 1, end, opened)) return false;
      this.#open.pop();
      this.#handler.close(this.#localName(opened));
      return true;
    }
    const tag = this.#plainTags[placeOf(bytes, at, end)];
    if (tag === undefined || !isText(bytes, at, end, tag.name)) return false;
    this.#begin(tag);
    return true;
  }

  #tag(text: string): void {
    if (text.startsWith('/')) {
      const name = text.slice(1).trimEnd();
      const opened = this.#open.pop();
      if (opened !== name) throw this.#damage(`${clip(opened ?? 'nothing')} is open where ${clip(name)} ends`);
      this.#handler.close(this.#localName(name));
      return;
    }
    if (text.startsWith('!DOCTYPE')) {
      if (text.includes('[')) throw this.#damage(DECLARATIONS);
      return;
    }
    const tag = this.#checked(() => parseTag(text));
    if (tag.name === text && PLAIN_NAME.test(text)) {
      const name = Buffer.from(text, 'latin1');
      this.#plainTags[placeOf(name, 0, name.length)] = tag;
    }
    this.#begin(tag);
  }

  #begin({ name, attributes, empty }: XmlTag): void {
    if (this.#open.length === 0) {
      if (this.#roots > 0) throw this.#damage('something follows its element');
      this.#roots++;
    }
    const local = this.#localName(name);
    this.#handler.open(local, attributes);
    if (empty) this.#handler.close(local);
    else if (this.#open.push(name) > this.#depth) throw new LimitError(`XML elements are ${this.#depth} deep`);
  }

  /** The name without its prefix. Documents have few names. */
  #localName(name: string): string {
    let local = this.#names.get(name);
    if (local === undefined) {
      local = name.slice(name.indexOf(':') + 1);
      if (this.#names.size < 1000) this.#names.set(name, local);
    }
    return local;
  }

  #checked<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw error instanceof FormatError ? this.#damage(error.message) : error;
    }
  }

  #damage(what: string, reason: 'damaged' | 'truncated' = 'damaged'): FormatError {
    return new FormatError(`the XML document cannot be read at byte ${this.#position} in ${this.path}: ${what}`, {
      reason,
    });
  }
}

function clip(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}

function placeOf(bytes: Buffer, at: number, end: number): number {
  return ((bytes[at] as number) * 7 + (bytes[end - 1] as number) * 31 + (end - at)) % PLAIN_TAGS;
}

/** Whether these bytes are a text, which is ASCII. */
function isText(bytes: Buffer, at: number, end: number, text: string): boolean {
  if (end - at !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[at + i] as number;
    if (byte >= 0x80 || byte !== text.charCodeAt(i)) return false;
  }
  return true;
}

function isIndentation(bytes: Buffer, at: number, end: number): boolean {
  if (bytes[at] !== LINE_FEED || end - at >= indentations.length) return false;
  for (let i = at + 1; i < end; i++) if (bytes[i] !== BLANK) return false;
  return true;
}

/** End of the text that can be handed on: not in the middle of a reference or a character. */
function safeEnd(bytes: Buffer, at: number): number {
  for (let index = bytes.length - 1; index >= at && index > bytes.length - REFERENCE; index--) {
    if (bytes[index] === SEMICOLON) break;
    if (bytes[index] === AMPERSAND) return index;
  }
  return completeEnd(bytes, bytes.length);
}

/** The same end or a little earlier, so that no character of UTF-8 is cut. */
function completeEnd(bytes: Buffer, end: number): number {
  for (let back = 1; back <= 3 && end - back >= 0; back++) {
    const byte = bytes[end - back] as number;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? end - back : end;
  }
  return end;
}
