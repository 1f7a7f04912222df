import type { Worker } from 'node:worker_threads';
import type { FilePlace } from './formats/byte-source.ts';
import type { Limits } from './limits.ts';
import type { LayerHelper, LayerHelpers, LayerTask } from './reading/helpers.ts';
import { type PackedReading, unpackReading } from './reading/layer-record.ts';
import type { LayerReading, ReadLayerOptions } from './reading/read-layer.ts';

/** What a thread is told. */
export type ThreadOrder =
  | { readonly kind: 'read'; readonly place: FilePlace; readonly limits: Limits; readonly verify: boolean }
  /** Ends the layer at hand; `reason` is the name of the error that the signal bears. */
  | { readonly kind: 'stop'; readonly reason: string };

/** What a thread tells. */
export type ThreadAnswer =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly reading: PackedReading; readonly bytes: number }
  | { readonly kind: 'failed'; readonly error: unknown };

/** From sources as from what they are compiled to. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './layer-thread.ts' : './layer-thread.js', import.meta.url);

/**
 * Threads of this process that read layers with the analyzers of Drydock's own lists. They share its open files, so
 * nothing is copied to them but where a layer is.
 * @param count how many may run beside the main thread
 * @param worthwhile compressed bytes from which on a layer is worth one: a thread takes about 0.1 s to start
 */
export function layerThreads(count: number, temporary: string, worthwhile: number = 16 * 1024 * 1024): LayerHelpers {
  return {
    count,
    worthwhile,
    start: (analyzers) =>
      new LayerThread(
        analyzers.map(({ name }) => name),
        temporary,
      ),
  };
}

class LayerThread implements LayerHelper {
  readonly #worker: Worker;

  constructor(analyzers: readonly string[], temporary: string) {
    // Loaded here: most scans need no thread.
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    this.#worker = new Worker(entry, { workerData: { analyzers, temporary } });
    // An error while no layer is read is told by the next one.
    this.#worker.on('error', () => {});
  }

  async read(
    { place, limits, signal }: LayerTask,
    { verify = false, onProgress }: ReadLayerOptions,
  ): Promise<LayerReading> {
    const { promise, resolve, reject } = Promise.withResolvers<LayerReading>();
    const order = (message: ThreadOrder): void => this.#worker.postMessage(message);
    const onAbort = (): void =>
      order({ kind: 'stop', reason: (signal.reason as Error | undefined)?.name ?? 'AbortError' });
    const onExit = (): void => reject(new Error('the thread that read a layer ended'));
    const onMessage = (answer: ThreadAnswer): void => {
      if (answer.kind === 'failed') {
        reject(signal.aborted ? signal.reason : answer.error);
        return;
      }
      if (answer.bytes > 0) onProgress?.(answer.bytes);
      if (answer.kind === 'done') resolve(unpackReading(answer.reading));
    };
    this.#worker.on('message', onMessage).on('error', reject).on('exit', onExit);
    signal.addEventListener('abort', onAbort);
    try {
      signal.throwIfAborted();
      order({ kind: 'read', place, limits, verify });
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#worker.off('message', onMessage).off('error', reject).off('exit', onExit);
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
