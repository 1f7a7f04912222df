import type { ScanContext } from '../context.ts';
import type { LayerContent, WalkResult } from '../image/content.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { Problem } from '../model/problem.ts';
import { type LayerFacts, LayerPass } from './pass.ts';

/** A layer that was read, in its place in the image. */
export interface ReadLayer {
  readonly facts: LayerFacts;
  /** Problems of the layer with its number in the image. */
  readonly problems: readonly Problem[];
}

/** An empty layer stands where one could not be had, so that layers keep their numbers. */
function emptyFacts(context: ScanContext): LayerFacts {
  return new LayerPass([], context.limits).close();
}

/**
 * Reads every layer of an image once. A layer that the manifest lists again is not read again.
 * An analyzer that several ecosystems list runs once.
 */
export async function readLayers(
  image: OpenedImage,
  analyzers: readonly Analyzer[],
  context: ScanContext,
): Promise<readonly ReadLayer[]> {
  const unique = [...new Map(analyzers.map((analyzer) => [analyzer.name, analyzer])).values()];
  const total = image.layers.reduce((sum, layer) => sum + (layer?.size ?? 0), 0);
  const known = new Map<string, ReadLayer>();
  const result: ReadLayer[] = [];
  let done = 0;
  for (const [number, content] of image.layers.entries()) {
    const info = image.info.layers[number];
    const key = info?.digest;
    let layer = key === undefined ? undefined : known.get(key);
    if (content === undefined) {
      layer = { facts: emptyFacts(context), problems: [] };
    } else if (timedOut(context.signal)) {
      const message = `the time limit was reached before layer ${number} was read`;
      layer = { facts: emptyFacts(context), problems: [{ code: 'scan.timeout', message }] };
    } else if (layer === undefined) {
      const report = (bytes: number): void => {
        done += bytes;
        context.progress.report(`reading layer ${number + 1} of ${image.layers.length}`, done, total, 'bytes');
      };
      layer = await readLayer(content, info?.digest, unique, context, report);
      if (key !== undefined) known.set(key, layer);
    }
    result.push({ ...layer, problems: layer.problems.map((problem) => ({ ...problem, layer: number })) });
  }
  return result;
}

async function readLayer(
  content: LayerContent,
  digest: string | undefined,
  analyzers: readonly Analyzer[],
  context: ScanContext,
  onProgress: (bytes: number) => void,
): Promise<ReadLayer> {
  const pass = new LayerPass(analyzers, context.limits);
  const walked = await walkInTime(content, pass, context, onProgress);
  if (walked.digest !== undefined && digest?.startsWith('sha256:') === true && walked.digest !== digest) {
    pass.problem('image.digest-mismatch', `the layer is listed as ${digest}, but its bytes have ${walked.digest}`);
  }
  const facts = pass.close();
  return { facts, problems: facts.problems };
}

/** A layer that takes too long keeps what was read of it; whoever interrupts ends the scan. */
async function walkInTime(
  content: LayerContent,
  pass: LayerPass,
  context: ScanContext,
  onProgress: (bytes: number) => void,
): Promise<WalkResult> {
  try {
    context.signal.throwIfAborted();
    return await content.walk(pass, { limits: context.limits, signal: context.signal, onProgress });
  } catch (error) {
    if (!timedOut(context.signal)) throw error;
    pass.problem('scan.timeout', 'the time limit was reached while this layer was read');
    return {};
  }
}

function timedOut(signal: AbortSignal): boolean {
  return signal.aborted && (signal.reason as { name?: unknown } | undefined)?.name === 'TimeoutError';
}
