import { Duplex } from 'node:stream';
import { PIECE, WINDOW } from './relay-frames.ts';

/** What a stream needs of the relay it goes through. */
export interface RelayLine {
  data(stream: number, bytes: Uint8Array): void;
  end(stream: number): void;
  close(stream: number): void;
  credit(stream: number, bytes: number): void;
}

/** Datagrams that may wait for their reader; more are lost, as with UDP. */
const DATAGRAMS = 64;

/** One connection to the other side of a relay. With UDP each piece that is written or read is one datagram. */
export class RelayStream extends Duplex {
  readonly #id: number;
  readonly #line: RelayLine;
  readonly #datagrams: boolean;
  /** Bytes that the relay takes before it says that it takes more. */
  #window = WINDOW;
  /** Bytes that came and of which the relay has not been told yet that they were taken. */
  #taken = 0;
  #unsent: { bytes: Uint8Array; done: (error?: Error) => void } | undefined;
  #isOver: boolean = false;

  constructor(id: number, line: RelayLine, datagrams: boolean) {
    // Like a socket of node:net: once the other side has ended, so has this one.
    super({ allowHalfOpen: false, readableObjectMode: datagrams, writableObjectMode: datagrams });
    this.#id = id;
    this.#line = line;
    this.#datagrams = datagrams;
    // A connection may break while nobody looks: whoever reads or writes is told.
    this.on('error', () => {});
  }

  /** Bytes from the relay. False: they are more than it was allowed to send. */
  received(bytes: Buffer): boolean {
    if (this.#datagrams) {
      this.#line.credit(this.#id, bytes.length);
      if (this.readableLength < DATAGRAMS) this.push(bytes);
      return true;
    }
    this.#taken += bytes.length;
    if (this.#taken > WINDOW + PIECE) return false;
    this.push(bytes);
    return true;
  }

  /** The relay takes so many bytes more. */
  credited(bytes: number): void {
    this.#window = Math.min(this.#window + bytes, WINDOW);
    this.#flush();
  }

  ended(): void {
    this.push(null);
  }

  /** The stream is over on the other side; `error` where it broke. */
  over(error?: Error): void {
    this.#isOver = true;
    if (error !== undefined) {
      this.destroy(error);
      return;
    }
    // What has come may still be read; nothing more can be written.
    if (!this.readableEnded) this.push(null);
    if (this.#unsent !== undefined) this.destroy(closed());
    else if (!this.writableEnded) this.end();
  }

  override _read(): void {
    if (this.#datagrams) return;
    const read = this.#taken - this.readableLength;
    // A window is four of these: the relay never waits while the reader does.
    if (read < WINDOW / 4 || this.#isOver) return;
    this.#taken -= read;
    this.#line.credit(this.#id, read);
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    if (this.#isOver) {
      done(closed());
    } else if (this.#datagrams && bytes.length > PIECE) {
      done(Object.assign(new Error('a datagram has at most 65,507 bytes'), { code: 'EMSGSIZE' }));
    } else {
      this.#unsent = { bytes, done };
      this.#flush();
    }
  }

  override _final(done: () => void): void {
    if (!this.#isOver) this.#line.end(this.#id);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const unsent = this.#unsent;
    this.#unsent = undefined;
    if (!this.#isOver) this.#line.close(this.#id);
    this.#isOver = true;
    done(error);
    // Whoever waits for a piece to be written is not told by node:stream.
    unsent?.done(error ?? closed());
  }

  #flush(): void {
    while (this.#unsent !== undefined) {
      const { bytes, done } = this.#unsent;
      // A datagram goes as a whole, so it may take the window below zero.
      const length = this.#datagrams ? bytes.length : Math.min(bytes.length, PIECE, this.#window);
      if (this.#window <= 0 && bytes.length > 0) return;
      if (length > 0) this.#line.data(this.#id, bytes.subarray(0, length));
      this.#window -= length;
      this.#unsent = length < bytes.length ? { bytes: bytes.subarray(length), done } : undefined;
      if (this.#unsent === undefined) done();
    }
  }
}

function closed(): Error {
  return Object.assign(new Error('the connection was closed'), { code: 'EPIPE' });
}
