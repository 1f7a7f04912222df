import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type zlib from 'node:zlib';
import { FormatError, LimitError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Compression } from './detect.ts';
import { zstdFrameLength } from './zstd-frame.ts';

/** Loaded at the first compressed layer: uncompressed images are scanned without it, and it takes 4 ms. */
const zlibModule = (): typeof zlib => process.getBuiltinModule('node:zlib');

/** Bytes read and written at a time. Node's default of 16 KiB costs twice the CPU of large pieces. */
const INPUT = 512 * 1024;
const OUTPUT = 1024 * 1024;

/** Frames between two pauses, and frames of one layer: zstd:chunked has one a file. */
const PAUSE_EVERY = 256;
const MAX_FRAMES = 4_000_000;

/** A zstd frame is small up to this length, and to this length decompressed. */
const SMALL_INPUT = 128 * 1024;
const SMALL_OUTPUT = 4 * 1024 * 1024;

/** The first piece of a member or frame; each next one is twice as large. Some layers are made of many small frames. */
const FIRST_INPUT = 4 * 1024;

/** A zstd frame may ask for at most 128 MiB of window: what RFC 8878 and every runtime allow at the most. */
const ZSTD_WINDOW_LOG = 27;

export interface DecompressOptions {
  readonly limits: Pick<Limits, 'layerBytes' | 'ratio' | 'ratioFloorBytes'>;
  readonly signal?: AbortSignal;
  /** Sees every compressed byte once, in order: for a digest, or progress. */
  onInput?(chunk: Uint8Array): void;
}

/** What came after the compressed data. */
export interface DecompressResult {
  /** Bytes behind the last member or frame that are no compressed data: no runtime reads them. */
  readonly trailing: number;
}

/**
 * Decompresses `source` front to back and hands every piece to `onOutput`. Members and frames that follow each other
 * are one stream, as RFC 1952 section 2.2 and RFC 8878 section 3.1 say.
 * @throws FormatError for damaged or truncated data (what came before was handed on)
 * @throws LimitError when the output passes its budget
 */
export async function decompress(
  source: ByteSource,
  compression: Exclude<Compression, 'none'>,
  onOutput: (chunk: Buffer) => void,
  options: DecompressOptions,
): Promise<DecompressResult> {
  if (compression !== 'gzip' && compression !== 'zstd') {
    throw new FormatError(`${compression} compression is not supported`);
  }
  const input = new Input(source, options.onInput);
  const budget = new Budget(options.limits, input);
  const consume = (chunk: Buffer): void => {
    budget.count(chunk.length);
    onOutput(chunk);
  };
  let frames = 0;
  for (let start = 0; start < source.size; ) {
    // Small frames are decoded without a pause: signals and timers must get their turn.
    if (++frames % PAUSE_EVERY === 0) await setImmediate();
    if (frames > MAX_FRAMES) throw new LimitError(`it has more than ${MAX_FRAMES} frames`);
    options.signal?.throwIfAborted();
    const small = compression === 'zstd' ? smallFrame(input, start, consume) : 0;
    const used = small > 0 ? small : await decompressAll(input, start, compression, consume, options.signal);
    start += used;
    if (start >= source.size) break;
    // Node's zstd ends silently after a frame, and gunzip before anything that is no member: look what follows.
    const head = Buffer.alloc(8);
    const got = source.read(head, start);
    const skippable = skippableFrame(head.subarray(0, got));
    if (start + skippable > source.size) throw new FormatError('the compressed data ends in the middle');
    if (skippable > 0) start += skippable;
    else if (used === 0 || !isFrame(head, compression)) {
      input.drain();
      return { trailing: source.size - start };
    }
  }
  input.drain();
  return { trailing: 0 };
}

/**
 * Decompresses a frame that is small, at once: a layer may be made of any number of them (zstd:chunked has one a file),
 * and a decoder that works in the background costs more to start than they take.
 * @returns its length, or 0 where the frame is not small
 */
function smallFrame(input: Input, start: number, consume: (chunk: Buffer) => void): number {
  const length = zstdFrameLength(input.window(start));
  if (length === undefined) return 0;
  const { constants, zstdDecompressSync } = zlibModule();
  const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG };
  try {
    const output = zstdDecompressSync(input.window(start).subarray(0, length), {
      params,
      maxOutputLength: SMALL_OUTPUT,
    });
    input.pass(start + length);
    if (output.length > 0) consume(output);
  } catch (error) {
    if (error instanceof LimitError) throw error;
    return 0; // too large after all, or damaged: the other way says which
  }
  return length;
}

function isFrame(head: Buffer, compression: Compression): boolean {
  return compression === 'gzip' ? head.readUInt16BE(0) === 0x1f8b : head.readUInt32LE(0) === 0xfd2fb528;
}

/** Length of a zstd skippable frame at the start of `head`, or 0 (RFC 8878, section 3.1.2). */
function skippableFrame(head: Buffer): number {
  if (head.length < 8 || (head.readUInt32LE(0) & 0xfffffff0) >>> 0 !== 0x184d2a50) return 0;
  return 8 + head.readUInt32LE(4);
}

/**
 * Runs one decoder from `start` on and returns how many bytes of the input it took. A decoder that meets damage keeps
 * back what it made of the same piece of input before: then all is decoded again, in smaller and smaller pieces near
 * the damage, so that all that can be read is handed on.
 */
async function decompressAll(
  input: Input,
  start: number,
  compression: 'gzip' | 'zstd',
  consume: (chunk: Buffer) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  const decoder = { input, start, compression, signal };
  let handedOn = 0;
  let pieces: Pieces = { from: Number.POSITIVE_INFINITY, size: INPUT };
  for (;;) {
    let skip = handedOn;
    const rest = (chunk: Buffer): void => {
      const skipped = Math.min(skip, chunk.length);
      skip -= skipped;
      if (skipped === chunk.length) return;
      handedOn += chunk.length - skipped;
      consume(chunk.subarray(skipped));
    };
    const progress = { position: start };
    try {
      return await decompressStream(decoder, rest, pieces, progress);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const size = finer.get(pieces.size);
      if (size === undefined) {
        // gunzip takes what follows a whole member for a further one: it was no damage, but something else.
        if (handedOn > 0 && isNoHeader(error)) return progress.position - pieces.size - start;
        throw error;
      }
      pieces = { from: Math.max(start, progress.position - pieces.size), size };
    }
  }
}

/** Sizes of pieces in which the surroundings of a damage are read, from each to the next. */
const finer: ReadonlyMap<number, number> = new Map([
  [INPUT, 1024],
  [1024, 1],
]);

/** From which position on the input comes in pieces of which size. */
interface Pieces {
  readonly from: number;
  readonly size: number;
}

/** What zlib says where a gzip member should begin and does not. */
const noHeader: ReadonlySet<string> = new Set([
  'incorrect header check',
  'unknown compression method',
  'invalid window size',
]);

function isNoHeader(error: FormatError): boolean {
  return error.cause instanceof Error && noHeader.has(error.cause.message);
}

interface Decoder {
  readonly input: Input;
  readonly start: number;
  readonly compression: 'gzip' | 'zstd';
  readonly signal: AbortSignal | undefined;
}

/** Runs one decoder and returns how many bytes of the input it took; `progress` tells where it is. */
async function decompressStream(
  { input, start, compression, signal }: Decoder,
  consume: (chunk: Buffer) => void,
  pieces: Pieces,
  progress: { position: number },
): Promise<number> {
  const skippable = skippableFrame(input.peek(start, 8));
  if (skippable > input.size - start) throw new FormatError('the compressed data ends in the middle');
  if (skippable > 0) return skippable;
  const { constants, createGunzip, createZstdDecompress } = zlibModule();
  const stream =
    compression === 'gzip'
      ? createGunzip({ chunkSize: OUTPUT })
      : createZstdDecompress({
          chunkSize: OUTPUT,
          params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
        });
  let ended = false;
  let failure: unknown;
  stream.on('end', () => {
    ended = true;
  });
  stream.on('error', (error) => {
    failure ??= error;
  });
  stream.on('data', (chunk: Buffer) => {
    if (failure !== undefined) return;
    try {
      consume(chunk);
    } catch (error) {
      failure = error;
      stream.destroy();
    }
  });
  try {
    let piece = FIRST_INPUT;
    for (let position = start; !ended && failure === undefined; ) {
      signal?.throwIfAborted();
      const chunk = input.at(position, position < pieces.from ? Math.min(piece, pieces.from - position) : pieces.size);
      piece = Math.min(piece * 2, INPUT);
      if (chunk.length === 0) {
        stream.end();
        if (!ended && !stream.destroyed) await settled(stream);
        break;
      }
      position += chunk.length;
      progress.position = position;
      await new Promise<void>((resolve) => {
        // The callback comes when the piece was used up, or never when the stream ended or failed before.
        const finish = (): void => {
          stream.off('end', finish);
          stream.off('close', finish);
          resolve();
        };
        stream.once('end', finish);
        stream.once('close', finish);
        stream.write(chunk, finish);
      });
    }
    if (failure !== undefined) throw asFormatError(failure);
    return Math.min(stream.bytesWritten, input.size - start);
  } finally {
    stream.destroy();
  }
}

async function settled(stream: zlib.Gunzip | zlib.ZstdDecompress): Promise<void> {
  try {
    await once(stream, 'end');
  } catch {
    // the error listener has it
  }
}

function asFormatError(error: unknown): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string' || error instanceof LimitError) return error;
  if (code === 'Z_BUF_ERROR') return new FormatError('the compressed data ends in the middle', { cause: error });
  if (code.startsWith('Z_') || code.startsWith('ZSTD_') || code.startsWith('ERR_ZSTD')) {
    return new FormatError(`the compressed data is damaged (${(error as Error).message})`, { cause: error });
  }
  return error;
}

/** Reads the compressed bytes in large pieces and shows each of them once to whoever counts or digests them. */
class Input {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #onInput: ((chunk: Uint8Array) => void) | undefined;
  #seen = 0;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(source: ByteSource, onInput: ((chunk: Uint8Array) => void) | undefined) {
    this.#source = source;
    this.size = source.size;
    this.#onInput = onInput;
  }

  get seen(): number {
    return this.#seen;
  }

  peek(position: number, length: number): Buffer {
    const head = Buffer.alloc(length);
    return head.subarray(0, this.#source.read(head, position));
  }

  /** Bytes from a position on, `SMALL_INPUT` of them where there are as many. Does not count as seen. */
  window(position: number): Buffer {
    const end = Math.min(position + SMALL_INPUT, this.size);
    if (position < this.#windowStart || end > this.#windowStart + this.#window.length) {
      // Twice as much as asked, so that frames behind each other share a read.
      this.#window = this.peek(position, 2 * SMALL_INPUT);
      this.#windowStart = position;
    }
    return this.#window.subarray(position - this.#windowStart, end - this.#windowStart);
  }

  /** Counts everything up to a position as seen. */
  pass(position: number): void {
    while (this.#seen < position && this.at(this.#seen, Math.min(INPUT, position - this.#seen)).length > 0);
  }

  at(position: number, length: number): Buffer {
    // Frames that are passed over belong to the digest too.
    if (this.#seen < position) this.pass(position);
    // A new buffer each time: the decoder may still hold the last one.
    const target = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - position)));
    const chunk = target.subarray(0, this.#source.read(target, position));
    if (position + chunk.length > this.#seen) {
      this.#onInput?.(chunk.subarray(this.#seen - position));
      this.#seen = position + chunk.length;
    }
    return chunk;
  }

  /** Shows what no decoder asked for. */
  drain(): void {
    while (this.#seen < this.size && this.at(this.#seen, INPUT).length > 0);
  }
}

/** Ends a bomb: more bytes than a layer may have, or a ratio that no honest layer reaches. */
class Budget {
  readonly #limits: DecompressOptions['limits'];
  readonly #input: Input;
  #bytes = 0;

  constructor(limits: DecompressOptions['limits'], input: Input) {
    this.#limits = limits;
    this.#input = input;
  }

  count(bytes: number): void {
    this.#bytes += bytes;
    const { layerBytes, ratio, ratioFloorBytes } = this.#limits;
    if (this.#bytes > layerBytes) throw new LimitError(`it grows to more than ${layerBytes} bytes`);
    if (this.#bytes > ratioFloorBytes && this.#bytes > ratio * Math.max(this.#input.seen, 1)) {
      throw new LimitError(`it grows to more than ${ratio} times its size`);
    }
  }
}
