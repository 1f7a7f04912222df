/** A piece of source that is not blank and no comment. Offsets count UTF-16 units. */
export interface Token {
  /** `pattern`: `$a`, `#a`, `@a`, `!a`. */
  readonly kind: 'word' | 'pattern' | 'number' | 'string' | 'regex' | 'mark';
  readonly from: number;
  readonly to: number;
  readonly line: number;
  /** It, or a comment before it, does not end. */
  readonly isBroken: boolean;
}

const NEWLINE = 10;
const BACKSLASH = 92;
const SLASH = 47;
const QUOTE = 34;

/**
 * Reads the source of rules token by token; linear.
 *
 * Lexis: https://yara.readthedocs.io/en/stable/writingrules.html. A slash begins a regular expression where no operand may
 * end, and that ends at the first slash without a backslash, in a class, too.
 */
export class Tokens {
  readonly #text: string;
  #at = 0;
  #line = 1;
  /** An operand may end here: a slash divides. */
  #isOperand = false;
  #isBroken = false;

  readonly #end: number;

  /** @param from where to begin and `to`, where to end; lines are counted from there */
  constructor(text: string, from = 0, to: number = text.length) {
    this.#text = text;
    this.#at = from === 0 && text.charCodeAt(0) === 0xfeff ? 1 : from;
    this.#end = to;
  }

  next(): Token | undefined {
    this.#skipBlank();
    const text = this.#text;
    const { 0: from, 1: line } = [this.#at, this.#line];
    if (from >= this.#end) return undefined;
    let kind: Token['kind'] = 'mark';
    const code = text.charCodeAt(from);
    if (isWordCode(code)) {
      kind = code >= 48 && code <= 57 ? 'number' : 'word';
      this.#skipWord();
      this.#isOperand = !isOperator(text, from, this.#at);
    } else if (code === QUOTE || (code === SLASH && !this.#isOperand)) {
      kind = code === QUOTE ? 'string' : 'regex';
      this.#skipQuoted(code);
      if (kind === 'regex') this.#skipWord();
      this.#isOperand = true;
    } else {
      this.#at++;
      if (code === 36 || code === 35 || code === 64 || (code === 33 && isWordCode(text.charCodeAt(from + 1)))) {
        kind = 'pattern';
        this.#skipWord();
        this.#isOperand = true;
      } else this.#isOperand = code === 41 || code === 93; // `)`, `]`
    }
    const isBroken = this.#isBroken;
    this.#isBroken = false;
    return { kind, from, to: this.#at, line, isBroken };
  }

  /** The next one, without moving on. */
  peek(): Token | undefined {
    const { 0: at, 1: line, 2: isOperand } = [this.#at, this.#line, this.#isOperand];
    const token = this.next();
    this.#at = at;
    this.#line = line;
    this.#isOperand = isOperand;
    return token;
  }

  #skipBlank(): void {
    const text = this.#text;
    for (; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at);
      if (code === NEWLINE) this.#line++;
      else if (code === SLASH && text.charCodeAt(this.#at + 1) === SLASH) {
        const end = text.indexOf('\n', this.#at);
        this.#at = (end < 0 ? text.length : end) - 1;
      } else if (code === SLASH && text.charCodeAt(this.#at + 1) === 42) this.#skipComment();
      else if (code > 32 && code !== 0xa0) return;
    }
  }

  #skipComment(): void {
    const end = this.#text.indexOf('*/', this.#at + 2);
    if (end < 0) this.#isBroken = true;
    const stop = end < 0 ? this.#text.length : end + 2;
    for (; this.#at < stop; this.#at++) if (this.#text.charCodeAt(this.#at) === NEWLINE) this.#line++;
    this.#at--;
  }

  #skipWord(): void {
    while (isWordCode(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  /** To behind the mark that closes it, or to the end of the line. */
  #skipQuoted(mark: number): void {
    const text = this.#text;
    for (this.#at++; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at);
      if (code === mark) {
        this.#at++;
        return;
      }
      if (code === NEWLINE) break;
      if (code === BACKSLASH && text.charCodeAt(this.#at + 1) !== NEWLINE) this.#at++;
    }
    this.#isBroken = true;
    if (this.#at > text.length) this.#at = text.length;
  }
}

/** Letters, digits, underscore; NaN, behind the end, is none. */
function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
}

/** Words behind which an operand begins. */
const operators = new Set(['matches', 'and', 'or', 'not', 'in', 'at', 'contains', 'icontains', 'of', 'condition']);

function isOperator(text: string, from: number, to: number): boolean {
  return to - from <= 9 && operators.has(text.slice(from, to));
}
