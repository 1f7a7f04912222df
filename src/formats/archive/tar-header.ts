import { FormatError } from '../../errors.ts';
import { BLOCK, MemberParser } from '../tar/member.ts';

/** Where the checksum stands in a header. */
const SUM = 148;

/** Whether the first block is the header of a member of a tar archive, whose checksum is right; a zero block is none. */
export function isTarHeader(head: Uint8Array): boolean {
  if (head.length < BLOCK || head[0] === 0) return false;
  let isStated = false;
  for (let at = SUM; at < SUM + 6; at++) {
    const byte = head[at] as number;
    if (byte !== 0x20 && byte !== 0 && (byte < 0x30 || byte > 0x37)) return false;
    isStated ||= byte > 0x30;
  }
  // Zeros alone, as programs and catalogues have them there, are never the sum of a header; an error for each costs more.
  if (!isStated) return false;
  try {
    const block = Buffer.from(head.buffer, head.byteOffset, BLOCK);
    return new MemberParser().block(block, 0, BLOCK).kind !== 'zero';
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
