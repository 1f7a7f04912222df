import type { Worker } from 'node:worker_threads';
import { FormatError, type FormatReason, SourceError } from './errors.ts';
import type { FilePlace } from './formats/byte-source.ts';
import type { LayerStream } from './image/content.ts';
import type { Limits } from './limits.ts';
import type { CheckSettings } from './model/check.ts';
import type { ChosenFiles } from './reading/chosen-files.ts';
import type { LayerHelper, LayerHelpers, LayerTask } from './reading/helpers.ts';
import { type PackedReading, unpackReading } from './reading/layer-record.ts';
import type { LayerReading, ReadLayerOptions } from './reading/read-layer.ts';

/** A layer to be read: one of an open file, or one whose pieces follow. */
export interface ReadOrder {
  readonly kind: 'read';
  readonly place?: FilePlace;
  readonly stream?: Omit<LayerStream, 'open'>;
  readonly limits: Limits;
  readonly verify: boolean;
  /** Nothing but these files is looked at. */
  readonly only?: ChosenFiles;
}

/** What a thread is told when it starts. */
export interface ThreadSetting {
  /** Names of what reads layers in it. */
  readonly analyzers: readonly string[];
  readonly temporary: string;
  /** What checks of contents are told; absent: they have no rules. */
  readonly checkSettings?: CheckSettings;
}

/** What a thread is told. */
export type ThreadOrder =
  | ReadOrder
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end' }
  /** The pieces end here, with an error that is one of the layer. */
  | { readonly kind: 'cut'; readonly message: string; readonly reason: FormatReason; readonly absent: boolean }
  /** Ends the layer at hand; `reason` is the name of the error that the signal bears. */
  | { readonly kind: 'stop'; readonly reason: string };

/** What a thread tells. */
export type ThreadAnswer =
  | { readonly kind: 'progress'; readonly bytes: number }
  /** A piece of so many bytes that it needs no more, with the memory to be used again. */
  | { readonly kind: 'taken'; readonly bytes: number; readonly memory: ArrayBuffer }
  | { readonly kind: 'done'; readonly reading: PackedReading; readonly bytes: number }
  | { readonly kind: 'failed'; readonly error: unknown };

/** From sources as from what they are compiled to. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './layer-thread.ts' : './layer-thread.js', import.meta.url);

/** Bytes of a fetched layer that are sent at a time, and that may be on the way. */
const PIECE = 256 * 1024;
const ON_THE_WAY = 2 * 1024 * 1024;

/**
 * Threads of this process that read layers with the analyzers of Drydock's own lists. They share its open files, so
 * nothing of those is copied to them; layers that are fetched come in pieces.
 * @param count how many may run beside the main thread
 * @param options.worthwhile compressed bytes from which on a layer is worth one: a thread takes about 0.1 s to start
 */
export function layerThreads(
  count: number,
  temporary: string,
  {
    worthwhile = 16 * 1024 * 1024,
    checkSettings,
  }: { readonly worthwhile?: number } & Pick<ThreadSetting, 'checkSettings'> = {},
): LayerHelpers {
  return {
    count,
    worthwhile,
    start: (analyzers) =>
      new LayerThread({
        analyzers: analyzers.map(({ name }) => name),
        temporary,
        ...(checkSettings && { checkSettings }),
      }),
  };
}

class LayerThread implements LayerHelper {
  readonly #worker: Worker;

  constructor(setting: ThreadSetting) {
    // Loaded here: most scans need no thread.
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    this.#worker = new Worker(entry, { workerData: setting });
    // An error while no layer is read is told by the next one.
    this.#worker.on('error', () => {});
  }

  async read(task: LayerTask, { verify = false, only, onProgress }: ReadLayerOptions): Promise<LayerReading> {
    const { place, stream, limits, signal } = task;
    const { promise, resolve, reject } = Promise.withResolvers<LayerReading>();
    const feed = new Feed(this.#worker);
    const stop = new AbortController();
    let failure: unknown;
    const onAbort = (): void => {
      stop.abort(signal.reason);
      this.#order({ kind: 'stop', reason: (signal.reason as Error | undefined)?.name ?? 'AbortError' });
    };
    const onExit = (): void => reject(new Error('the thread that read a layer ended'));
    const onMessage = (answer: ThreadAnswer): void => {
      if (answer.kind === 'failed') {
        reject(signal.aborted ? signal.reason : (failure ?? answer.error));
        return;
      }
      if (answer.kind === 'taken') {
        feed.taken(answer.bytes, answer.memory);
        return;
      }
      if (answer.bytes > 0) onProgress?.(answer.bytes);
      if (answer.kind === 'done') resolve(unpackReading(answer.reading));
    };
    this.#worker.on('message', onMessage).on('error', reject).on('exit', onExit);
    signal.addEventListener('abort', onAbort);
    try {
      signal.throwIfAborted();
      const source = stream === undefined ? { ...(place && { place }) } : { stream: described(stream) };
      this.#order({ kind: 'read', ...source, limits, verify, ...(only && { only }) });
      if (stream !== undefined) {
        feed.send(stream.open(stop.signal)).catch((error: unknown) => {
          // The thread answers that it gave up: only then can it take another layer.
          failure ??= error;
          this.#order({ kind: 'stop', reason: 'AbortError' });
        });
      }
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      // A layer that was ended by a limit needs no more of its pieces.
      stop.abort(new DOMException('the layer needs no more', 'AbortError'));
      feed.close();
      this.#worker.off('message', onMessage).off('error', reject).off('exit', onExit);
    }
  }

  #order(order: ThreadOrder): void {
    this.#worker.postMessage(order);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** What a thread must know of a stream: all but how it is opened. */
function described({ size, unhashed, digest }: LayerStream): Omit<LayerStream, 'open'> {
  return {
    ...(size !== undefined && { size }),
    ...(unhashed !== undefined && { unhashed }),
    ...(digest !== undefined && { digest }),
  };
}

/** Sends a layer to a thread piece by piece, no more than the thread keeps up with. */
class Feed {
  readonly #worker: Worker;
  /** Pieces that came back. New ones would pile up in the other thread until it cleans up. */
  readonly #spare: Buffer<ArrayBuffer>[] = [];
  #onTheWay = 0;
  #closed: boolean = false;
  #wake: () => void = () => {};

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  taken(bytes: number, memory: ArrayBuffer): void {
    this.#spare.push(Buffer.from(memory));
    this.#onTheWay -= bytes;
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** @throws what the stream throws, save for what is an error of the layer: the thread is told of that */
  async send(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    let piece = this.#piece();
    let filled = 0;
    const flush = (): void => {
      if (filled === 0) return;
      const bytes = piece.subarray(0, filled);
      this.#onTheWay += filled;
      this.#post({ kind: 'bytes', bytes }, [piece.buffer]);
      piece = this.#piece();
      filled = 0;
    };
    try {
      for await (const chunk of chunks) {
        for (let at = 0; at < chunk.length; ) {
          const taken = Math.min(chunk.length - at, PIECE - filled);
          piece.set(chunk.subarray(at, at + taken), filled);
          at += taken;
          filled += taken;
          if (filled < PIECE) continue;
          flush();
          await this.#room();
        }
        if (this.#closed) return;
      }
      flush();
      this.#post({ kind: 'end' });
    } catch (error) {
      if (this.#closed) return;
      const absent = error instanceof SourceError && error.code === 'source.not-found';
      if (!absent && !(error instanceof FormatError)) throw error;
      flush();
      const reason = error instanceof FormatError ? error.reason : 'damaged';
      this.#post({ kind: 'cut', message: error.message, reason, absent });
    }
  }

  #piece(): Buffer<ArrayBuffer> {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(PIECE);
  }

  async #room(): Promise<void> {
    while (this.#onTheWay > ON_THE_WAY && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #post(order: ThreadOrder, transfer: ArrayBuffer[] = []): void {
    // What comes late would be taken for a part of the next layer.
    if (this.#closed) return;
    this.#worker.postMessage(order, transfer);
  }
}
