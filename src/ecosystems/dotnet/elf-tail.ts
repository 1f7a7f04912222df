import { isElf } from '../../formats/elf/elf.ts';

/** Bytes behind the tables of ELF that are no more than padding. */
const PADDING = 256;

/**
 * Tells by its first bytes whether something follows a program of ELF: linkers put the table of sections last, and what
 * .NET appends to a host comes behind it. False where the table was removed, or stands further to the front, as in
 * programs of Go: a host has it.
 * @param size of the whole file
 */
export function hasTail(head: Uint8Array, size: number): boolean {
  if (head.length < 64 || !isElf(head)) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const wide = head[4] === 2;
  const little = head[5] === 1;
  const start = wide ? Number(view.getBigUint64(40, little)) : view.getUint32(32, little);
  const width = view.getUint16(wide ? 58 : 46, little);
  const count = view.getUint16(wide ? 60 : 48, little);
  if (start <= head.length) return false;
  const end = start + width * count;
  return end + PADDING < size;
}
