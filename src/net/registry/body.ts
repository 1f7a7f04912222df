import type { DialResponse } from '../dial.ts';
import { connectionError, RegistryError } from './failure.ts';

/**
 * Reads a small body whole.
 * @throws RegistryError `source.limit` when it has more bytes than `maximum`
 */
export async function readDocument(response: DialResponse, maximum: number, who: string): Promise<Buffer> {
  const tooLarge = (): RegistryError =>
    new RegistryError('source.limit', `${who} answered with more than the ${maximum} bytes that are read`);
  const length = Number(response.header('content-length'));
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    if (length > maximum) throw tooLarge();
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (bytes > maximum) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw connectionError(who, error);
  } finally {
    response.discard();
  }
  return Buffer.concat(chunks);
}
