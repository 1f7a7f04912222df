import { FormatError } from '../../errors.ts';
import type { FileType } from '../../model/file.ts';
import type { ArchiveEntry } from '../archive/entry.ts';
import type { Inflow } from '../archive/inflow.ts';
import type { Steps } from '../compression/wait.ts';
import { decodeName } from '../tar/path.ts';

/** The name behind the last member. */
const TRAILER = 'TRAILER!!!';
/** Bytes of a name: PATH_MAX of Linux, with room for what other programs write. */
const MOST_NAME = 64 * 1024;

export interface CpioMember {
  readonly entry: ArchiveEntry;
  /** Bytes behind the body that fill up a word. */
  readonly padding: number;
}

/** Numbers of a header, whichever form it has. */
interface Numbers {
  readonly mode: number;
  readonly nameBytes: number;
  readonly size: number;
  /** Header and name, and body, are filled up to so many bytes. */
  readonly align: 1 | 2 | 4;
  readonly headerBytes: number;
}

/**
 * Reads the header and the name of the next member; its body comes next. Knows newc (070701, 070702), odc (070707) and the
 * old binary form of both byte orders (cpio(5) of libarchive; Linux, Documentation/driver-api/early-userspace/buffer-format.rst).
 * @returns undefined behind the last member
 * @throws FormatError where no header comes, or the bytes end
 */
export function* readCpioMember(flow: Inflow): Steps<CpioMember | undefined> {
  const { mode, nameBytes, size, align, headerBytes } = yield* readNumbers(flow);
  if (nameBytes < 1 || nameBytes > MOST_NAME) throw new FormatError('a name in it has an impossible length');
  const name = textOf(yield* flow.need(nameBytes));
  yield* flow.skip(fill(headerBytes + nameBytes, align));
  if (name === TRAILER && size === 0) return undefined;
  const type = typeOf(mode);
  return { entry: { name, type, size, mode: mode & 0o7777 }, padding: fill(size, align) };
}

/** Whether a header may begin here. */
export function isCpio(head: Uint8Array): boolean {
  const magic = Buffer.from(head.subarray(0, 6)).toString('latin1');
  return /^07070[127]/.test(magic) || magic.startsWith('\xc7\x71') || magic.startsWith('\x71\xc7');
}

function* readNumbers(flow: Inflow): Steps<Numbers> {
  const magic = (yield* flow.peek(6)).toString('latin1');
  if (magic === '070701' || magic === '070702') {
    const text = (yield* flow.need(110)).toString('latin1');
    const field = (number: number): number => numberIn(text.slice(6 + 8 * number, 14 + 8 * number), 16);
    return { mode: field(1), size: field(6), nameBytes: field(11), align: 4, headerBytes: 110 };
  }
  if (magic === '070707') {
    const text = (yield* flow.need(76)).toString('latin1');
    const octal = (start: number, end: number): number => numberIn(text.slice(start, end), 8);
    return { mode: octal(18, 24), nameBytes: octal(59, 65), size: octal(65, 76), align: 1, headerBytes: 76 };
  }
  if (magic === '07070X') throw new FormatError('it is a stripped cpio archive', { reason: 'unsupported' });
  const little = magic.startsWith('\xc7\x71');
  if (!little && !magic.startsWith('\x71\xc7')) throw new FormatError('a header is missing in it');
  const bytes = yield* flow.need(26);
  const short = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  // Of a long number the higher half comes first, in both byte orders.
  return { mode: short(6), nameBytes: short(20), size: short(22) * 65536 + short(24), align: 2, headerBytes: 26 };
}

function numberIn(text: string, base: 8 | 16): number {
  if (!(base === 8 ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/).test(text)) throw new FormatError('a number in it is none');
  return Number.parseInt(text, base);
}

function textOf(bytes: Buffer): string {
  const nul = bytes.indexOf(0);
  return decodeName(nul < 0 ? bytes : bytes.subarray(0, nul));
}

function fill(length: number, align: number): number {
  return (align - (length % align)) % align;
}

const types: Readonly<Record<number, FileType>> = {
  1: 'fifo',
  2: 'character',
  4: 'directory',
  6: 'block',
  8: 'file',
  10: 'symlink',
};

/** Programs that do not care write no type. */
function typeOf(mode: number): FileType {
  return types[(mode >> 12) & 0xf] ?? 'file';
}
