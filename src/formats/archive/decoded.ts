import { FormatError } from '../../errors.ts';
import type { Decoder } from '../compression/decoder.ts';
import { Input } from '../compression/input.ts';
import { spareMemory } from '../compression/spare-memory.ts';
import type { Steps } from '../compression/wait.ts';
import { Inflow } from './inflow.ts';

/** Bytes that are gathered before they are handed on, so that streams of many tiny parts do not come in as many pieces. */
const ENOUGH = 32 * 1024;

/** Inputs that were used before: an image may have a thousand small compressed files, and each takes 256 KiB. */
const spare: Input[] = [];
const MOST_SPARE = 4;
const SPARE_BYTES = 256 * 1024;
/** And what they make, of which xz hands on 2 MiB at a time. */
const gathered = spareMemory(8 * 1024 * 1024);

function openInput(): Input {
  const input = spare.pop() ?? new Input();
  input.start = 0;
  input.end = 0;
  input.ended = false;
  return input;
}

/** Unwinds a decoder whose output nobody wants any more. */
const STOP: unique symbol = Symbol('stop');

/** Decompressed bytes, made at the pace of whoever takes them. */
export interface Decoded {
  readonly flow: Inflow;
  /** Why it ended before the end of the compressed data. Everything before the damage came. */
  readonly failure: FormatError | undefined;
  /** Whoever counts said that it is enough. */
  readonly isStopped: boolean;
  /** What follows the compressed data. To be asked for when nothing more comes, and before it is closed. */
  rest(): Inflow;
  close(): void;
}

/**
 * @param count sees how many bytes were made, and how many of the input are used by then; false where there are too many
 */
export function decoded(decoder: Decoder, source: Inflow, count: (made: number, used: number) => boolean): Decoded {
  return new DecodedBytes(decoder, source, count);
}

class DecodedBytes implements Decoded {
  readonly flow: Inflow = new Inflow({ more: () => this.#more() });
  failure: FormatError | undefined;
  isStopped: boolean = false;
  readonly #source: Inflow;
  readonly #start: number;
  readonly #input: Input = openInput();
  readonly #steps: ReturnType<Decoder>;
  #gathered: Buffer = gathered.take(ENOUGH);
  #length = 0;
  #isDone: boolean = false;
  #isClosed: boolean = false;

  constructor(decoder: Decoder, source: Inflow, count: (made: number, used: number) => boolean) {
    this.#source = source;
    this.#start = source.position;
    const consume = (chunk: Buffer): void => {
      if (!count(chunk.length, source.position - this.#start)) {
        this.isStopped = true;
        throw STOP;
      }
      this.#gather(chunk);
    };
    this.#steps = decoder({ input: this.#input, consume, engine: 'handle' });
  }

  rest(): Inflow {
    const left = Buffer.from(this.#input.buffer.subarray(this.#input.start, this.#input.end));
    const source = this.#source;
    let isLeft = left.length > 0;
    return new Inflow({
      *more() {
        const piece = isLeft ? left : yield* source.take(ENOUGH);
        isLeft = false;
        return piece.length === 0 ? undefined : piece;
      },
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isDone = true;
    this.#steps.return();
    gathered.give(this.#gathered);
    if (spare.length < MOST_SPARE && this.#input.buffer.length <= SPARE_BYTES) spare.push(this.#input);
  }

  *#more(): Steps<Buffer | undefined> {
    this.#length = 0;
    while (this.#length < ENOUGH && !this.#isDone) {
      try {
        const { done, value } = this.#steps.next();
        if (done === true) this.#isDone = true;
        else if (value === 'input') yield* this.#fill();
        else yield value;
      } catch (error) {
        this.#isDone = true;
        if (error === STOP) break;
        if (!(error instanceof FormatError)) throw error;
        this.failure = error;
      }
    }
    return this.#length === 0 ? undefined : this.#gathered.subarray(0, this.#length);
  }

  *#fill(): Steps {
    const { room } = this.#input;
    const piece = yield* this.#source.take(room.length);
    if (piece.length === 0) this.#input.ended = true;
    room.set(piece);
    this.#input.end += piece.length;
  }

  #gather(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#gathered.length) {
      const larger = gathered.take(Math.max(length, 2 * this.#gathered.length));
      larger.set(this.#gathered.subarray(0, this.#length));
      gathered.give(this.#gathered);
      this.#gathered = larger;
    }
    this.#gathered.set(chunk, this.#length);
    this.#length = length;
  }
}
