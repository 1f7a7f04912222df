import { FormatError } from '../../errors.ts';

/** A term of Erlang or Elixir: strings and binaries are text, numbers are texts in `number`. */
export type Term = string | Atom | NumberTerm | readonly Term[] | Tuple;

export interface Atom {
  readonly atom: string;
}

export interface NumberTerm {
  readonly number: string;
}

/** A tuple; a map is the tuple of its pairs, which nobody reads. */
export interface Tuple {
  readonly tuple: readonly Term[];
}

const MAX_DEPTH = 100;
/** Terms of one file: an application lists its modules, some thousand. */
const MAX_TERMS = 500_000;

/** The kinds of a text of terms that are read: files of Erlang (`file:consult/1`), and what `mix` writes. */
type Syntax = 'erlang' | 'elixir';

/**
 * Reads the terms of a file of Erlang, each with a full stop behind it (reference manual, "Data Types"; `file:consult/1`):
 * atoms, numbers, strings, binaries of text, lists, tuples, maps. Anything else is a program.
 * @throws FormatError where it is no such text
 */
export function readErlangTerms(text: string): readonly Term[] {
  const reader = new Reader(text, 'erlang');
  const terms: Term[] = [];
  while (!reader.atEnd()) {
    terms.push(reader.term(0));
    if (!reader.take('.')) throw reader.error();
  }
  return terms;
}

/**
 * Reads one term of Elixir, as `inspect/2` writes it: `{:hex, :plug, "1.0.0", [:mix], [hex: :plug, optional: false]}`.
 * @throws FormatError where it is none, or something stands behind it
 */
export function readElixirTerm(text: string): Term {
  const reader = new Reader(text, 'elixir');
  const term = reader.term(0);
  if (!reader.atEnd()) throw reader.error();
  return term;
}

export function asTuple(term: Term | undefined): readonly Term[] | undefined {
  return typeof term === 'object' && 'tuple' in term ? term.tuple : undefined;
}

export function asTermList(term: Term | undefined): readonly Term[] {
  return Array.isArray(term) ? (term as readonly Term[]) : [];
}

/** The text of a string or binary that says something. */
export function asTermText(term: Term | undefined): string | undefined {
  return typeof term === 'string' && term.trim() !== '' ? term : undefined;
}

/** The name of an atom. */
export function asAtom(term: Term | undefined): string | undefined {
  return typeof term === 'object' && 'atom' in term ? term.atom : undefined;
}

/** The value of a pair in a list of pairs, whose key is an atom or a text. */
export function termOf(list: Term | undefined, key: string): Term | undefined {
  for (const one of asTermList(list)) {
    const pair = asTuple(one);
    if (pair?.length === 2 && (asAtom(pair[0]) ?? pair[0]) === key) return pair[1];
  }
  return undefined;
}

class Reader {
  readonly #text: string;
  readonly #syntax: Syntax;
  readonly #comment: string;
  #at = 0;
  #terms = 0;

  constructor(text: string, syntax: Syntax) {
    this.#text = text;
    this.#syntax = syntax;
    this.#comment = syntax === 'erlang' ? '%' : '#';
  }

  atEnd(): boolean {
    this.#blanks();
    return this.#at >= this.#text.length;
  }

  take(sign: string): boolean {
    this.#blanks();
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  error(): FormatError {
    if (this.atEnd()) return new FormatError('it ends within a term', { reason: 'truncated' });
    return new FormatError(`it is no list of terms: ${JSON.stringify(this.#text.slice(this.#at, this.#at + 40))}`);
  }

  term(depth: number): Term {
    if (++this.#terms > MAX_TERMS) throw new FormatError('it has more terms than anybody writes');
    if (depth > MAX_DEPTH) throw new FormatError('it has more terms in each other than anybody writes');
    if (this.take('{')) return { tuple: this.#items('}', depth) };
    if (this.take('[')) return this.#items(']', depth);
    if (this.take('#{') || this.take('%{')) return { tuple: this.#items('}', depth) };
    if (this.take('<<')) return this.#binary();
    if (this.take('"')) return this.#strings();
    if (this.#syntax === 'elixir' && this.take(':')) {
      return { atom: this.take('"') ? this.#quoted('"') : this.#word() };
    }
    if (this.#syntax === 'erlang' && this.take("'")) return { atom: this.#quoted("'") };
    const first = this.#text.charCodeAt(this.#at);
    if (first === 0x24) return this.#letter();
    if (isDigit(first) || first === 0x2d || first === 0x2b) return { number: this.#number() };
    return { atom: this.#word() };
  }

  #items(end: string, depth: number): readonly Term[] {
    const items: Term[] = [];
    while (!this.take(end)) {
      items.push(this.#item(depth + 1));
      // The rest of a list, which is nearly always an empty one.
      if (this.#syntax === 'erlang' && end === ']' && this.take('|')) this.term(depth + 1);
      if (!this.take(',')) {
        if (!this.take(end)) throw this.error();
        break;
      }
    }
    return items;
  }

  /** An item, or a pair of a map or of a list of keywords. */
  #item(depth: number): Term {
    if (this.#syntax === 'erlang') {
      const key = this.term(depth);
      return this.take('=>') ? { tuple: [key, this.term(depth)] } : key;
    }
    const keyword = this.#keyword();
    if (keyword !== undefined) return { tuple: [{ atom: keyword }, this.term(depth)] };
    const key = this.term(depth);
    if (typeof key === 'string' && this.#text[this.#at] === ':') {
      this.#at++;
      return { tuple: [key, this.term(depth)] };
    }
    return this.take('=>') ? { tuple: [key, this.term(depth)] } : key;
  }

  /** `hex:` with a blank behind it. */
  #keyword(): string | undefined {
    this.#blanks();
    KEYWORD.lastIndex = this.#at;
    const word = KEYWORD.exec(this.#text)?.[1];
    if (word !== undefined) this.#at += word.length + 1;
    return word;
  }

  #binary(): string {
    if (this.take('>>')) return '';
    let text = '';
    if (this.take('"')) {
      text = this.#strings();
      if (this.take('/')) this.#word();
    } else {
      // Bytes by their numbers: nobody writes names so.
      do this.#number();
      while (this.take(','));
    }
    if (!this.take('>>')) throw this.error();
    return text;
  }

  /** Strings that follow each other are one. */
  #strings(): string {
    let text = this.#quoted('"');
    while (this.#syntax === 'erlang' && this.take('"')) text += this.#quoted('"');
    return text;
  }

  #quoted(quote: string): string {
    const start = this.#at;
    for (let at = start; at < this.#text.length; at++) {
      const sign = this.#text[at];
      if (sign === '\\') at++;
      else if (sign === quote) {
        this.#at = at + 1;
        return unescaped(this.#text.slice(start, at));
      }
    }
    this.#at = this.#text.length;
    throw this.error();
  }

  #letter(): NumberTerm {
    const escaped = this.#text[this.#at + 1] === '\\';
    this.#at += escaped ? 3 : 2;
    return { number: '' };
  }

  #number(): string {
    this.#blanks();
    return this.#match(NUMBER);
  }

  #word(): string {
    return this.#match(WORD);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw this.error();
    this.#at += found.length;
    return found;
  }

  #blanks(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code <= 0x20) continue;
      if (this.#text[this.#at] !== this.#comment || (this.#syntax === 'elixir' && this.#text[this.#at + 1] === '{'))
        return;
      const end = this.#text.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#text.length : end;
    }
  }
}

const KEYWORD = /([a-z_]\w{0,250}[?!]?):(?=\s)/y;
const NUMBER = /[+-]?\d[\w#]{0,400}(?:\.\d[\w+-]{0,400})?/y;
/** A full stop is of a word only where a letter follows (`Elixir.Plug`): else a term ends with it. */
const WORD = /[\p{L}_](?:[\p{L}\p{N}_@]|\.(?=\p{L})){0,250}[?!]?/uy;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const letters: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  s: ' ',
  e: '\x1b',
  b: '\b',
  f: '\f',
  v: '\v',
};

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(x\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|[\s\S])/g, (_, what: string) => {
    if (what.length === 1) return letters[what] ?? what;
    const code = Number.parseInt(what.replace(/[x{}]/g, ''), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
