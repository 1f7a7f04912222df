import { MemorySource } from '../../src/formats/byte-source.ts';
import { TarLayer } from '../../src/image/tar-layer.ts';
import type { Analyzer } from '../../src/model/analyzer.ts';
import type { ContentCoverageFact, ContentFact } from '../../src/model/fact.ts';
import type { Problem } from '../../src/model/problem.ts';
import { readLayers } from '../../src/reading/read-layers.ts';
import { layersContext } from './layers.ts';
import { type TarEntry, tar } from './tar.ts';

/** What analyzers of contents tell of an image of one layer. */
export interface ContentReadings {
  readonly facts: readonly ContentFact[];
  readonly coverage: readonly ContentCoverageFact[];
  readonly problems: readonly Problem[];
}

export async function contentFacts(
  analyzers: readonly Analyzer[],
  files: readonly TarEntry[],
  temporary: string,
): Promise<ContentReadings> {
  const content = new TarLayer(new MemorySource(tar(files)));
  const layers = [{ index: 0, size: content.size }];
  const info = { reference: 'test', names: [], layers, history: [], config: {} };
  const context = { ...layersContext(), temporary };
  const [read] = await readLayers({ info, layers: [content], problems: [] }, analyzers, context);
  const all = read?.facts.facts ?? [];
  return {
    facts: all.filter((fact) => fact.kind === 'content'),
    coverage: all.filter((fact) => fact.kind === 'content-coverage'),
    problems: read?.problems ?? [],
  };
}
