import { damaged, truncated } from '../compression/damage.ts';
import { zlibModule } from '../compression/open-engine.ts';

/** Decompresses a block of at most `most` bytes. @throws FormatError */
export function unpackBlock(kind: 'deflate' | 'zlib' | 'zstd', bytes: Buffer, most: number): Buffer {
  const zlib = zlibModule();
  const options = { maxOutputLength: most };
  try {
    if (kind === 'zstd') return zlib.zstdDecompressSync(bytes, options);
    return kind === 'zlib' ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw damaged('a block that makes too much', error);
    if (code === 'Z_BUF_ERROR') throw truncated(error);
    if (code?.startsWith('Z_') === true || code?.startsWith('ZSTD_') === true) throw damaged('a block', error);
    throw error;
  }
}
