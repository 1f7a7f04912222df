import { FormatError } from '../../errors.ts';
import { isDecimal } from './outcome.ts';

/** A comparison of counts: `=x`, `>x`, `<x`; `distinct` is the `,y` behind it. */
export interface CountTest {
  readonly sign: '=' | '>' | '<';
  readonly value: number;
  readonly distinct: number;
}

/** Logic over the parts of a signature. */
export type Expression =
  | { readonly kind: 'part'; readonly index: number; readonly count: CountTest | undefined }
  | { readonly kind: 'group'; readonly inner: Expression; readonly count: CountTest | undefined }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression };

/** What is made of them: deeper ones are refused, as those of no honest signature are. */
const MAX_DEPTH = 64;
const MAX_LENGTH = 4096;
const MAX_PART = 63;

/**
 * Reads `0&(1|2)>3,2` as ClamAV does: no operator binds closer than another. Outside of brackets they associate to the right;
 * within, the last one divides first: `(0|1&2&3)` is `(0|(1&2))&3` (measured with ClamAV 1.4.6, by tables of truth).
 * @throws FormatError
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_LENGTH) throw new FormatError('the expression is too long');
  const parser = { text, at: 0 };
  const expression = readChain(parser, 0);
  if (parser.at < text.length) throw new FormatError('the expression has a sign out of place');
  return expression;
}

interface Parser {
  readonly text: string;
  at: number;
}

function readChain(parser: Parser, depth: number): Expression {
  const terms: Expression[] = [readTerm(parser, depth)];
  const operators: ('and' | 'or')[] = [];
  for (;;) {
    const sign = parser.text[parser.at];
    if (sign !== '&' && sign !== '|') break;
    parser.at++;
    operators.push(sign === '&' ? 'and' : 'or');
    terms.push(readTerm(parser, depth));
  }
  // Within brackets the last operator divides, and what stands before it associates to the right as outside of them.
  const last = depth > 0 ? terms.pop()! : undefined;
  const divider = last === undefined ? undefined : operators.pop();
  let right = terms.pop();
  if (right === undefined) return last!;
  for (let index = terms.length - 1; index >= 0; index--) {
    right = { kind: operators[index]!, left: terms[index]!, right };
  }
  return last === undefined ? right : { kind: divider!, left: right, right: last };
}

function readTerm(parser: Parser, depth: number): Expression {
  if (depth > MAX_DEPTH) throw new FormatError('the expression is nested too deep');
  if (parser.text[parser.at] === '(') {
    parser.at++;
    const inner = readChain(parser, depth + 1);
    if (parser.text[parser.at] !== ')') throw new FormatError('a bracket of the expression is not closed');
    parser.at++;
    return { kind: 'group', inner, count: readCount(parser) };
  }
  const index = readNumber(parser);
  if (index > MAX_PART) throw new FormatError('the expression has more than 64 parts');
  return { kind: 'part', index, count: readCount(parser) };
}

function readCount(parser: Parser): CountTest | undefined {
  const sign = parser.text[parser.at];
  if (sign !== '=' && sign !== '>' && sign !== '<') return undefined;
  parser.at++;
  const value = readNumber(parser);
  if (parser.text[parser.at] !== ',') return { sign, value, distinct: 0 };
  parser.at++;
  return { sign, value, distinct: readNumber(parser) };
}

function readNumber(parser: Parser): number {
  let end = parser.at;
  while (isDecimal(parser.text[end] ?? '')) end++;
  const digits = parser.text.slice(parser.at, end);
  if (!isDecimal(digits)) throw new FormatError('the expression lacks a number');
  parser.at = end;
  return Number(digits);
}

/** Calls for every part that an expression speaks of. */
export function eachPart(expression: Expression, visit: (index: number) => void): void {
  for (let rest: Expression | undefined = expression; rest !== undefined; ) {
    if (rest.kind === 'part') {
      visit(rest.index);
      rest = undefined;
    } else if (rest.kind === 'group') {
      rest = rest.inner;
    } else {
      eachPart(rest.left, visit);
      rest = rest.right;
    }
  }
}
