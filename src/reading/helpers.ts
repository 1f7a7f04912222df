import type { FilePlace } from '../formats/byte-source.ts';
import type { LayerStream } from '../image/content.ts';
import type { Limits } from '../limits.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { LayerReading, ReadLayerOptions } from './read-layer.ts';

/** A layer to be read elsewhere: one of an open file, or one that this thread fetches. */
export interface LayerTask {
  readonly place?: FilePlace;
  readonly stream?: LayerStream;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

/** Reads layers in a thread of its own, one at a time. */
export interface LayerHelper {
  read(task: LayerTask, options: ReadLayerOptions): Promise<LayerReading>;
  close(): Promise<void>;
}

/** Threads that help to read layers. Starting one takes time, so they are started where they pay. */
export interface LayerHelpers {
  /** How many may run beside the main thread. */
  readonly count: number;
  /** Compressed bytes from which on a layer is worth one of them. */
  readonly worthwhile: number;
  /** Also a single layer is given to a thread: the main thread has other things to do. */
  readonly always?: boolean;
  start(analyzers: readonly Analyzer[]): LayerHelper;
}
