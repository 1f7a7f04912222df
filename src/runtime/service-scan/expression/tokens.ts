import { ExpressionError } from './value.ts';

export type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly value: string }
  | { readonly kind: 'sign'; readonly value: string };

/** Longest first. */
const signs = [
  ...['**', '&&', '||', '==', '!=', '<=', '>=', '=~', '!~', '??', '<<', '>>'],
  ...['+', '-', '*', '/', '%', '(', ')', ',', '<', '>', '!', '?', ':', '&', '|', '^', '~'],
];

/** Tokens of one expression: nobody writes more. */
const MOST = 5000;

/**
 * Cuts an expression into its tokens. Of backslashes in a text only those before n, r, t, a quote and a backslash mean
 * something; others stay, as they belong to a regular expression.
 * @throws ExpressionError
 */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    if (tokens.length >= MOST) throw new ExpressionError('it is too long');
    const character = source[at]!;
    if (/\s/.test(character)) {
      at++;
    } else if (character === "'" || character === '"') {
      const { value, end } = textAt(source, at);
      tokens.push({ kind: 'text', value });
      at = end;
    } else if (character === '[') {
      // A name with blanks or dashes.
      const end = source.indexOf(']', at);
      if (end < 0) throw new ExpressionError('] is missing');
      tokens.push({ kind: 'name', value: source.slice(at + 1, end) });
      at = end + 1;
    } else {
      const word = /^(?:0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?)/i.exec(source.slice(at, at + 40))?.[0];
      const name = word === undefined ? /^[A-Za-z_][\w.]*/.exec(source.slice(at, at + 200))?.[0] : undefined;
      const sign = signs.find((one) => source.startsWith(one, at));
      if (word !== undefined) tokens.push({ kind: 'number', value: Number(word) });
      else if (name !== undefined) tokens.push({ kind: 'name', value: name });
      else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign });
      else throw new ExpressionError(`unexpected ${JSON.stringify(character)}`);
      at += (word ?? name ?? sign)!.length;
    }
  }
  return tokens;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };

function textAt(source: string, start: number): { value: string; end: number } {
  const quote = source[start];
  let value = '';
  let at = start + 1;
  while (at < source.length) {
    const character = source[at]!;
    if (character === quote) return { value, end: at + 1 };
    if (character === '\\' && at + 1 < source.length) {
      value += escapes[source[at + 1]!] ?? source.slice(at, at + 2);
      at += 2;
    } else {
      value += character;
      at++;
    }
  }
  throw new ExpressionError('a text does not end');
}
