import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { type Expression, parseExpression } from './expression.ts';

/** With every operator in brackets of its own. */
function told(expression: Expression): string {
  if (expression.kind === 'part') return String(expression.index);
  if (expression.kind === 'group') return told(expression.inner);
  return `(${told(expression.left)}${expression.kind === 'and' ? '&' : '|'}${told(expression.right)})`;
}

describe('parseExpression divides as ClamAV 1.4.6 does, by tables of truth', () => {
  it.each([
    ['0&1|2', '(0&(1|2))'],
    ['0|1&2&3', '(0|(1&(2&3)))'],
    ['(0|1&2)', '((0|1)&2)'],
    ['(0&1|2)', '((0&1)|2)'],
    ['(0|1&2&3)', '((0|(1&2))&3)'],
    ['(0&1|2&3)', '((0&(1|2))&3)'],
    ['(0|1&2|3&4)', '((0|(1&(2|3)))&4)'],
    ['(0&1|2&3|4)', '((0&(1|(2&3)))|4)'],
    ['((0&1|2)&3|4)', '((((0&1)|2)&3)|4)'],
    ['(0|1)&2|3', '((0|1)&(2|3))'],
    ['((0|1&2)|3)&4', '((((0|1)&2)|3)&4)'],
    ['0|(1&2|3)&4', '(0|(((1&2)|3)&4))'],
    ['(((0)))', '0'],
  ])('%s is %s', (text, tree) => {
    expect(told(parseExpression(text))).toBe(tree);
  });

  it.each(['', '&', '0&', '|0', '(0', '0)', '()', '0=', '0>a', '0!1', '0,1', '64', '(0&1)>', '0 & 1'])(
    '%j is none',
    (text) => {
      expect(() => parseExpression(text)).toThrow(FormatError);
    },
  );
});
