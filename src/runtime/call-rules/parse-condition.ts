import {
  type Condition,
  type FieldUse,
  type ListOperator,
  listOperators,
  type Operand,
  type Transformer,
  transformers,
  type ValueOperator,
  valueOperators,
} from './condition.ts';
import { ConditionError } from './condition-error.ts';

/** Characters of a condition; the longest of Falco's own has 3,000. */
const LONGEST = 65_536;

/** Parentheses and negations around each other. */
const DEEPEST = 100;

const words = [...valueOperators, ...listOperators].filter((operator) => /^[a-z]/.test(operator));
const signs = ['<=', '>=', '!=', '==', '=', '<', '>'];

/**
 * Reads a condition in the language of Falco's rules (https://falco.org/docs/concepts/rules/conditions/). Macros, lists
 * and fields are not looked up.
 * @throws ConditionError with the place
 */
export function parseCondition(text: string): Condition {
  if (text.length > LONGEST) throw new ConditionError(`it is longer than ${LONGEST} characters`);
  const parser = new ConditionParser(text);
  const condition = parser.either(0);
  parser.end();
  return condition;
}

/** One descent through the text; each method reads what its name says and leaves the position behind it. */
class ConditionParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  either(depth: number): Condition {
    return this.#joined('or', () => this.#all(depth));
  }

  #all(depth: number): Condition {
    return this.#joined('and', () => this.#negated(depth));
  }

  #joined(kind: 'and' | 'or', next: () => Condition): Condition {
    const parts = [next()];
    while (this.#word(kind)) parts.push(next());
    return parts.length === 1 ? parts[0]! : { kind, parts };
  }

  #negated(depth: number): Condition {
    let negated = false;
    while (this.#word('not')) negated = !negated;
    const part = this.#single(depth);
    return negated ? { kind: 'not', part } : part;
  }

  #single(depth: number): Condition {
    if (depth > DEEPEST) throw this.#error('it is nested too deeply');
    if (this.#sign('(')) {
      const inner = this.either(depth + 1);
      if (!this.#sign(')')) throw this.#error('a closing parenthesis is missing');
      return inner;
    }
    const field = this.#field();
    if (field !== undefined) return this.#check(field);
    const name = this.#match(/[A-Za-z][A-Za-z0-9_]*/y);
    if (name === undefined) throw this.#error('a field, a macro or a parenthesis is expected');
    if (['and', 'or', 'in', 'exists', ...words].includes(name)) {
      throw this.#error(`a field or a macro is expected before ${name}`, name.length);
    }
    return { kind: 'macro', name };
  }

  #check(field: FieldUse): Condition {
    if (this.#word('exists')) return { kind: 'exists', field };
    const operator = this.#operator();
    if (operator === undefined) throw this.#error(`an operator is expected after ${field.name}`);
    const known = listOperators.find((one): one is ListOperator => one === operator);
    const operands = known === undefined ? [this.#operand()] : this.#list();
    return { kind: 'compare', field, operator, operands };
  }

  #operator(): ValueOperator | ListOperator | undefined {
    this.#blanks();
    const sign = signs.find((one) => this.#text.startsWith(one, this.#at));
    if (sign !== undefined) {
      this.#at += sign.length;
      return sign === '==' ? '=' : (sign as ValueOperator);
    }
    return words.find((word) => this.#word(word));
  }

  #list(): readonly Operand[] {
    if (!this.#sign('(')) return [this.#operand()];
    const operands: Operand[] = [];
    if (this.#sign(')')) return operands;
    do operands.push(this.#operand());
    while (this.#sign(','));
    if (!this.#sign(')')) throw this.#error('a comma or a closing parenthesis is expected in the list');
    return operands;
  }

  #operand(): Operand {
    this.#blanks();
    if (/(?:val|tolower|toupper|b64|basename|len)\(/y.test(this.#text.slice(this.#at, this.#at + 9))) {
      const field = this.#field();
      if (field !== undefined) return { kind: 'field', ...field };
    }
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return { kind: 'text', text: this.#quoted(quote), quoted: true };
    const text = this.#match(/[^ \b\t\n\r(),="']+/y);
    if (text === undefined) throw this.#error('a value is expected');
    return { kind: 'text', text, quoted: false };
  }

  #quoted(quote: string): string {
    const begin = this.#at++;
    let text = '';
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at++]!;
      if (character === quote) return text;
      text += character === '\\' ? this.#escaped(quote) : character;
    }
    this.#at = begin;
    throw this.#error('a quotation mark is not closed');
  }

  /** Falco reads a backslash before a blank as the backslash alone. */
  #escaped(quote: string): string {
    const character = this.#text[this.#at++] ?? '';
    const hex = character === 'x' ? /[0-9a-fA-F]{2}/y : undefined;
    if (hex !== undefined) {
      const digits = this.#here(hex);
      if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const known = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', ' ': '\\', '\\': '\\', '/': '/', [quote]: quote };
    const meant = known[character];
    if (meant === undefined) throw this.#error(`\\${character} is no escape`, 2);
    return meant;
  }

  /** `val(x)` on the right side is the field itself. */
  #field(): FieldUse | undefined {
    const begin = this.#at;
    const around: Transformer[] = [];
    let open = 0;
    for (;;) {
      const word = this.#match(/(?:val|tolower|toupper|b64|basename|len)\(/y);
      if (word === undefined) break;
      const transformer = transformers.find((one) => `${one}(` === word);
      if (transformer !== undefined) around.push(transformer);
      open++;
      if (open > 8) throw this.#error('too many transformers stand around each other');
    }
    const name = this.#match(/[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+/y);
    if (name === undefined) {
      if (open > 0) throw this.#error('a field is expected');
      this.#at = begin;
      return undefined;
    }
    const argument = this.#argument();
    for (; open > 0; open--) if (!this.#sign(')')) throw this.#error('a closing parenthesis is missing');
    return { name, ...(argument !== undefined && { argument }), transformers: around };
  }

  #argument(): string | undefined {
    if (this.#text[this.#at] !== '[') return undefined;
    this.#at++;
    const quote = this.#text[this.#at];
    const argument = quote === '"' || quote === "'" ? this.#quoted(quote) : this.#here(/[^ \b\t\n\r[\]"']+/y);
    if (argument === undefined || this.#text[this.#at] !== ']') throw this.#error('a closing bracket is missing');
    this.#at++;
    return argument;
  }

  end(): void {
    this.#blanks();
    if (this.#at < this.#text.length) throw this.#error('and, or, or the end is expected');
  }

  #blanks(): void {
    while (/[ \b\t\n\r]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #sign(sign: string): boolean {
    this.#blanks();
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  #word(word: string): boolean {
    this.#blanks();
    if (!this.#text.startsWith(word, this.#at)) return false;
    if (/[A-Za-z0-9_.]/.test(this.#text[this.#at + word.length] ?? '')) return false;
    this.#at += word.length;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    this.#blanks();
    return this.#here(pattern);
  }

  /** With a sticky pattern. */
  #here(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #error(message: string, back = 0): ConditionError {
    const at = Math.max(0, this.#at - back);
    const near = this.#text.slice(at, at + 20).trim();
    return new ConditionError(`${message} (${near === '' ? 'at the end' : `at ${JSON.stringify(near)}`})`, at);
  }
}
