/**
 * What the two sides of a relay say to each other over one stream of bytes: frames of four bytes that say how many
 * follow (big-endian), one byte for the kind, four for the number of the stream, and the payload. Streams are numbered by
 * the side that dials, each number once. relay.ts, which has to be one file, has the same numbers.
 *
 * | kind | from | payload |
 * |---|---|---|
 * | hello | relay | JSON {@link RelayAbout}; the first frame |
 * | dial | client | JSON `{protocol, host, port, from?}`; the host is an address, and so is `from`, the own one |
 * | opened | relay | none: the connection stands |
 * | failed | relay | JSON `{code, message}`; the stream or question is over |
 * | data | both | bytes; one datagram with UDP |
 * | end | both | none: nothing more is sent this way; behind an answer: it is whole |
 * | close | both | none: the stream is over |
 * | credit | both | four bytes: so many more may be sent, beyond {@link WINDOW} |
 * | ask | client | JSON `{look, path, bytes, prefix?}`: see ProcReader; the answer comes as data and end |
 */
export const FrameKind = {
  hello: 0,
  dial: 1,
  opened: 2,
  failed: 3,
  data: 4,
  end: 5,
  close: 6,
  credit: 7,
  ask: 8,
} as const;

export const RELAY_VERSION = 1;

/** Bytes of one stream that may be on the way in one direction without having been asked for again. */
export const WINDOW = 256 * 1024;

/** Bytes of a frame of data at most. */
export const PIECE = 64 * 1024;

const HEADER = 9;

export interface Frame {
  readonly kind: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function encodeFrame(kind: number, stream: number, payload: string | Uint8Array = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const frame = Buffer.allocUnsafe(HEADER + body.length);
  frame.writeUInt32BE(HEADER - 4 + body.length, 0);
  frame.writeUInt8(kind, 4);
  frame.writeUInt32BE(stream, 5);
  frame.set(body, HEADER);
  return frame;
}

export function encodeCredit(stream: number, bytes: number): Buffer {
  const amount = Buffer.alloc(4);
  amount.writeUInt32BE(bytes, 0);
  return encodeFrame(FrameKind.credit, stream, amount);
}

/** Cuts a stream of bytes into frames, whatever pieces it comes in. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #waiting = 0;

  /**
   * Frames that are complete with this piece, in their order.
   * @throws Error on one that is larger than both sides send
   */
  *read(chunk: Buffer): Generator<Frame, void, void> {
    if (chunk.length === 0) return;
    this.#pieces.push(chunk);
    this.#waiting += chunk.length;
    for (let next = this.#next(); next !== undefined; next = this.#next()) yield next;
  }

  #next(): Frame | undefined {
    if (this.#waiting < HEADER) return undefined;
    const length = 4 + this.#first(HEADER).readUInt32BE(0);
    if (length < HEADER || length > HEADER + PIECE) throw new Error(`a frame of ${length} bytes is none`);
    if (this.#waiting < length) return undefined;
    const first = this.#first(length);
    if (first.length === length) this.#pieces.shift();
    else this.#pieces[0] = first.subarray(length);
    this.#waiting -= length;
    return { kind: first.readUInt8(4), stream: first.readUInt32BE(5), payload: first.subarray(HEADER, length) };
  }

  /** The first piece, made to hold so many bytes. */
  #first(bytes: number): Buffer {
    if ((this.#pieces[0] as Buffer).length < bytes) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] as Buffer;
  }
}
