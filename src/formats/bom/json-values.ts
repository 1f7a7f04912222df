import { FormatError } from '../../errors.ts';
import { isDeeperThan } from '../json-depth.ts';

/** Values in values: deeper than any bill of materials, and flat enough for whoever walks it. */
const DEEPEST = 500;

/**
 * Reads one value of a document of which the whole is too large to be read at once.
 * @throws FormatError where it is no JSON, or nested deeper than 500 levels: a byte of such a text is an object in memory
 */
export function jsonValue(bytes: Uint8Array): unknown {
  if (bytes.length > 2 * DEEPEST && isDeeperThan(bytes, DEEPEST)) {
    throw new FormatError(`its values are nested deeper than ${DEEPEST} levels`);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError('it is no valid JSON', { cause: error });
  }
}
