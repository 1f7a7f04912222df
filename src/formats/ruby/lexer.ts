import { FormatError } from '../../errors.ts';

/** A piece of Ruby: as much of it as it takes to find literals, and to pass over everything else. */
export type RubyToken =
  /** Text in any quotes; `code` are the expressions that stand between its `parts`. */
  | { readonly kind: 'text'; readonly parts: readonly string[]; readonly code: readonly string[] }
  /** `%w[a b]` */
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** A name, also with `::` in it; keywords are names too. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'number'; readonly text: string }
  /** One sign; the end of a line stands as `\n`. Also `::`, `==` and their like stand sign by sign, but `==` and `=>`. */
  | { readonly kind: 'sign'; readonly sign: string };

const MAX_TOKENS = 500_000;
const MAX_DEPTH = 20;

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  s: ' ',
  r: '\r',
  '0': '\0',
  e: '\x1b',
  a: '\x07',
};

const NAME = /(?:::)?[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*(?:::[A-Za-z_][A-Za-z0-9_]*)*[?!]?/y;
const NUMBER = /\d[\d_]*(?:\.\d+)*/y;
const HEREDOC = /<<[~-]?(["'`]?)([A-Za-z_][A-Za-z0-9_]*)\1/y;

export interface RubyTokens {
  readonly tokens: readonly RubyToken[];
  /** Why there are no more: a text or a comment without an end, or more than 500,000 tokens. */
  readonly fault?: FormatError;
}

/**
 * Splits Ruby into tokens, as far as it can be read. It is never run, and what only running could tell (whether `/` divides
 * or begins a regular expression) is guessed as editors guess it.
 */
export function rubyTokens(text: string): RubyTokens {
  return new Lexer(text).read();
}

class Lexer {
  readonly #text: string;
  readonly #tokens: RubyToken[] = [];
  /** Ends of the heredocs that begin on the next line. */
  readonly #pending: { readonly word: string; readonly at: number; readonly raw: boolean }[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): RubyTokens {
    const tokens = this.#tokens;
    try {
      this.#run();
    } catch (fault) {
      if (fault instanceof FormatError) return { tokens, fault };
      throw fault;
    }
    return { tokens };
  }

  #run(): void {
    const text = this.#text;
    this.#blockComment();
    while (this.#at < text.length) {
      const sign = text[this.#at] as string;
      if (sign === '\n') this.#line();
      else if (sign === ' ' || sign === '\t' || sign === '\r' || sign === '\f') this.#at++;
      else if (sign === '\\' && /\r?\n/y.test(text.slice(this.#at + 1, this.#at + 3))) this.#at += 2;
      else if (sign === '#') this.#at = endOfLine(text, this.#at);
      else if (!this.#literal(sign)) this.#other(sign);
      if (this.#tokens.length > MAX_TOKENS) throw new FormatError(`it has more than ${MAX_TOKENS} words and signs`);
    }
    if (this.#pending.length > 0) throw new FormatError('a text of several lines has no end', { reason: 'truncated' });
  }

  /** What begins with a quote or its like. */
  #literal(sign: string): boolean {
    if (sign === '"' || sign === '`') this.#quoted(this.#at + 1, sign, sign, true);
    else if (sign === "'") this.#quoted(this.#at + 1, sign, sign, false);
    else if (sign === '%') return this.#percent();
    else if (sign === '<') return this.#heredoc();
    else if (sign === '/') return this.#expression();
    else if (sign === '?') return this.#character();
    else return false;
    return true;
  }

  #other(sign: string): void {
    if (sign === '$') {
      this.#at += 2; // `$'` and its like are variables, no quotes
      return;
    }
    const name = this.#match(NAME);
    if (name !== undefined) {
      if (name === '__END__' && this.#atLineStart(name.length)) this.#at = this.#text.length;
      else this.#tokens.push({ kind: 'name', name: name.replace(/^::/, '') });
      return;
    }
    const number = this.#match(NUMBER);
    if (number !== undefined) {
      this.#tokens.push({ kind: 'number', text: number });
      return;
    }
    const pair = this.#text.slice(this.#at, this.#at + 2);
    const whole = pair === '==' || pair === '=>' || pair === '=~' ? pair : sign;
    this.#at += whole.length;
    this.#tokens.push({ kind: 'sign', sign: whole });
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #atLineStart(length: number): boolean {
    const before = this.#text[this.#at - length - 1];
    return before === undefined || before === '\n';
  }

  #line(): void {
    this.#tokens.push({ kind: 'sign', sign: '\n' });
    this.#at++;
    for (const { word, at, raw } of this.#pending.splice(0)) this.#heredocBody(word, at, raw);
    this.#blockComment();
  }

  /** `=begin` at the beginning of a line, to `=end`. */
  #blockComment(): void {
    const text = this.#text;
    if (!text.startsWith('=begin', this.#at)) return;
    const end = text.indexOf('\n=end', this.#at);
    if (end < 0) throw new FormatError('a comment of several lines has no end', { reason: 'truncated' });
    this.#at = endOfLine(text, end + 1);
  }

  /** `%q<...>`, `%Q(...)`, `%w[...]`, `%r{...}` and `%(...)`; else it is a sign of division. */
  #percent(): boolean {
    const found = /^%([qQwWiIrx]?)([^A-Za-z0-9\s=])/.exec(this.#text.slice(this.#at, this.#at + 3));
    if (found === null || (found[1] === '' && this.#divides())) return false;
    const kind = found[1] as string;
    const open = found[2] as string;
    const from = this.#at + found[0].length;
    if (kind === 'w' || kind === 'W' || kind === 'i' || kind === 'I') {
      const { parts } = this.#body(from, open, closers[open] ?? open, false);
      this.#tokens.push({ kind: 'words', words: parts.join('').split(/\s+/).filter(Boolean) });
    } else this.#quoted(from, open, closers[open] ?? open, kind !== 'q');
    return true;
  }

  #quoted(from: number, open: string, close: string, rich: boolean): void {
    this.#tokens.push({ kind: 'text', ...this.#body(from, open, close, rich) });
  }

  /** Reads to the end of a text and stands behind it. Pairs of brackets nest in brackets. */
  #body(from: number, open: string, close: string, rich: boolean): { parts: string[]; code: string[] } {
    const text = this.#text;
    const parts: string[] = [];
    const code: string[] = [];
    let piece: string[] = [];
    let start = from;
    let depth = 0;
    for (let at = from; at < text.length; at++) {
      const sign = text[at] as string;
      if (sign === '\\') {
        piece.push(text.slice(start, at), escaped(text, at, close, rich));
        at += escapeLength(text, at, rich);
        start = at + 1;
      } else if (sign === close && depth === 0) {
        piece.push(text.slice(start, at));
        this.#at = at + 1;
        return { parts: [...parts, piece.join('')], code };
      } else if (sign === close) depth--;
      else if (sign === open) depth++;
      else if (rich && sign === '#' && text[at + 1] === '{') {
        const end = codeEnd(text, at + 2, 0);
        parts.push([...piece, text.slice(start, at)].join(''));
        piece = [];
        code.push(text.slice(at + 2, end).trim());
        at = end;
        start = end + 1;
      }
    }
    throw new FormatError('a text has no end', { reason: 'truncated' });
  }

  #heredoc(): boolean {
    HEREDOC.lastIndex = this.#at;
    const found = HEREDOC.exec(this.#text);
    if (found === null) return false;
    // `a <<B` may also append; a heredoc has an end of its own further down.
    const word = found[2] as string;
    if (found[0][2] !== '~' && found[0][2] !== '-' && found[1] === '' && this.#afterValue()) return false;
    this.#at += found[0].length;
    this.#pending.push({ word, at: this.#tokens.length, raw: found[1] === "'" });
    this.#tokens.push({ kind: 'text', parts: [''], code: [] });
    return true;
  }

  /** The lines up to the one that has the word alone. What is inserted into them is not looked at. */
  #heredocBody(word: string, at: number, raw: boolean): void {
    const text = this.#text;
    const start = this.#at;
    for (let line = start; line < text.length; ) {
      const end = endOfLine(text, line);
      if (text.slice(line, end).trim() === word) {
        const body = text.slice(start, line);
        const plain = raw || !body.includes('#{');
        this.#tokens[at] = { kind: 'text', parts: plain ? [body] : ['', ''], code: plain ? [] : [''] };
        this.#at = end;
        return;
      }
      line = end + 1;
    }
    throw new FormatError(`a text that ends at a line ${JSON.stringify(word.slice(0, 40))} has no end`, {
      reason: 'truncated',
    });
  }

  /** A regular expression, which is passed over; else it is a sign of division. */
  #expression(): boolean {
    if (this.#divides()) return false;
    this.#quoted(this.#at + 1, '/', '/', true);
    return true;
  }

  /** Whether a sign stands between two values: behind a name it does not where a blank is in front of it only. */
  #divides(): boolean {
    if (!this.#afterValue()) return false;
    if (this.#tokens.at(-1)?.kind !== 'name') return true;
    const next = this.#text[this.#at + 1];
    return this.#text[this.#at - 1] !== ' ' || next === ' ' || next === '=';
  }

  /** `?x` is the letter x where a value may begin. */
  #character(): boolean {
    const rest = this.#text.slice(this.#at + 1, this.#at + 3);
    if (this.#afterValue() || !/^\S(?![A-Za-z0-9_])/.test(rest)) return false;
    this.#tokens.push({ kind: 'text', parts: [rest[0] as string], code: [] });
    this.#at += 2;
    return true;
  }

  /** Whether what stands before is a value, so that an operator follows. */
  #afterValue(): boolean {
    const last = this.#tokens.at(-1);
    if (last === undefined) return false;
    if (last.kind === 'sign') return last.sign === ')' || last.sign === ']' || last.sign === '}';
    return (
      last.kind !== 'name' || !/^(?:if|unless|while|until|and|or|not|return|when|in|then|else|do)$/.test(last.name)
    );
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Position of the brace that ends `#{`. */
function codeEnd(text: string, from: number, depth: number): number {
  let open = 0;
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === '{') open++;
    else if (sign === '}') {
      if (open-- === 0) return at;
    } else if (sign === '"' || sign === "'") {
      for (at++; at < text.length && text[at] !== sign; at++) {
        if (text[at] === '\\') at++;
        else if (sign === '"' && text[at] === '#' && text[at + 1] === '{' && depth < MAX_DEPTH) {
          at = codeEnd(text, at + 2, depth + 1);
        }
      }
    }
  }
  throw new FormatError('an expression in a text has no end', { reason: 'truncated' });
}

const UNICODE = /u(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4}))/y;

/** How many characters an escape has behind its backslash. */
function escapeLength(text: string, at: number, rich: boolean): number {
  if (!rich) return 1;
  UNICODE.lastIndex = at + 1;
  return UNICODE.exec(text)?.[0].length ?? 1;
}

/** What an escape stands for. Without `rich`, a backslash is one itself but before another and before the end of the text. */
function escaped(text: string, at: number, close: string, rich: boolean): string {
  const next = text[at + 1] ?? '';
  if (!rich) return next === close || next === '\\' ? next : `\\${next}`;
  UNICODE.lastIndex = at + 1;
  const found = UNICODE.exec(text);
  if (found === null) return escapes[next] ?? (next === '\n' ? '' : next);
  const code = Number.parseInt(found[1] ?? (found[2] as string), 16);
  return code > 0x10ffff ? '' : String.fromCodePoint(code);
}
