import type { ScanContext } from '../context.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { type Analyzer, fileStandings } from '../model/analyzer.ts';
import type { Fact } from '../model/fact.ts';
import type { Problem } from '../model/problem.ts';
import type { FileCount } from '../model/report.ts';
import type { Pauses } from '../pauses.ts';
import { type ReadLayer, type ReadOptions, readLayers } from '../reading/read-layers.ts';
import type { PlacedReading } from './coverage.ts';
import type { Inventory } from './inventory.ts';
import { LiveNames } from './live-names.ts';
import type { MergedFiles } from './merged-files.ts';
import type { Ownership } from './ownership.ts';
import { unownedFiles } from './unowned-files.ts';

/** Who looks into files, and what it may use. */
export interface ContentReading extends Pick<ReadOptions, 'cache' | 'helpers'> {
  readonly analyzers: readonly Analyzer[];
}

/** What the layers are known to be by now. */
interface Assembled {
  readonly ownership: Ownership;
  readonly inventory: Pick<Inventory, 'installed'>;
  readonly pauses: Pauses;
}

/**
 * Shows the files that no package owns to those that judge contents: layers that have some are walked once more, as the
 * first time, but nothing else is read of them. What is learned is kept for the same files of the same layer.
 */
export async function readContents(
  files: MergedFiles,
  image: OpenedImage,
  layers: readonly ReadLayer[],
  { ownership, inventory, pauses }: Assembled,
  { analyzers, cache, helpers }: ContentReading,
  context: ScanContext,
): Promise<{
  readonly read: readonly PlacedReading[];
  readonly problems: readonly Problem[];
  /** Files that a registry published with packages, where some analyzer is not shown those; absent where there are none. */
  readonly published?: FileCount;
}> {
  const indexes = layers.map(({ facts }) => facts.index);
  const wanted = new Set(analyzers.flatMap(({ along, standings = fileStandings }) => (along ? [] : standings)));
  const unowned = await unownedFiles(files, ownership, inventory.installed, indexes, { wanted, pauses });
  const { chosen, bytes } = unowned;
  const leavesSome = analyzers.some(({ standings = fileStandings }) => !standings.includes('published'));
  const published = leavesSome && unowned.published.files > 0 && { published: unowned.published };
  if (chosen.size === 0) return { read: [], problems: [], ...published };
  const { again } = image;
  const some: OpenedImage = {
    info: image.info,
    layers: image.layers.map((content, layer) => (chosen.has(layer) ? content : undefined)),
    problems: [],
    ...(again !== undefined && { stream: () => again([...chosen.keys()]) }),
  };
  const found = await readLayers(some, analyzers, context, {
    only: chosen,
    step: 'looking into files of layer',
    ...(cache && { cache }),
    ...(helpers && bytes >= helpers.worthwhile && { helpers }),
  });
  // A file is where it is in sight, whatever name it was shown under.
  const names = await LiveNames.of(files, pauses);
  const read: PlacedReading[] = [];
  const missed: Problem[] = [];
  for (const layer of chosen.keys()) {
    const { facts } = found[layer] as ReadLayer;
    const left = (chosen.get(layer)?.offsets.length ?? 0) - facts.index.count;
    if (left > 0) {
      const message = `${left} files of the layer were not met again when their contents were to be judged`;
      missed.push({ code: 'content.unjudged', message, layer });
    }
    for (const fact of facts.facts) {
      const name = names.of(layer, fact.path);
      if (name === undefined) files.add(layer, [fact]);
      else files.add(name.layer, [{ ...fact, path: name.path } as Fact]);
    }
    read.push({ layer, facts });
  }
  files.sortFacts();
  return { read, problems: [...found.flatMap(({ problems }) => problems), ...missed], ...published };
}

/** Whether a problem was met before: what is wrong with a layer itself shows each time it is walked. */
export function isTold(problem: Problem, problems: readonly Problem[]): boolean {
  const { code, message, layer, path, analyzer } = problem;
  return problems.some(
    (other) =>
      other.code === code &&
      other.message === message &&
      other.layer === layer &&
      other.path === path &&
      (other.analyzer === analyzer || analyzer === undefined),
  );
}
