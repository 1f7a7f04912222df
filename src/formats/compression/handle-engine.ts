import { randomFillSync } from 'node:crypto';
import { damaged } from './damage.ts';
import type { Consume } from './decoder.ts';
import type { Engine, NativeFormat } from './engine.ts';
import { spareMemory } from './spare-memory.ts';
import type { NativeStream } from './stream-engine.ts';

/** What Node's zlib streams are made of since Node 11: the part of it that is used here. */
interface Handle {
  onerror: (message: string, errno: number, code: string) => void;
  /** Leaves in `state` how much of the output and of the input is left; calls `onerror` instead where it fails. */
  writeSync(
    flush: number,
    input: Uint8Array,
    inputStart: number,
    inputLength: number,
    output: Uint8Array,
    outputStart: number,
    outputLength: number,
  ): void;
  reset(): void;
}

export interface OpenHandle {
  readonly stream: NativeStream;
  readonly handle: Handle;
  readonly state: Uint32Array;
}

/** Bytes that are made before they are handed on. */
const OUTPUT = 256 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);
const spare = spareMemory(4 * OUTPUT);
/** Deflate makes no more at a time, and of a new stream this little first: what it may fill has to be marked. */
const DEFLATE_STEP = 128 * 1024;
const FIRST_STEP = 1024;
const ZSTD_BLOCK = 128 * 1024;
/** zlib copies in vectors and may write this much behind the end of its output. */
const OVERSHOOT = 32;

/** Finds the handle of a stream where Node still has it. */
export function handleOf(open: (chunkSize: number) => NativeStream): OpenHandle | undefined {
  const stream = open(64);
  const { _handle: handle, _writeState: state } = stream as unknown as {
    _handle?: Partial<Handle> | null;
    _writeState?: unknown;
  };
  if (
    typeof handle?.writeSync === 'function' &&
    typeof handle.reset === 'function' &&
    state instanceof Uint32Array &&
    state.length === 2
  ) {
    return { stream, handle: handle as Handle, state };
  }
  stream.destroy();
  return undefined;
}

/** Writes to the native decoder directly: no thread pool, no events, one output buffer that is used again and again. */
export class HandleEngine implements Engine {
  used = 0;
  full: boolean = false;
  ended: boolean = false;
  readonly #stream: NativeStream;
  readonly #handle: Handle;
  readonly #state: Uint32Array;
  readonly #format: NativeFormat;
  readonly #consume: Consume;
  #output: Buffer = spare.take(OUTPUT);
  #filled = 0;
  #step = FIRST_STEP;
  #failure: string | undefined;

  constructor({ stream, handle, state }: OpenHandle, format: NativeFormat, consume: Consume) {
    this.#stream = stream;
    this.#handle = handle;
    this.#state = state;
    this.#format = format;
    this.#consume = consume;
    handle.onerror = (message) => {
      this.#failure = message;
    };
  }

  step(buffer: Buffer, start: number, end: number): void {
    const deflate = this.#format === 'deflate';
    const room = deflate ? Math.min(this.#step, OUTPUT - this.#filled) : OUTPUT - this.#filled;
    // After a failure the handle does not tell how much it wrote: the mark that is left does.
    if (deflate) mark().copy(this.#output, this.#filled, 0, room);
    this.#handle.writeSync(0, buffer, start, end - start, this.#output, this.#filled, room);
    if (this.#failure !== undefined) this.#fail(this.#failure, room);
    const [left = 0, unused = 0] = this.#state;
    this.used = end - start - unused;
    this.full = left === 0;
    if (this.full) this.#step = Math.min(8 * this.#step, DEFLATE_STEP);
    this.ended = left > 0 && unused > 0;
    this.#filled += room - left;
    if (OUTPUT - this.#filled < (deflate ? DEFLATE_STEP / 4 : ZSTD_BLOCK)) this.flush();
  }

  flush(): void {
    const made = this.#filled;
    this.#filled = 0;
    if (made > 0) this.#consume(this.#output.subarray(0, made));
  }

  restart(): void {
    if (this.#format === 'deflate') this.#handle.reset();
    this.#step = FIRST_STEP;
    this.#filled = 0;
    this.#failure = undefined;
    this.full = false;
    this.ended = false;
  }

  close(): void {
    this.#stream.destroy();
    if (this.#output.length === 0) return;
    spare.give(this.#output);
    this.#output = NOTHING;
  }

  #fail(message: string, room: number): never {
    // zstd makes whole blocks and gets one at a time: nothing of a damaged one is of use.
    if (this.#format === 'deflate') this.#filled += written(this.#output.subarray(this.#filled, this.#filled + room));
    this.flush();
    throw damaged(message);
  }
}

let noise: Buffer | undefined;

function mark(): Buffer {
  noise ??= randomFillSync(Buffer.allocUnsafeSlow(DEFLATE_STEP));
  return noise;
}

/** How many bytes at the start of `output` certainly are no mark, nor behind the end of what was written. */
function written(output: Buffer): number {
  const untouched = mark();
  let end = output.length;
  while (end > 0 && output[end - 1] === untouched[end - 1]) end -= 1;
  return Math.max(0, end - OVERSHOOT);
}
