import { randomBytes, randomInt } from 'node:crypto';
import type { Callable } from './callable.ts';
import { ExpressionError, numberOf, textOf, type Value } from './value.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';

function drawn(from: string, length: number): string {
  if (!(length >= 0 && length <= 100_000) || from === '') throw new ExpressionError('it draws too much');
  let text = '';
  for (let at = 0; at < length; at++) text += from[randomInt(from.length)]!;
  return text;
}

function text(from: string, usual: number | undefined): Callable {
  return {
    least: usual === undefined ? 1 : 0,
    most: 3,
    call: (length, without) => {
      // The second argument names characters to leave out, or those to draw from where only one is given and it is no number.
      const bad = without === undefined ? '' : textOf(without);
      const rest = [...from].filter((one) => !bad.includes(one)).join('');
      return drawn(rest, length === undefined ? usual! : numberOf(length));
    },
  };
}

function whole(from: Value | undefined, to: Value | undefined): number {
  const least = from === undefined ? 0 : Math.trunc(numberOf(from));
  const most = to === undefined ? 2 ** 31 : Math.trunc(numberOf(to));
  if (!(most > least && most - least < 2 ** 47)) throw new ExpressionError('nothing is to be drawn');
  return randomInt(least, most);
}

/** Functions that draw, as the documentation of nuclei's template language lists them. */
export const randomFunctions: Readonly<Record<string, Callable>> = {
  rand_base: {
    least: 1,
    most: 2,
    call: (length, from) => drawn(from === undefined ? LETTERS + DIGITS : textOf(from), numberOf(length!)),
  },
  rand_char: { least: 0, most: 1, call: (from) => drawn(from === undefined ? LETTERS + DIGITS : textOf(from), 1) },
  rand_int: { least: 0, most: 2, call: whole },
  rand_text_alpha: text(LETTERS, 8),
  rand_text_numeric: text(DIGITS, 8),
  rand_text_alphanumeric: text(LETTERS + DIGITS, 8),
  rand_ip: { least: 0, most: 1, call: () => [...randomBytes(4)].join('.') },
};
