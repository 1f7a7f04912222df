import type { ByteSource } from '../../model/bytes.ts';
import type { Input } from './input.ts';

/** Brings compressed bytes in order, and shows each of them once to whoever counts or digests them. */
export interface Feed {
  /** Bytes that were brought. */
  readonly seen: number;
  /** Appends bytes to the input, or marks it as ended. A promise only where bytes have to be waited for. */
  fill(input: Input): void | Promise<void>;
  /** Lets the bytes go, also before their end. */
  close(): Promise<void>;
}

export type OnInput = ((chunk: Uint8Array) => void) | undefined;

export function feedOf(bytes: ByteSource | AsyncIterable<Uint8Array>, onInput: OnInput): Feed {
  return Symbol.asyncIterator in bytes ? new StreamFeed(bytes, onInput) : new SourceFeed(bytes, onInput);
}

class SourceFeed implements Feed {
  seen = 0;
  readonly #source: ByteSource;
  readonly #onInput: OnInput;

  constructor(source: ByteSource, onInput: OnInput) {
    this.#source = source;
    this.#onInput = onInput;
  }

  fill(input: Input): void {
    const { room } = input;
    const got = this.#source.read(room, this.seen);
    this.seen += got;
    input.end += got;
    if (got === 0) input.ended = true;
    else this.#onInput?.(room.subarray(0, got));
  }

  async close(): Promise<void> {}
}

class StreamFeed implements Feed {
  seen = 0;
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #onInput: OnInput;
  /** What came and found no room yet. */
  #rest: Uint8Array = new Uint8Array(0);
  #done: boolean = false;

  constructor(stream: AsyncIterable<Uint8Array>, onInput: OnInput) {
    this.#iterator = stream[Symbol.asyncIterator]();
    this.#onInput = onInput;
  }

  fill(input: Input): void | Promise<void> {
    return this.#rest.length > 0 ? this.#append(input) : this.#next(input);
  }

  async #next(input: Input): Promise<void> {
    const { value, done } = await this.#iterator.next();
    if (done === true) {
      this.#done = true;
      input.ended = true;
    } else if (value.length > 0) {
      this.#rest = value;
      this.#append(input);
    }
  }

  #append(input: Input): void {
    const { room } = input;
    const part = this.#rest.subarray(0, room.length);
    room.set(part);
    this.#rest = this.#rest.subarray(part.length);
    this.seen += part.length;
    input.end += part.length;
    this.#onInput?.(part);
  }

  async close(): Promise<void> {
    if (!this.#done) await this.#iterator.return?.();
  }
}
