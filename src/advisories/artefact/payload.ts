import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { noProgress, type Progress } from '../../context.ts';
import { AdvisoriesError } from '../../errors.ts';
import { type Manifest, refused } from './manifest.ts';

/** Measured on all feeds (docs/decisions/0010-database-artefact.md): the next ones take twice the time for 4 percent. */
const LEVEL = 9;

/** 128 MiB: what every decoder reads with `--long=27`, and no more memory than that. */
const WINDOW_LOG = 27;

const MiB = 1024 * 1024;

/** What a payload may become of so many bytes: databases shrink to a sixth, and deltas to a third. */
const RATIO = 100;
const SMALL = 64 * MiB;

export interface PayloadOptions {
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Compresses a file. Equal files give equal bytes. */
export async function compressPayload(source: string, target: string, options: PayloadOptions): Promise<void> {
  const { progress = noProgress, signal } = options;
  const { size } = await stat(source);
  const params = {
    [constants.ZSTD_c_compressionLevel]: LEVEL,
    [constants.ZSTD_c_windowLog]: WINDOW_LOG,
    [constants.ZSTD_c_checksumFlag]: 0,
  };
  let read = 0;
  const bytes = createReadStream(source, { highWaterMark: MiB });
  bytes.on('data', (chunk) => {
    read += chunk.length;
    progress.report('compressing the advisory database', read, size, 'bytes');
  });
  const zstd = createZstdCompress({ params, pledgedSrcSize: size });
  await pipeline(bytes, zstd, createWriteStream(target), signal === undefined ? {} : { signal });
}

/**
 * Decompresses the payload of an artefact into a file. Its digest is checked before a decoder sees it, and it becomes no
 * larger than its manifest says.
 * @param payloadAt where it begins in the artefact
 * @param maximumBytes that it may become, whatever the manifest says
 * @throws AdvisoriesError `advisories.refused`
 */
export async function unpackPayload(
  artefact: string,
  payloadAt: number,
  { payload }: Manifest,
  target: string,
  options: PayloadOptions & { readonly maximumBytes: number },
): Promise<void> {
  const { size, uncompressed } = payload;
  const { maximumBytes, progress = noProgress, signal } = options;
  if (uncompressed > maximumBytes) {
    throw refused(`its payload would have ${uncompressed} bytes, and ${maximumBytes} are allowed`);
  }
  if (uncompressed > SMALL && uncompressed > size * RATIO) {
    throw refused(`${size} bytes of payload are to become ${uncompressed}, which no database does`);
  }
  if ((await stat(artefact)).size !== payloadAt + size) throw refused('it has more or fewer bytes than it says');
  if (size === 0) throw refused('it has no payload');
  const open = () => createReadStream(artefact, { start: payloadAt, end: payloadAt + size - 1, highWaterMark: MiB });
  const stop = signal === undefined ? {} : { signal };
  progress.report('checking the advisory database');
  const hash = createHash('sha256');
  await pipeline(open(), hash, stop);
  if (hash.digest('hex') !== payload.digest) throw refused('its payload is not the one of its manifest');
  let written = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      written += chunk.length;
      progress.report('unpacking the advisory database', written, uncompressed, 'bytes');
      if (written > uncompressed) done(refused('its payload is larger than it says'));
      else done(null, chunk);
    },
  });
  const zstd = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG } });
  try {
    await pipeline(open(), zstd, bounded, createWriteStream(target, { flush: true }), stop);
  } catch (error) {
    signal?.throwIfAborted();
    const code = String((error as NodeJS.ErrnoException).code);
    if (error instanceof AdvisoriesError || !/^(?:ERR_)?(?:ZSTD|Z_)/.test(code)) throw error;
    throw refused(`its payload is damaged (${(error as Error).message})`, error);
  }
  if (written !== uncompressed) throw refused('its payload is smaller than it says');
}
