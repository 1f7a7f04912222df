import { noProgress, type ScanContext } from '../../src/context.ts';
import { MemorySource } from '../../src/formats/byte-source.ts';
import type { OpenedImage } from '../../src/image/opened-image.ts';
import { TarLayer } from '../../src/image/tar-layer.ts';
import { defaultLimits, type Limits } from '../../src/limits.ts';
import { silent } from '../../src/log.ts';
import type { Analyzer } from '../../src/model/analyzer.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Problem } from '../../src/model/problem.ts';
import { readLayers } from '../../src/reading/read-layers.ts';
import { type TarEntry, tar } from './tar.ts';

export function layersContext(limits: Partial<Limits> = {}): ScanContext {
  return {
    signal: new AbortController().signal,
    log: silent,
    limits: { ...defaultLimits, ...limits },
    progress: noProgress,
    temporary: '/nonexistent',
    now: new Date(0),
  };
}

/** An image of uncompressed layers in memory, base first. */
export function imageOf(...layers: (readonly TarEntry[])[]): OpenedImage {
  const contents = layers.map((entries) => new TarLayer(new MemorySource(tar(entries))));
  return {
    info: {
      reference: 'test',
      names: [],
      layers: contents.map(({ size }, index) => ({ index, size })),
      history: [],
      config: {},
    },
    layers: contents,
    problems: [],
  };
}

/** What one analyzer made of a layer. */
export interface LayerReading {
  readonly facts: readonly Fact[];
  readonly problems: readonly Problem[];
  /** Paths whose content was read, sorted. */
  readonly asked: readonly string[];
}

/** Shows one layer to one analyzer, through the same pass that a scan uses. */
export async function readLayerWith(
  analyzer: Analyzer,
  entries: readonly TarEntry[],
  limits: Partial<Limits> = {},
): Promise<LayerReading> {
  const [read] = await readLayers(imageOf(entries), [analyzer], layersContext(limits));
  if (read === undefined) throw new Error('no layer was read');
  return { facts: read.facts.facts, problems: read.problems, asked: [...read.facts.analysed].sort() };
}
