import { type Token, tokensOf } from './tokens.ts';
import { ExpressionError, type Value } from './value.ts';

/** An expression as a tree. */
export type Expression =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'not' | 'minus' | 'complement'; readonly of: Expression }
  | { readonly kind: 'two'; readonly sign: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly if: Expression; readonly then: Expression; readonly else?: Expression };

/** How strongly a sign binds; those of one row from left to right. */
const strength: ReadonlyMap<string, number> = new Map(
  [['??'], ['||'], ['&&'], ['==', '!=', '<', '>', '<=', '>=', '=~', '!~', 'in'], ['|'], ['^'], ['&'], ['<<', '>>']]
    .concat([['+', '-'], ['*', '/', '%'], ['**']])
    .flatMap((row, index) => row.map((sign) => [sign, index + 1] as const)),
);

const DEPTH = 100;

/**
 * Reads an expression of the language that matchers of templates speak (`dsl`): C's operators, `=~` for regular expressions,
 * `in`, and calls.
 * @throws ExpressionError
 */
export function parseExpression(source: string): Expression {
  const tokens = tokensOf(source);
  const reader = new Reader(tokens);
  const expression = reader.choice(0);
  reader.end();
  return expression;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  end(): void {
    const token = this.#tokens[this.#at];
    if (token !== undefined) throw new ExpressionError(`unexpected ${token.value}`);
  }

  #takes(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.value !== sign) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw new ExpressionError(`${sign} is missing`);
  }

  choice(depth: number): Expression {
    if (depth > DEPTH) throw new ExpressionError('it is nested too deeply');
    const first = this.#two(1, depth);
    if (!this.#takes('?')) return first;
    const then = this.choice(depth + 1);
    if (!this.#takes(':')) return { kind: 'choice', if: first, then };
    return { kind: 'choice', if: first, then, else: this.choice(depth + 1) };
  }

  #two(least: number, depth: number): Expression {
    let left = this.#one(depth);
    for (;;) {
      const token = this.#tokens[this.#at];
      const sign = token?.kind === 'sign' || (token?.kind === 'name' && token.value === 'in') ? token.value : '';
      const binds = strength.get(sign) ?? 0;
      if (binds < least) return left;
      this.#at++;
      left = { kind: 'two', sign, left, right: this.#two(binds + 1, depth + 1) };
    }
  }

  #one(depth: number): Expression {
    if (depth > DEPTH) throw new ExpressionError('it is nested too deeply');
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new ExpressionError('it ends early');
    if (token.kind === 'number' || token.kind === 'text') return { kind: 'value', value: token.value };
    if (token.kind === 'name') return this.#named(token.value, depth);
    if (token.value === '!') return { kind: 'not', of: this.#one(depth + 1) };
    if (token.value === '-') return { kind: 'minus', of: this.#one(depth + 1) };
    if (token.value === '~') return { kind: 'complement', of: this.#one(depth + 1) };
    if (token.value !== '(') throw new ExpressionError(`unexpected ${token.value}`);
    const items = this.#items(depth);
    return items.length === 1 ? items[0]! : { kind: 'list', items };
  }

  #named(name: string, depth: number): Expression {
    if (this.#takes('(')) return { kind: 'call', name, arguments: this.#items(depth) };
    if (name === 'true' || name === 'false') return { kind: 'value', value: name === 'true' };
    return { kind: 'name', name };
  }

  /** Up to the closing parenthesis, the opening one being read. */
  #items(depth: number): Expression[] {
    const items: Expression[] = [];
    if (this.#takes(')')) return items;
    do items.push(this.choice(depth + 1));
    while (this.#takes(','));
    this.#expect(')');
    return items;
  }
}

/** Names of values and of functions that an expression needs. */
export function needsOf(
  expression: Expression,
  needs = { names: new Set<string>(), calls: new Set<string>() },
): {
  readonly names: ReadonlySet<string>;
  readonly calls: ReadonlySet<string>;
} {
  const parts: (Expression | undefined)[] = [];
  if (expression.kind === 'name') needs.names.add(expression.name);
  else if (expression.kind === 'call') {
    needs.calls.add(expression.name);
    parts.push(...expression.arguments);
  } else if (expression.kind === 'list') parts.push(...expression.items);
  else if (expression.kind === 'two') parts.push(expression.left, expression.right);
  else if (expression.kind === 'choice') parts.push(expression.if, expression.then, expression.else);
  else if (expression.kind !== 'value') parts.push(expression.of);
  for (const part of parts) if (part !== undefined) needsOf(part, needs);
  return needs;
}
