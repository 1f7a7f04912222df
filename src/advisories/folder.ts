import { closeSync, createReadStream, openSync, readdirSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { FormatError, LimitError } from '../errors.ts';
import { detectCompression, MAGIC_BYTES } from '../formats/compression/detect.ts';
import { decompressedPieces } from '../formats/compression/pieces.ts';
import { TarParser } from '../formats/tar/push.ts';
import { defaultLimits } from '../limits.ts';
import type { FeedFile } from '../model/feed.ts';

/** Bytes that a file of the offline layout may become. */
const MAXIMUM = 8 * 1024 ** 3;

/** Bytes of one member of an archive: it is held in memory. */
const MEMBER = 1024 ** 3;

/** The feed data was compressed with windows of 128 MiB. */
const WINDOW_LOG = 27;

const COMPRESSED = /\.(?:zst|gz|bz2|xz)$/;

/**
 * Every file below a folder, decompressed; archives are expanded. In the order of their names, so that two readings
 * bring the same.
 * @throws FormatError for a damaged file
 */
export async function* folderFiles(folder: string): AsyncGenerator<FeedFile> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(folder, name);
    if (!statSync(file).isFile()) continue;
    const inner = name.split(path.sep).join('/').replace(COMPRESSED, '');
    if (inner.endsWith('.tar')) yield* tarFiles(inner, decompressed(file));
    else yield { path: inner, chunks: () => decompressed(file) };
  }
}

/** The bytes of a file; gzip and zstd are undone, by what the file begins with. */
async function* decompressed(file: string): AsyncGenerator<Buffer> {
  const { size } = statSync(file);
  let position = 0;
  let length = 0;
  // Frames and members may follow each other; a decoder ends with the first.
  while (position < size) {
    const compression = detectCompression(head(file, position));
    if (compression === 'none' && position > 0)
      throw new FormatError(`something follows the compressed data of ${file}`);
    const source = createReadStream(file, { start: position });
    if (compression === 'bzip2' || compression === 'xz') {
      yield* decompressedPieces(source);
      return;
    }
    if (compression === 'none') {
      yield* source as AsyncIterable<Buffer>;
      return;
    }
    const decoder =
      compression === 'gzip'
        ? createGunzip()
        : createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG } });
    source.on('error', (error) => decoder.destroy(error));
    source.pipe(decoder);
    try {
      for await (const chunk of decoder as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > MAXIMUM) throw new LimitError(`${file} has more than ${MAXIMUM} bytes`);
        yield chunk;
      }
    } catch (error) {
      if (/^(?:Z_|ZSTD_|ERR_ZSTD)/.test(String((error as NodeJS.ErrnoException).code))) {
        throw new FormatError(`${file} is damaged (${(error as Error).message})`, { cause: error });
      }
      throw error;
    } finally {
      source.destroy();
      decoder.destroy();
    }
    if (decoder.bytesWritten === 0) throw new FormatError(`${file} is damaged`);
    position += decoder.bytesWritten;
  }
}

function head(file: string, position: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(MAGIC_BYTES);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, MAGIC_BYTES, position));
  } finally {
    closeSync(descriptor);
  }
}

async function* tarFiles(archive: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<FeedFile> {
  const members: { path: string; content: Buffer }[] = [];
  const parser = new TarParser(
    {
      member: (header) => {
        if (header.type === 'file' && header.size > MEMBER)
          throw new LimitError(`${archive}: ${header.path} is too large`);
        return header.type === 'file' ? header.size : 0;
      },
      content: (header, content) => members.push({ path: header.path, content: Buffer.from(content) }),
      problem: (_code, message) => {
        throw new FormatError(`${archive} is damaged: ${message}`);
      },
    },
    { limits: { ...defaultLimits, layerBytes: MAXIMUM } },
  );
  const arrived = function* (): Generator<FeedFile> {
    for (const { path: name, content } of members.splice(0)) {
      yield {
        path: name,
        chunks: async function* () {
          yield content;
        },
      };
    }
  };
  for await (const chunk of chunks) {
    parser.push(chunk);
    yield* arrived();
  }
  parser.end();
  yield* arrived();
}
