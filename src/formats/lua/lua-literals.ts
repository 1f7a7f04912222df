import { FormatError } from '../../errors.ts';

/** What an expression of Lua is worth, as far as it can be told without running it. */
export type LuaValue = string | LuaTable | undefined;

export interface LuaTable {
  /** Values without a key, those that are not known left out. */
  readonly items: readonly (string | LuaTable)[];
  readonly fields: ReadonlyMap<string, LuaValue>;
}

interface Token {
  readonly kind: 'text' | 'word' | 'other';
  readonly text: string;
}

const MAX_TOKENS = 500_000;
const MAX_DEPTH = 50;
/** Characters of a text that is put together: nothing can grow by being added to itself. */
const MAX_TEXT = 10_000;
const opening: ReadonlySet<string> = new Set(['(', '{', '[', 'function', 'if', 'for', 'while', 'do', 'repeat']);
const closing: ReadonlySet<string> = new Set([')', '}', ']', 'end', 'until']);

export function isLuaTable(value: LuaValue): value is LuaTable {
  return typeof value === 'object';
}

/**
 * Reads what a file of Lua says outside of its functions: the names it gives values to, and what it returns, which is called
 * `return`. Texts, tables, names and `..` between them are understood (lua.org/manual/5.4, 3); all else is no value here, and
 * nothing is run.
 * @throws FormatError for a text or a comment without an end, and for what nobody writes
 */
export function readLuaLiterals(source: string): ReadonlyMap<string, LuaValue> {
  return new Reader(tokensOf(source)).read();
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #values: Map<string, LuaValue> = new Map();
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): ReadonlyMap<string, LuaValue> {
    while (this.#at < this.#tokens.length) this.#statement();
    return this.#values;
  }

  #statement(): void {
    const name = this.#peek();
    if (this.#isOther('return')) {
      this.#at++;
      this.#values.set('return', this.#expression(0));
    } else if (name?.kind === 'word' && !this.#isOther('local') && this.#isOther('=', 1)) {
      this.#at += 2;
      // What a name was worth before is gone, whatever it is worth now.
      this.#values.set(name.text, this.#expression(0));
    } else this.#skip();
  }

  /** Passes over one token, and over all that it opens. */
  #skip(): void {
    let depth = 0;
    do {
      const token = this.#peek();
      this.#at++;
      if (token === undefined) return;
      // `while ... do ... end` and `for ... do ... end` open once.
      if (token.kind !== 'text' && opening.has(token.text) && !(token.text === 'do' && depth > 0)) depth++;
      else if (token.kind !== 'text' && closing.has(token.text)) depth--;
    } while (depth > 0);
  }

  #expression(depth: number): LuaValue {
    if (depth > MAX_DEPTH) throw new FormatError(`its tables are nested more than ${MAX_DEPTH} deep`);
    let value = this.#operand(depth);
    while (this.#isOther('..')) {
      this.#at++;
      const next = this.#operand(depth);
      const joined: LuaValue = typeof value === 'string' && typeof next === 'string' ? value + next : undefined;
      value = joined !== undefined && joined.length > MAX_TEXT ? undefined : joined;
    }
    return value;
  }

  #operand(depth: number): LuaValue {
    const token = this.#peek();
    if (token === undefined) return undefined;
    if (token.kind === 'text') {
      this.#at++;
      return token.text;
    }
    if (token.text === '{') return this.#table(depth);
    // A closing bracket is of whoever opened it.
    if (closing.has(token.text) || token.text === ',' || token.text === ';') return undefined;
    const isName = token.kind === 'word' && !opening.has(token.text);
    this.#skip();
    if (!isName) return undefined;
    const isPlain = !['.', ':', '(', '[', '{'].some((text) => this.#isOther(text)) && this.#peek()?.kind !== 'text';
    const known = this.#values.get(token.text);
    return isPlain && typeof known === 'string' ? known : undefined;
  }

  #table(depth: number): LuaTable {
    const items: (string | LuaTable)[] = [];
    const fields = new Map<string, LuaValue>();
    this.#at++;
    while (this.#at < this.#tokens.length && !this.#isOther('}')) {
      const key = this.#key();
      const value = this.#expression(depth + 1);
      if (key !== undefined) fields.set(key, value);
      else if (value !== undefined) items.push(value);
      // Whatever else the value is made of.
      while (this.#at < this.#tokens.length && !['}', ',', ';'].some((end) => this.#isOther(end))) this.#skip();
      if (!this.#isOther('}')) this.#at++;
    }
    if (this.#at >= this.#tokens.length) throw new FormatError('a table of it has no end', { reason: 'truncated' });
    this.#at++;
    return { items, fields };
  }

  /** `name =` or `["name"] =`. */
  #key(): string | undefined {
    const token = this.#peek();
    if (token?.kind === 'word' && this.#isOther('=', 1)) {
      this.#at += 2;
      return token.text;
    }
    const inner = this.#peek(1);
    if (this.#isOther('[') && inner?.kind === 'text' && this.#isOther(']', 2) && this.#isOther('=', 3)) {
      this.#at += 4;
      return inner.text;
    }
    return undefined;
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #isOther(text: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token !== undefined && token.kind !== 'text' && token.text === text;
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = source.startsWith('#') ? endOfLine(source, 0) : 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  while (at < source.length) {
    const letter = source[at]!;
    if (/\s/.test(letter)) {
      at++;
      continue;
    }
    if (tokens.length >= MAX_TOKENS) throw new FormatError(`it has more than ${MAX_TOKENS} words`);
    const isComment = source.startsWith('--', at);
    const start = isComment ? at + 2 : at;
    const long = longBracket(source, start);
    if (long !== undefined) {
      at = long.end;
      if (!isComment) tokens.push({ kind: 'text', text: long.text });
    } else if (isComment) at = endOfLine(source, at);
    else if (letter === '"' || letter === "'") {
      const end = endOfText(source, at);
      tokens.push({ kind: 'text', text: unescaped(source.slice(at + 1, end)) });
      at = end + 1;
    } else {
      const word = match(/[A-Za-z_]\w{0,1000}/y);
      const text = word ?? match(/\d[\w.]{0,1000}|\.{2,3}|[=~<>]=|[\s\S]/y)!;
      tokens.push({ kind: word === undefined ? 'other' : 'word', text });
      at += text.length;
    }
  }
  return tokens;
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end < 0 ? source.length : end;
}

/** `[[ ... ]]`, with as many equals signs between the brackets at either end. */
function longBracket(source: string, at: number): { readonly text: string; readonly end: number } | undefined {
  if (source[at] !== '[') return undefined;
  let equals = 0;
  while (equals < 20 && source[at + 1 + equals] === '=') equals++;
  if (source[at + 1 + equals] !== '[') return undefined;
  const start = at + 2 + equals;
  const close = source.indexOf(`]${'='.repeat(equals)}]`, start);
  if (close < 0) throw new FormatError('a text of it has no end', { reason: 'truncated' });
  return { text: source.slice(start, close).replace(/^\r?\n/, ''), end: close + 2 + equals };
}

function endOfText(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === source[start]) return at;
    if (source[at] === '\n') break;
    if (source[at] === '\\') at++;
  }
  throw new FormatError('a text of it has no end', { reason: 'truncated' });
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(\d{1,3}|[\s\S])/g, (_, what: string) =>
    /^\d/.test(what) ? String.fromCharCode(Number(what) & 0xff) : (escapes[what] ?? what),
  );
}
