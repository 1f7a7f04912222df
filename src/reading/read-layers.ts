import type { ScanContext } from '../context.ts';
import type { LayerContent, WalkResult } from '../image/content.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { Fact } from '../model/fact.ts';
import type { LayerInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import { type LayerFacts, LayerPass } from './pass.ts';

/** A layer that was read, in its place in the image. */
export interface ReadLayer {
  readonly facts: LayerFacts;
  /** Problems of the layer with its number in the image. */
  readonly problems: readonly Problem[];
}

export interface ReadOptions {
  /** Checks every digest, also of layers that are otherwise read in parts only. */
  readonly verify?: boolean;
}

/** An empty layer stands where one could not be had, so that layers keep their numbers. */
function emptyFacts(context: ScanContext): Promise<LayerFacts> {
  return new LayerPass([], context).close();
}

/**
 * Reads every layer of an image once. A layer that the manifest lists again is not read again.
 * @param analyzers each once, however many ecosystems list it
 */
export async function readLayers(
  image: OpenedImage,
  analyzers: readonly Analyzer[],
  context: ScanContext,
  options: ReadOptions = {},
): Promise<readonly ReadLayer[]> {
  const total = image.layers.reduce((sum, layer) => sum + (layer?.size ?? 0), 0);
  const known = new Map<string, ReadLayer>();
  const result: ReadLayer[] = [];
  let done = 0;
  let bytesLeft = context.limits.imageBytes;
  let namesLeft = context.limits.nameBytes;
  let packagesLeft = context.limits.packages;
  for (const [number, content] of image.layers.entries()) {
    const info = image.info.layers[number];
    const key = info?.digest;
    let layer = key === undefined ? undefined : known.get(key);
    if (content === undefined) {
      layer = { facts: await emptyFacts(context), problems: [] };
    } else if (timedOut(context.signal)) {
      const message = `the time limit was reached before layer ${number} was read`;
      layer = { facts: await emptyFacts(context), problems: [{ code: 'scan.timeout', message }] };
    } else if (layer === undefined && bytesLeft <= 0) {
      const message = `the layers before it have ${context.limits.imageBytes} bytes or more; it was not read`;
      layer = { facts: await emptyFacts(context), problems: [{ code: 'layer.limit', message }] };
    } else if (layer === undefined) {
      const report = (bytes: number): void => {
        done += bytes;
        context.progress.report(`reading layer ${number + 1} of ${image.layers.length}`, done, total, 'bytes');
      };
      const limits = {
        ...context.limits,
        layerBytes: Math.min(context.limits.layerBytes, bytesLeft),
        nameBytes: namesLeft,
      };
      const read = await readLayer(
        content,
        info,
        analyzers,
        { ...context, limits },
        { ...options, onProgress: report },
      );
      bytesLeft -= read.bytes;
      namesLeft -= read.facts.index.held;
      packagesLeft -= countPackages(read.facts.facts);
      layer = packagesLeft < 0 ? withoutPackages(read, context.limits.packages) : read;
      if (key !== undefined) known.set(key, layer);
    }
    result.push({ ...layer, problems: layer.problems.map((problem) => ({ ...problem, layer: number })) });
  }
  return result;
}

interface WalkOptions extends ReadOptions {
  onProgress(bytes: number): void;
}

async function readLayer(
  content: LayerContent,
  info: LayerInfo | undefined,
  analyzers: readonly Analyzer[],
  context: ScanContext,
  options: WalkOptions,
): Promise<ReadLayer & { readonly bytes: number }> {
  const pass = new LayerPass(analyzers, context);
  const { digest, diffId, bytes } = await walkInTime(content, pass, context, options);
  compareDigests('is listed as', info?.digest, digest, pass);
  compareDigests('is, uncompressed, called', info?.diffId, diffId, pass);
  const facts = await pass.close();
  return { facts, problems: facts.problems, bytes };
}

function compareDigests(words: string, stated: string | undefined, actual: string | undefined, pass: LayerPass): void {
  if (actual === undefined || stated === undefined || stated === actual) return;
  if (!stated.startsWith('sha256:')) {
    pass.problem('image.digest-mismatch', `the layer ${words} ${JSON.stringify(stated)}, which was not checked`);
    return;
  }
  pass.problem('image.digest-mismatch', `the layer ${words} ${stated}, but its bytes have ${actual}`);
}

/** A layer that takes too long keeps what was read of it; whoever interrupts ends the scan. */
async function walkInTime(
  content: LayerContent,
  pass: LayerPass,
  context: ScanContext,
  options: WalkOptions,
): Promise<WalkResult> {
  try {
    context.signal.throwIfAborted();
    return await content.walk(pass, { limits: context.limits, signal: context.signal, ...options });
  } catch (error) {
    if (!timedOut(context.signal)) throw error;
    pass.problem('scan.timeout', 'the time limit was reached while this layer was read');
    return { bytes: 0 };
  }
}

/** The time limit was reached; an interruption by the user is something else. */
export function timedOut(signal: AbortSignal): boolean {
  return signal.aborted && (signal.reason as { name?: unknown } | undefined)?.name === 'TimeoutError';
}

function countPackages(facts: readonly Fact[]): number {
  let count = 0;
  for (const fact of facts) {
    if (fact.kind === 'package-database') count += fact.packages.length;
    else if (fact.kind === 'package') count++;
  }
  return count;
}

/** A layer whose packages do not fit into the budget any more. */
function withoutPackages(layer: ReadLayer, limit: number): ReadLayer {
  const facts = layer.facts.facts.filter((fact) => fact.kind !== 'package-database' && fact.kind !== 'package');
  const message = `the layers list more than ${limit} packages together; those of this layer were left out`;
  return {
    facts: { ...layer.facts, facts },
    problems: [...layer.problems, { code: 'layer.limit', message }],
  };
}
