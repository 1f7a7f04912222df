import { type ScanContext, timedOut } from '../context.ts';
import type { LayerContent, WalkResult } from '../image/content.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { ChosenFiles } from './chosen-files.ts';
import { type LayerFacts, LayerPass, type PassContext } from './pass.ts';

/** A layer that was read, whatever image it is in. */
export interface LayerReading {
  readonly facts: LayerFacts;
  readonly walk: WalkResult;
}

export interface ReadLayerOptions {
  /** Computes the digests also of layers that are otherwise read in parts only. */
  readonly verify?: boolean;
  /** Nothing but these files is looked at. */
  readonly only?: ChosenFiles;
  /** Stored bytes that were read since the last call. */
  onProgress?(bytes: number): void;
}

/** Reads one layer for all analyzers. One that takes too long keeps what was read of it; whoever interrupts ends it. */
export async function readLayer(
  content: LayerContent,
  analyzers: readonly Analyzer[],
  context: PassContext & Pick<ScanContext, 'signal'>,
  options: ReadLayerOptions = {},
): Promise<LayerReading> {
  const { limits, signal } = context;
  const pass = new LayerPass(analyzers, options.only === undefined ? context : { ...context, only: options.only });
  const tally = { bytes: 0 };
  let walk: WalkResult = tally;
  try {
    signal.throwIfAborted();
    walk = await content.walk(pass, { limits, signal, tally, ...options });
  } catch (error) {
    if (!timedOut(signal)) {
      pass.abandon();
      throw error;
    }
    const { last } = pass;
    // An archive that is read at any place is not counted, but its members tell how far it was walked.
    walk = { bytes: Math.max(tally.bytes, last?.offset ?? 0) };
    const where = last === undefined ? '' : `, at ${last.path} (${last.size} bytes)`;
    pass.problem('scan.timeout', `the time limit was reached while this layer was read${where}`, last?.path);
  }
  return { facts: await pass.close(), walk };
}
