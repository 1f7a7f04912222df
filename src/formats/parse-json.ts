import { FormatError } from '../errors.ts';

/**
 * The value of a JSON text (RFC 8259) that an image brought, of whatever type it is.
 * @throws FormatError where it is none; `truncated` where nothing is there
 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw new FormatError('it is empty', { reason: 'truncated' });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new FormatError('it is no JSON', { cause: error });
  }
}
