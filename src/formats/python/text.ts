import { FormatError } from '../../errors.ts';

/**
 * The text of a file, as pip decodes it: UTF-8, or what its byte order mark says.
 * @throws FormatError if it has NUL characters, as no text has
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes('\0')) throw new FormatError('it is no text');
  return text;
}
