import type { Duplex } from 'node:stream';

/** How long one may wait and how much one may get over one connection. */
export interface ExchangeLimits {
  readonly signal: AbortSignal;
  readonly idleMs: number;
  readonly answerBytes: number;
}

/**
 * `done`: what was waited for is there. `closed`: the other side ended. `idle`: nothing came any more. `full`: as many bytes
 * as may be read. `late`: pieces kept coming, and never the end. `failed`: the connection broke.
 */
export type AnswerEnd = 'done' | 'closed' | 'idle' | 'full' | 'late' | 'failed';

export interface Answer {
  readonly bytes: Buffer;
  readonly end: AnswerEnd;
}

/** An answer may come in pieces, each in time; all of them have this many times as long. */
const PIECES = 5;

/** One connection: what is sent, and what comes back within its limits. Nothing of it throws but for the signal. */
export class Exchange {
  readonly stream: Duplex;
  readonly #limits: ExchangeLimits;
  #room: Buffer = Buffer.alloc(0);
  #size = 0;
  #taken = 0;
  #state: 'open' | 'closed' | 'failed' = 'open';
  #wake: (() => void) | undefined;

  /** @param heard is told when the first byte comes */
  constructor(stream: Duplex, limits: ExchangeLimits, heard?: () => void) {
    this.stream = stream;
    this.#limits = limits;
    if (heard !== undefined) stream.once('data', heard);
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('end', () => this.#over('closed'));
    stream.on('close', () => this.#over('closed'));
    stream.on('error', () => this.#over('failed'));
    if (stream.destroyed) this.#over('closed');
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  #take(chunk: Buffer): void {
    const room = Math.max(0, this.#limits.answerBytes - this.#size);
    const piece = chunk.subarray(0, room);
    if (this.#size + piece.length > this.#room.length) {
      const larger = Buffer.alloc(Math.min(this.#limits.answerBytes, Math.max(4096, 2 * (this.#size + piece.length))));
      this.#room.copy(larger, 0, 0, this.#size);
      this.#room = larger;
    }
    piece.copy(this.#room, this.#size);
    this.#size += piece.length;
    // Whoever sends more than may be read is not listened to.
    if (this.#size >= this.#limits.answerBytes) this.stream.pause();
    this.#wake?.();
  }

  #over(state: 'closed' | 'failed'): void {
    if (this.#state === 'open') this.#state = state;
    this.#wake?.();
  }

  /** Sends; what the other side does not take is not waited for. */
  send(bytes: Uint8Array): void {
    if (this.#state === 'open' && this.stream.writable) this.stream.write(bytes);
  }

  /**
   * What comes from here on until `isWhole` says so, or a limit is reached. It is asked whenever something came, with all
   * that came since the last `read`.
   * @throws the reason of the signal
   */
  async read(isWhole: (bytes: Buffer) => boolean, idleMs: number = this.#limits.idleMs): Promise<Answer> {
    const { signal, answerBytes } = this.#limits;
    const begun = performance.now();
    let seen = -1;
    try {
      for (;;) {
        signal.throwIfAborted();
        const bytes = this.#room.subarray(this.#taken, this.#size);
        if (bytes.length !== seen && bytes.length > 0 && isWhole(bytes)) return this.#hand('done');
        if (this.#size >= answerBytes) return this.#hand('full');
        if (this.#state !== 'open') return this.#hand(this.#state);
        if (performance.now() - begun > PIECES * idleMs) return this.#hand('late');
        seen = bytes.length;
        if (!(await this.#woken(idleMs))) return this.#hand('idle');
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #hand(end: AnswerEnd): Answer {
    const bytes = Buffer.from(this.#room.subarray(this.#taken, this.#size));
    this.#taken = this.#size;
    return { bytes, end };
  }

  async #woken(milliseconds: number): Promise<boolean> {
    const { signal } = this.#limits;
    return await new Promise((resolve) => {
      const timer = setTimeout(() => finish(false), milliseconds);
      const abort = (): void => finish(true);
      const finish = (woken: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#wake = undefined;
        resolve(woken);
      };
      this.#wake = () => finish(true);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  close(): void {
    this.stream.destroy();
  }
}

/** For `read`: whatever comes first is enough. */
export const anything = (): boolean => true;

/** For `read`: this many bytes. */
export function atLeast(count: number): (bytes: Buffer) => boolean {
  return (bytes) => bytes.length >= count;
}

/** Bytes of a text that holds one byte a character. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
