import { callFunction } from './functions.ts';
import { goPattern } from './go-pattern.ts';
import type { Expression } from './parse.ts';
import { ExpressionError, MOST_TEXT, numberOf, textOf, type Value } from './value.ts';

/** Where names get their values. */
export type Names = (name: string) => Value | undefined;

/**
 * Reckons an expression.
 * @throws ExpressionError for an unknown name or function, and for values that do not fit
 */
export function evaluate(expression: Expression, names: Names): Value {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'name': {
      const value = names(expression.name);
      if (value === undefined) throw new ExpressionError(`${expression.name} is not known`);
      return value;
    }
    case 'call':
      return callFunction(
        expression.name,
        expression.arguments.map((one) => evaluate(one, names)),
      );
    case 'list':
      return expression.items.map((one) => evaluate(one, names));
    case 'not':
      return !isTrue(evaluate(expression.of, names));
    case 'minus':
      return -numberOf(evaluate(expression.of, names));
    case 'complement':
      return ~numberOf(evaluate(expression.of, names));
    case 'choice':
      if (isTrue(evaluate(expression.if, names))) return evaluate(expression.then, names);
      return expression.else === undefined ? false : evaluate(expression.else, names);
    case 'two':
      return two(expression, names);
  }
}

/** Only what is true or false counts as that. */
export function isTrue(value: Value): boolean {
  if (typeof value !== 'boolean') throw new ExpressionError('true or false is expected');
  return value;
}

function two({ sign, left, right }: Extract<Expression, { kind: 'two' }>, names: Names): Value {
  if (sign === '&&') return isTrue(evaluate(left, names)) && isTrue(evaluate(right, names));
  if (sign === '||') return isTrue(evaluate(left, names)) || isTrue(evaluate(right, names));
  if (sign === '??') {
    try {
      return evaluate(left, names);
    } catch {
      return evaluate(right, names);
    }
  }
  const a = evaluate(left, names);
  const b = evaluate(right, names);
  if (sign === '==') return isSame(a, b);
  if (sign === '!=') return !isSame(a, b);
  if (sign === 'in') return Array.isArray(b) && b.some((one) => isSame(a, one));
  if (sign === '=~') return goPattern(textOf(b)).test(textOf(a));
  if (sign === '!~') return !goPattern(textOf(b)).test(textOf(a));
  if (sign === '+' && (typeof a === 'string' || typeof b === 'string')) {
    const sum = textOf(a) + textOf(b);
    if (sum.length > MOST_TEXT) throw new ExpressionError('a text grows too long');
    return sum;
  }
  if (typeof a === 'string' && typeof b === 'string' && /^[<>]=?$/.test(sign)) {
    return sign === '<' ? a < b : sign === '>' ? a > b : sign === '<=' ? a <= b : a >= b;
  }
  return ofNumbers(sign, numberOf(a), numberOf(b));
}

function isSame(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'string') return String(a) === b.trim();
  if (typeof a === 'string' && typeof b === 'number') return a.trim() === String(b);
  return textOf(a) === textOf(b) && Array.isArray(a) === Array.isArray(b);
}

function ofNumbers(sign: string, a: number, b: number): Value {
  switch (sign) {
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '**':
      return a ** b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    default:
      throw new ExpressionError(`${sign} is not known`);
  }
}
