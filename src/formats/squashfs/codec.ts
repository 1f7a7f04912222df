import { FormatError } from '../../errors.ts';
import { damaged, truncated, unsupported } from '../compression/damage.ts';
import type { Decoder } from '../compression/decoder.ts';
import { Input } from '../compression/input.ts';
import { lz4Block } from '../compression/lz4-block.ts';
import { lzmaAlone } from '../compression/lzma-alone.ts';
import { zlibModule } from '../compression/open-engine.ts';
import { xz } from '../compression/xz/xz.ts';

/**
 * Takes bytes that were made, or read; throws a LimitError where they are too many.
 * @param what of a `hole` nothing is stored, so that it says nothing of how far data grows: a file with too large ones ends
 *   with a FormatError
 */
export type CountBytes = (bytes: number, what?: 'hole') => void;

/**
 * Decompresses one block.
 * @param most bytes that it may make
 * @throws FormatError where it is damaged or makes more
 */
export type BlockCodec = (bytes: Buffer, most: number) => Buffer;

/** Compressors by their number in the superblock (Linux, fs/squashfs/squashfs_fs.h). */
export function blockCodec(compressor: number): BlockCodec {
  switch (compressor) {
    case 1:
      return native((bytes, maxOutputLength) => zlibModule().inflateSync(bytes, { maxOutputLength }));
    case 2:
      return stepped(lzmaAlone);
    case 4:
      return stepped(xz);
    case 5:
      return lz4Block;
    case 6:
      return native((bytes, maxOutputLength) => zlibModule().zstdDecompressSync(bytes, { maxOutputLength }));
    default:
      throw unsupported(compressor === 3 ? 'a SquashFS compressed with LZO' : `compressor ${compressor} of SquashFS`);
  }
}

/**
 * Decompresses a block and counts what it makes: blocks of small files have far less than a block may. One that cannot be
 * read counts as a full one, since nothing tells how much was made before the end.
 */
export function decodeBlock(codec: BlockCodec, stored: Buffer, most: number, count: CountBytes): Buffer {
  let made = most;
  try {
    const bytes = codec(stored, most);
    made = Math.max(bytes.length, stored.length);
    return bytes;
  } finally {
    count(made);
  }
}

function native(decompress: BlockCodec): BlockCodec {
  return (bytes, most) => {
    try {
      return decompress(bytes, most);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ERR_BUFFER_TOO_LARGE') throw damaged('a block that makes too much', error);
      if (code === 'Z_BUF_ERROR') throw truncated(error);
      if (code?.startsWith('Z_') === true || code?.startsWith('ZSTD_') === true) throw damaged('a block', error);
      throw error;
    }
  };
}

/** Decoders that ask for input get all of a block at once. */
function stepped(decoder: Decoder): BlockCodec {
  return (bytes, most) => {
    const input = new Input();
    input.buffer = bytes;
    input.end = bytes.length;
    input.ended = true;
    const pieces: Buffer[] = [];
    let made = 0;
    const consume = (chunk: Buffer): void => {
      made += chunk.length;
      if (made > most) throw damaged('a block that makes too much');
      pieces.push(Buffer.from(chunk));
    };
    const steps = decoder({ input, consume, engine: 'handle' });
    try {
      for (let step = steps.next(); step.done !== true; step = steps.next()) {
        if (step.value !== 'pause') throw new FormatError('a block needs more than there is', { reason: 'truncated' });
      }
    } finally {
      steps.return();
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  };
}
