import { Duplex } from 'node:stream';
import { EngineError } from './engine-error.ts';

/** Where a piece of output was written to. With a terminal there is one channel, called stdout here. */
export type OutputChannel = 'stdout' | 'stderr';

export interface OutputPiece {
  readonly channel: OutputChannel;
  readonly bytes: Buffer;
}

const HEADER = 8;

/**
 * Takes the output of a container apart (Docker Engine API, "Stream format"): 8 bytes before each frame tell the channel
 * and its length, big-endian. A frame is handed on as it comes and never gathered, so its length costs nothing.
 */
export class FrameReader {
  readonly #header = Buffer.alloc(HEADER);
  #filled = 0;
  #left = 0;
  #channel: OutputChannel = 'stdout';

  /** @throws EngineError `broken` for what is no frame; its message follows on the name of the engine */
  *read(chunk: Buffer): Generator<OutputPiece, void, void> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const bytes = chunk.subarray(at, at + this.#left);
        at += bytes.length;
        this.#left -= bytes.length;
        yield { channel: this.#channel, bytes };
        continue;
      }
      const taken = chunk.copy(this.#header, this.#filled, at, at + HEADER - this.#filled);
      at += taken;
      this.#filled += taken;
      if (this.#filled < HEADER) return;
      this.#filled = 0;
      this.#begin();
    }
  }

  #begin(): void {
    const [channel, ...zeros] = this.#header.subarray(0, 4);
    if (channel === undefined || channel > 2 || zeros.some((byte) => byte !== 0)) {
      throw new EngineError('broken', 'sent output that is not in frames');
    }
    this.#channel = channel === 2 ? 'stderr' : 'stdout';
    this.#left = this.#header.readUInt32BE(4);
  }

  /** @throws EngineError `broken` when the end came inside of a frame */
  end(): void {
    if (this.#left > 0 || this.#filled > 0) {
      throw new EngineError('broken', 'ended the connection in the middle of the output');
    }
  }
}

/** The output of a container or of a program in it. @param tty it has a terminal: its bytes come as they are */
export async function* demultiplex(
  chunks: AsyncIterable<Buffer>,
  tty: boolean,
  name: string,
): AsyncGenerator<OutputPiece, void, void> {
  if (tty) {
    for await (const bytes of chunks) yield { channel: 'stdout', bytes };
    return;
  }
  const frames = new FrameReader();
  try {
    for await (const chunk of chunks) yield* frames.read(chunk);
    frames.end();
  } catch (error) {
    throw named(error, name);
  }
}

function named(error: unknown, name: string): unknown {
  if (!(error instanceof EngineError) || error.failure !== 'broken' || error.message.startsWith(name)) return error;
  return new EngineError('broken', `${name} ${error.message}`, { cause: error });
}

/** Bytes of stderr that a {@link ProgramStream} keeps. */
const STDERR_BYTES = 4096;

/**
 * Standard input and output of a program in a container as one stream; the end of what it wrote to stderr is kept.
 * Ending it closes the standard input alone, destroying it gives the connection up.
 */
export class ProgramStream extends Duplex {
  readonly #connection: Duplex;
  readonly #frames = new FrameReader();
  readonly #name: string;
  #stderr: Buffer = Buffer.alloc(0);

  constructor(connection: Duplex, name: string) {
    super();
    this.#connection = connection;
    this.#name = name;
    connection.on('data', (chunk: Buffer) => this.#take(chunk));
    connection.on('error', (error) => this.destroy(error));
    connection.on('end', () => this.#ended());
    connection.on('close', () => this.#ended());
  }

  /** The end of what the program wrote to stderr, as it wrote it. */
  get stderr(): Buffer {
    return this.#stderr;
  }

  #take(chunk: Buffer): void {
    let wanted = true;
    try {
      for (const { channel, bytes } of this.#frames.read(chunk)) {
        if (channel === 'stdout') wanted = this.push(bytes) && wanted;
        else this.#stderr = Buffer.concat([this.#stderr, bytes.subarray(-STDERR_BYTES)]).subarray(-STDERR_BYTES);
      }
    } catch (error) {
      this.destroy(named(error, this.#name) as Error);
    }
    if (!wanted) this.#connection.pause();
  }

  #ended(): void {
    if (this.destroyed || this.readableEnded) return;
    try {
      this.#frames.end();
      this.push(null);
    } catch (error) {
      this.destroy(named(error, this.#name) as Error);
    }
  }

  override _read(): void {
    this.#connection.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#connection.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#connection.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#connection.destroy();
    done(error);
  }
}

/**
 * What comes over a connection that was taken over.
 * @throws EngineError `broken` when it breaks
 */
export async function* connectionBytes(
  connection: Duplex,
  name: string,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, void> {
  try {
    for await (const chunk of connection) yield chunk as Buffer;
  } catch (error) {
    signal?.throwIfAborted();
    const { message } = error as Error;
    throw new EngineError('broken', `${name} broke the connection (${message})`, { cause: error });
  } finally {
    connection.destroy();
  }
  signal?.throwIfAborted();
}
