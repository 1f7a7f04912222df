import { FormatError } from '../errors.ts';

/** A value of TOML; a date stands as its text. */
export type TomlValue = string | number | boolean | TomlDate | TomlTable | readonly TomlValue[];

export interface TomlDate {
  readonly date: string;
}

export interface TomlTable {
  /** Line of its header, or of its first key. */
  readonly line: number;
  readonly entries: Map<string, TomlValue>;
}

/** A FormatError that knows its line. */
export class TomlError extends FormatError {
  /** From 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const LINES = 100_000;
const DEPTH = 20;
const KEYS = 20;
/** Values in one document. A table takes as much memory as some values; the largest lockfiles have some hundred thousand. */
const VALUES = 1_000_000;
const TABLE = 4;

/**
 * Reads the part of TOML 1.0 that configuration files are made of: tables, lists of tables, dotted and quoted keys, texts
 * (also of several lines), numbers, booleans, dates, lists and inline tables. What else there is, is refused by name: numbers
 * in other bases, `inf`, `nan`.
 * @throws TomlError with the line
 */
export function readToml(text: string): TomlTable {
  return new Reader(text.replace(/^\uFEFF/, '')).read();
}

export function isTomlTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && 'entries' in value && value.entries instanceof Map;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): TomlTable {
    const root: TomlTable = { line: 1, entries: new Map() };
    const stated = new Set<TomlTable>();
    let table = root;
    for (this.#blank(); this.#at < this.#text.length; this.#blank()) {
      if (this.#line > LINES) throw this.#error(`more than ${LINES} lines`);
      if (this.#take('[[')) {
        table = this.#listed(root, this.#keys());
        this.#expect(']]');
      } else if (this.#take('[')) {
        table = this.#table(root, this.#keys());
        if (stated.has(table)) throw this.#error('the table stands there twice');
        stated.add(table);
        this.#expect(']');
      } else this.#pair(table, 0);
      this.#endOfLine();
    }
    return root;
  }

  #pair(table: TomlTable, depth: number): void {
    const keys = this.#keys();
    this.#spaces();
    this.#expect('=');
    this.#spaces();
    const value = this.#value(depth);
    const last = keys.pop()!;
    const target = this.#table(table, keys);
    if (target.entries.has(last)) throw this.#error(`the key ${JSON.stringify(last)} stands there twice`);
    target.entries.set(last, value);
  }

  /** The table below others; one that is not there is made. Of a list of tables its last. */
  #table(root: TomlTable, keys: readonly string[]): TomlTable {
    let table = root;
    for (const key of keys) {
      const found = table.entries.get(key);
      const inner = Array.isArray(found) ? (found.at(-1) as TomlValue | undefined) : found;
      if (inner === undefined) {
        const made = this.#made();
        table.entries.set(key, made);
        table = made;
      } else if (isTomlTable(inner)) table = inner;
      else throw this.#error(`${JSON.stringify(key)} is no table`);
    }
    return table;
  }

  #listed(root: TomlTable, keys: string[]): TomlTable {
    const last = keys.pop()!;
    const parent = this.#table(root, keys);
    const list = parent.entries.get(last) ?? [];
    if (!Array.isArray(list)) throw this.#error(`${JSON.stringify(last)} is no list of tables`);
    const made = this.#made();
    if (list.length === 0) parent.entries.set(last, [made]);
    else list.push(made);
    return made;
  }

  #keys(): string[] {
    const keys: string[] = [];
    do {
      this.#spaces();
      const quote = this.#text[this.#at];
      if (quote === '"' || quote === "'") keys.push(this.#string());
      else {
        const [word] = this.#match(/[\w-]+/y);
        if (word === undefined) throw this.#error('a key is expected');
        keys.push(word);
      }
      this.#spaces();
      if (keys.length > KEYS) throw this.#error('more keys than anybody writes');
    } while (this.#take('.'));
    return keys;
  }

  #made(): TomlTable {
    this.#count(TABLE);
    return { line: this.#line, entries: new Map() };
  }

  #count(values: number): void {
    this.#values += values;
    if (this.#values > VALUES) throw this.#error('more values than anybody writes');
  }

  #value(depth: number): TomlValue {
    this.#count(1);
    if (depth > DEPTH) throw this.#error(`deeper than ${DEPTH} values in each other`);
    const first = this.#text[this.#at];
    if (first === '"' || first === "'") return this.#string();
    if (first === '[') return this.#list(depth);
    if (first === '{') return this.#inline(depth);
    const [date] = this.#match(/\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)?)?/y);
    if (date !== undefined) return { date };
    const [word] = this.#match(/[\w+.:-]+/y);
    if (word === 'true' || word === 'false') return word === 'true';
    if (word !== undefined && /^[+-]?\d[\d_]{0,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?$/.test(word)) {
      return Number(word.replaceAll('_', ''));
    }
    throw this.#error(`${JSON.stringify((word ?? this.#rest()).slice(0, 40))} is no value that is understood here`);
  }

  #list(depth: number): readonly TomlValue[] {
    this.#expect('[');
    const values: TomlValue[] = [];
    for (this.#blank(); !this.#take(']'); this.#blank()) {
      values.push(this.#value(depth + 1));
      this.#blank();
      if (!this.#take(',') && this.#text[this.#at] !== ']') throw this.#error('"," or "]" is expected');
    }
    return values;
  }

  #inline(depth: number): TomlTable {
    const table = this.#made();
    this.#expect('{');
    this.#spaces();
    if (this.#take('}')) return table;
    do {
      this.#pair(table, depth + 1);
      this.#spaces();
    } while (this.#take(','));
    this.#expect('}');
    return table;
  }

  #string(): string {
    const quote = this.#text[this.#at]!;
    const three = quote.repeat(3);
    if (this.#take(three)) return this.#longString(quote, three);
    this.#at++;
    const text = this.#text.slice(this.#at, this.#endOfString(quote));
    this.#at += text.length + 1;
    return quote === '"' ? this.#unescape(text) : text;
  }

  /** Where the text of one line ends. No regular expression: those run out of stack on a text of millions of characters. */
  #endOfString(quote: string): number {
    for (let at = this.#at; at < this.#text.length; at++) {
      const letter = this.#text[at];
      if (letter === quote) return at;
      if (letter === '\n') break;
      if (letter === '\\' && quote === '"' && this.#text[at + 1] !== '\n') at++;
    }
    throw this.#error('the text has no end');
  }

  #longString(quote: string, three: string): string {
    let end = this.#text.indexOf(three, this.#at);
    while (quote === '"' && end > 0 && this.#isEscaped(end)) end = this.#text.indexOf(three, end + 1);
    if (end < 0) throw this.#error('the text has no end');
    while (this.#text[end + 3] === quote) end++;
    const text = this.#text.slice(this.#at, end).replace(/^\r?\n/, '');
    this.#line += this.#text.slice(this.#at, end).split('\n').length - 1;
    this.#at = end + 3;
    return quote === '"' ? this.#unescape(text.replace(/\\[ \t]*\r?\n\s*/g, '')) : text;
  }

  #isEscaped(at: number): boolean {
    let slashes = 0;
    while (this.#text[at - 1 - slashes] === '\\') slashes++;
    return slashes % 2 === 1;
  }

  #unescape(text: string): string {
    const letters: Readonly<Record<string, string>> = {
      b: '\b',
      t: '\t',
      n: '\n',
      f: '\f',
      r: '\r',
      '"': '"',
      '\\': '\\',
    };
    return text.replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs, (_, what: string) => {
      if (what.length > 1) {
        const code = Number.parseInt(what.slice(1), 16);
        if (code <= 0x10ffff) return String.fromCodePoint(code);
      }
      const letter = letters[what];
      if (letter === undefined) throw this.#error(`\\${what} is no escape`);
      return letter;
    });
  }

  #endOfLine(): void {
    this.#spaces();
    this.#match(/#[^\n]*/y);
    if (this.#at < this.#text.length && !/[\r\n]/.test(this.#text[this.#at]!)) {
      throw this.#error(`the end of the line is expected, not ${JSON.stringify(this.#rest().slice(0, 40))}`);
    }
  }

  /** Spaces, line ends and comments. */
  #blank(): void {
    for (;;) {
      this.#spaces();
      if (this.#text[this.#at] === '#') this.#match(/#[^\n]*/y);
      else if (this.#text[this.#at] === '\n' || this.#text[this.#at] === '\r') {
        if (this.#text[this.#at] === '\n') this.#line++;
        this.#at++;
      } else return;
    }
  }

  #spaces(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++;
  }

  #rest(): string {
    return this.#text.slice(this.#at, this.#at + 200).split('\n', 1)[0]!;
  }

  #take(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #expect(word: string): void {
    this.#spaces();
    if (!this.#take(word)) throw this.#error(`${JSON.stringify(word)} is expected`);
  }

  #match(pattern: RegExp): readonly (string | undefined)[] {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null || found[0] === '') return [];
    this.#at += found[0].length;
    return found;
  }

  #error(message: string): TomlError {
    return new TomlError(this.#line, message);
  }
}
