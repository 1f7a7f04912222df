import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { BLOCK, MemberParser } from './member.ts';

/** True where the bytes start with a header whose checksum is right, or with the end of an empty archive. */
export function isTar(source: ByteSource): boolean {
  const block = readBytes(source, 0, BLOCK);
  if (block.length < BLOCK) return false;
  try {
    const step = new MemberParser().block(block, 0, BLOCK);
    return step.kind !== 'zero' || source.size % BLOCK === 0;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
