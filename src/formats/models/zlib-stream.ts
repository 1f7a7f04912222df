import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Inflater } from '../compression/inflater.ts';

/** What came out of a stream of zlib. */
export interface Inflated {
  readonly content: Buffer;
  /** Why it may be more, as the rest of a sentence that begins with the stream. */
  readonly cut?: string;
}

const MOST_MADE = 64 * 1024 * 1024;
/** Bytes of the stream that are read: blocks of deflate may be many and make nothing. */
const MOST_READ = MOST_MADE;
/** CMF and FLG (RFC 1950). */
const HEADER = 2;
/** `ZF`, and how much it makes as a number of Python in 19 bytes: joblib before 0.10 (numpy_pickle_utils, "_ZFILE_PREFIX"). */
const ZFILE = 'ZF';
const ZFILE_HEADER = 21;

/**
 * Where a stream of zlib begins that joblib reads a pickle from.
 * @param head the first bytes of a file, 24 of them if there are as many
 */
export function zlibStart(head: Buffer): number | undefined {
  if (isHeader(head, 0)) return 0;
  if (head.toString('latin1', 0, ZFILE.length) !== ZFILE) return undefined;
  // Python 2 wrote one more.
  return [ZFILE_HEADER, ZFILE_HEADER + 1].find((start) => isHeader(head, start));
}

function isHeader(head: Buffer, at: number): boolean {
  return head.length >= at + HEADER && head[at] === 0x78 && head.readUInt16BE(at) % 31 === 0;
}

/** Inflates a stream of zlib as far as it goes: Python does what it reads of a pickle before it comes to a damage. */
export function inflateZlib(source: ByteSource, start: number): Inflated {
  const pieces: Buffer[] = [];
  let size = 0;
  const take = (piece: Buffer): boolean => {
    pieces.push(Buffer.from(piece.subarray(0, MOST_MADE - size)));
    size += piece.length;
    return size <= MOST_MADE;
  };
  const cut = inflated(source, start + HEADER, take);
  return { content: Buffer.concat(pieces), ...(cut !== undefined && { cut }) };
}

/** @returns why it is not the whole */
function inflated(source: ByteSource, start: number, take: (piece: Buffer) => boolean): string | undefined {
  const inflater = new Inflater();
  try {
    const steps = inflater.inflate(source, start, MOST_READ, take);
    let step = steps.next();
    while (!step.done) {
      // Without the handle of Node's decoder, which works while it is called, there is nobody here to wait.
      if (step.value !== 'pause') return 'is not inflated by this build of Node';
      step = steps.next();
    }
    if (step.value.complete) return undefined;
    return `is read up to ${MOST_MADE / 1024 / 1024} MiB, and breaks off or goes on`;
  } catch (error) {
    if (error instanceof FormatError) return 'is damaged';
    throw error;
  } finally {
    inflater.close();
  }
}
