/** What an expression of a template can be. Text holds one byte a character, as answers do. */
export type Value = string | number | boolean | readonly Value[];

/** An expression that is no expression, or that cannot be reckoned with the values that there are. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/** Characters that a text made by an expression may have. */
export const MOST_TEXT: number = 8 * 1024 * 1024;

/** Text as templates write numbers: whole ones without a point. */
export function textOf(value: Value): string {
  return Array.isArray(value) ? value.map(textOf).join(',') : String(value);
}

/** @throws ExpressionError for what is no number */
export function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw new ExpressionError('a number is expected');
  return number;
}

/** Bytes of a text that holds one byte a character. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** A text of Unicode as one byte a character, in UTF-8: what is compared with answers. */
export function byteText(text: string): string {
  return /^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}
