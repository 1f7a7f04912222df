import { setImmediate } from 'node:timers/promises';
import type { TraceDecoder } from './trace-decoder.ts';
import { MANY, type TraceFile, TraceFileReader, timeAt } from './trace-files.ts';

export interface MergeOptions {
  readonly signal?: AbortSignal;
  /** Lines that are read at most; what is behind is lost, and told. */
  readonly maximumLines?: number;
}

const MAX_LINES = 100_000_000;
const LINES_BETWEEN_PAUSES = 4096;
const HEAD = 24;

/**
 * Gives the lines of many files to the decoder in the order of their times: those of one file stay in their order even
 * where the clock was set back. A file is opened when its first line is next, and closed behind its last one, so that
 * memory depends on how many threads there are at a time, not on how much they wrote; beyond some hundred only those that
 * come next are in memory.
 * @returns whether all lines were read
 */
export async function mergeTraces(
  files: readonly TraceFile[],
  decoder: TraceDecoder,
  options: MergeOptions = {},
): Promise<boolean> {
  const waiting = await inOrder(files, options.signal);
  const heap = new ReaderHeap();
  let left = options.maximumLines ?? MAX_LINES;
  let pause = LINES_BETWEEN_PAUSES;
  let next = 0;
  try {
    for (;;) {
      let reader = heap.first;
      while (next < waiting.length && (reader === undefined || waiting[next]!.time <= reader.time)) {
        heap.open(waiting[next++]!.file);
        reader = heap.first;
      }
      if (reader === undefined) return true;
      if (left-- <= 0) return false;
      decoder.line(reader.text, reader.tid, reader.cut, reader.tail);
      heap.advance();
      if (--pause <= 0) {
        pause = LINES_BETWEEN_PAUSES;
        await setImmediate();
        options.signal?.throwIfAborted();
      }
    }
  } finally {
    heap.close();
  }
}

/** By the time of their first lines. */
async function inOrder(
  files: readonly TraceFile[],
  signal?: AbortSignal,
): Promise<{ file: TraceFile; time: number }[]> {
  const timed: { file: TraceFile; time: number }[] = [];
  const head = Buffer.alloc(HEAD);
  for (const file of files) {
    const { source, close } = file.open();
    const got = source.read(head, 0);
    close();
    timed.push({ file, time: timeAt(head, 0, got) });
    if (timed.length % 256 === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  return timed.sort((a, b) => a.time - b.time || a.file.tid - b.file.tid);
}

/** The readers by the time of their next lines: a binary heap. */
class ReaderHeap {
  readonly #readers: TraceFileReader[] = [];

  get first(): TraceFileReader | undefined {
    const reader = this.#readers[0];
    reader?.resume();
    return reader;
  }

  open(file: TraceFile): void {
    const reader = new TraceFileReader(file, this.#readers.length > MANY);
    if (!reader.next()) return;
    let at = this.#readers.push(reader) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#readers[parent]!.time <= reader.time) break;
      this.#readers[at] = this.#readers[parent]!;
      at = parent;
    }
    this.#settle(reader, at);
  }

  /** The first reader goes on to its next line and to its new place. */
  advance(): void {
    const readers = this.#readers;
    let reader = readers[0]!;
    if (!reader.next()) {
      const last = readers.pop()!;
      if (readers.length === 0) return;
      reader = last;
    }
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= readers.length) break;
      if (child + 1 < readers.length && readers[child + 1]!.time < readers[child]!.time) child++;
      if (readers[child]!.time >= reader.time) break;
      readers[at] = readers[child]!;
      at = child;
    }
    this.#settle(reader, at);
  }

  /** Of very many only what comes next is in memory: how many there are is up to the image. */
  #settle(reader: TraceFileReader, at: number): void {
    this.#readers[at] = reader;
    if (at > 0 && this.#readers.length > MANY) reader.park();
  }

  close(): void {
    for (const reader of this.#readers) reader.close();
  }
}
