import { FormatError, LimitError, SourceError } from '../errors.ts';
import { FileSource, readBytes } from '../formats/byte-source.ts';
import { decompress } from '../formats/compression/decompress.ts';
import { detectCompression, MAGIC_BYTES } from '../formats/compression/detect.ts';
import { isTar } from '../formats/tar/detect.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Problem } from '../model/problem.ts';
import type { OpenOptions } from './opened-image.ts';
import { Spool } from './spool.ts';
import { damageCodes } from './walk-through.ts';

/**
 * An archive as it can be read at any place. One that is compressed as a whole is inflated once, into an unlinked
 * temporary file, and what was wrong with the compression is its `damage`.
 * @param releases grows by what frees the temporary file
 * @throws SourceError where there is no archive
 */
export async function unpackedArchive(
  reference: string,
  source: ByteSource,
  options: OpenOptions,
  releases: (() => void)[],
): Promise<{ readonly source: ByteSource; readonly damage?: Problem }> {
  const compression = detectCompression(readBytes(source, 0, MAGIC_BYTES));
  if (compression === 'none') {
    if (isTar(source)) return { source };
    throw new SourceError(
      'source.not-an-image',
      `${reference} is no archive. Expected is a file of "docker save", an OCI layout, a layer, or a folder.`,
    );
  }
  const spool = new Spool(options.temporary, options.limits.spoolBytes);
  releases.push(() => spool.close());
  let damage: Problem | undefined;
  try {
    const { trailing } = await decompress(source, compression, (chunk) => spool.write(chunk), options);
    if (trailing > 0) {
      damage = { code: 'layer.trailing-bytes', message: 'the archive: bytes follow the compressed data' };
    }
  } catch (error) {
    if (!(error instanceof FormatError) && !(error instanceof LimitError)) throw error;
    if (spool.size === 0) {
      throw new SourceError('source.unreadable', `${reference}: ${error.message}`, { cause: error });
    }
    // What came before the damage is read. It may end behind a member, so that the walk over it notices nothing.
    damage = {
      code: error instanceof LimitError ? 'layer.limit' : damageCodes[error.reason],
      message: `the archive: ${error.message}`,
    };
  }
  const inner = new FileSource(spool.descriptor);
  if (isTar(inner)) return { source: inner, ...(damage !== undefined && { damage }) };
  throw new SourceError('source.not-an-image', `${reference} is compressed, but holds no archive`);
}
