import { withOrigin } from '../base-images/origin.ts';
import { readHistory } from '../history/read-history.ts';
import { rebuildDockerfile } from '../history/rebuild-dockerfile.ts';
import type { BaseImage } from '../model/base-image.ts';
import type { Finding } from '../model/finding.ts';
import type { Builder, InstructionKind } from '../model/history.ts';
import type { Problem } from '../model/problem.ts';
import type { Efficiency, ImageView, LayerChanges } from '../model/view.ts';

/** One instruction with what it did. */
export interface HistoryStep {
  /** Position in the history, from 0. */
  readonly index: number;
  readonly kind: InstructionKind;
  readonly builder: Builder;
  /** As it could stand in a build file. */
  readonly text: string;
  /** False where the history does not tell all of it. */
  readonly certain: boolean;
  readonly created?: string;
  /** Whether the base image brought it; absent where nothing is known of what the base has. */
  readonly from?: 'base' | 'own';
  /** Build arguments that were in force, as `NAME=value`. */
  readonly buildArguments?: readonly string[];
  readonly layer?: {
    readonly index: number;
    readonly diffId?: string;
    /** Bytes as stored, and those of its files. */
    readonly size: number;
    readonly bytes: number;
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
    /** Bytes of lower layers that it hides. */
    readonly hidden: number;
  };
}

/** How an image was made: what `drydock history` answers. */
export interface HistoryReport {
  readonly schemaVersion: 1;
  readonly image: {
    readonly reference: string;
    readonly id?: string;
    readonly digest?: string;
    readonly created?: string;
    readonly builder: Builder;
    /** Absent where nothing tells of one. */
    readonly base?: BaseImage;
  };
  readonly efficiency: Omit<Efficiency, 'score'> & {
    readonly score: number;
    /** `wasted` as a share of the bytes above the first layer. */
    readonly userWastedShare: number;
  };
  readonly steps: readonly HistoryStep[];
  /** Layers that no instruction is known for. */
  readonly unexplainedLayers: readonly number[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** The build file as far as the image allows. */
  readonly dockerfile: string;
}

/**
 * Tells how an image was made.
 * @param findings of the checks that look at its making
 * @param problems of reading and of these checks
 */
export function buildHistoryReport(
  view: ImageView,
  findings: readonly Finding[],
  problems: readonly Problem[],
): HistoryReport {
  const { image } = view;
  const history = readHistory(image);
  const changes = new Map(view.changes().map((change) => [change.layer, change]));
  const efficiency = view.efficiency();
  const explained = new Set(history.instructions.map(({ layerIndex }) => layerIndex));
  return {
    schemaVersion: 1,
    image: {
      reference: image.reference,
      ...(image.id !== undefined && { id: image.id }),
      ...(image.digest !== undefined && { digest: image.digest }),
      ...(image.created !== undefined && { created: image.created }),
      builder: history.builder,
      ...(image.base !== undefined && { base: image.base }),
    },
    efficiency: {
      ...efficiency,
      userWastedShare: efficiency.userBytes === 0 ? 0 : efficiency.wasted / efficiency.userBytes,
    },
    steps: history.instructions.map(
      ({ index, kind, builder, text, isCertain, created, buildArguments, layerIndex }) => ({
        index,
        kind,
        builder,
        text,
        certain: isCertain,
        ...(created !== undefined && { created }),
        ...(image.base?.entries !== undefined && {
          from: index < image.base.entries ? ('base' as const) : ('own' as const),
        }),
        ...(buildArguments.length > 0 && {
          buildArguments: buildArguments.map(({ name, value }) => `${name}=${value}`),
        }),
        ...layerOf(view, layerIndex, changes),
      }),
    ),
    unexplainedLayers: image.layers.map(({ index }) => index).filter((index) => !explained.has(index)),
    findings: withOrigin(findings, image.base),
    problems,
    dockerfile: rebuildDockerfile(history, image.config, image.base),
  };
}

function layerOf(
  { image }: ImageView,
  index: number | undefined,
  all: ReadonlyMap<number, LayerChanges>,
): Pick<HistoryStep, 'layer'> {
  const layer = index === undefined ? undefined : image.layers[index];
  if (layer === undefined) return {};
  const { added = 0, changed = 0, removed = 0, bytes = 0, hidden = 0 } = all.get(layer.index) ?? {};
  return {
    layer: {
      index: layer.index,
      ...(layer.diffId !== undefined && { diffId: layer.diffId }),
      size: layer.size,
      bytes,
      added,
      changed,
      removed,
      hidden,
    },
  };
}
