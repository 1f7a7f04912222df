import { randomBytes } from 'node:crypto';
import type { MapChange, MapEdge, MapNode, MapReporter, MapSnapshot } from './map-schema.ts';
import type { Shown } from './view.ts';

/** Changes that are kept for those who come back: of so many revisions. */
const MOST_KEPT = 120;

/** What a view showed, and what changed since: worked out once for all who follow it. */
export class LiveView {
  /** Tells revisions of this life of the view from those of others. */
  readonly epoch: string = randomBytes(6).toString('hex');
  readonly #kept: MapChange[] = [];
  readonly #nodes = new Map<string, string>();
  readonly #edges = new Map<string, string>();
  #reporters = '';
  #leftOut = '';
  #snapshot: MapSnapshot | undefined;
  #wake = Promise.withResolvers<void>();
  /** Those who follow it now. */
  followers = 0;
  /** When somebody asked for it last; milliseconds. */
  used = 0;

  get snapshot(): MapSnapshot | undefined {
    return this.#snapshot;
  }

  get revision(): number {
    return this.#snapshot?.revision ?? 0;
  }

  /** Resolves at the next change. */
  get changed(): Promise<void> {
    return this.#wake.promise;
  }

  /** Takes what is shown now. @returns what is different; undefined: nothing */
  update(
    shown: Shown,
    reporters: readonly MapReporter[],
    frame: Pick<MapSnapshot, 'at' | 'view'>,
  ): MapChange | undefined {
    const nodes = differences(this.#nodes, shown.nodes);
    const edges = differences(this.#edges, shown.edges);
    const toldReporters = JSON.stringify(reporters.map(({ lastSeen: _, ...rest }) => rest));
    const toldLeftOut = JSON.stringify([shown.leftOut, shown.grouped]);
    const isSame =
      nodes.changed.length + nodes.gone.length + edges.changed.length + edges.gone.length === 0 &&
      toldReporters === this.#reporters &&
      toldLeftOut === this.#leftOut;
    if (isSame && this.#snapshot !== undefined) return undefined;
    const revision = this.revision + 1;
    const change: MapChange = {
      ...{ at: frame.at, revision, grouped: shown.grouped },
      ...{ nodes: nodes.changed, edges: edges.changed, goneNodes: nodes.gone, goneEdges: edges.gone },
      ...(toldReporters !== this.#reporters && { reporters: [...reporters] }),
      ...(toldLeftOut !== this.#leftOut && { leftOut: shown.leftOut }),
    };
    this.#reporters = toldReporters;
    this.#leftOut = toldLeftOut;
    this.#snapshot = { ...frame, revision, live: true, ...shown, reporters: [...reporters] };
    this.#kept.push(change);
    if (this.#kept.length > MOST_KEPT) this.#kept.shift();
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
    return change;
  }

  /** The changes after a revision; undefined: they are not known any more. */
  since(revision: number): readonly MapChange[] | undefined {
    if (revision === this.revision) return [];
    const first = this.#kept[0]?.revision ?? 0;
    if (revision > this.revision || revision + 1 < first || revision < 1) return undefined;
    return this.#kept.slice(revision + 1 - first);
  }
}

function differences<T extends MapNode | MapEdge>(
  before: Map<string, string>,
  now: readonly T[],
): { readonly changed: T[]; readonly gone: string[] } {
  const changed: T[] = [];
  const ids = new Set<string>();
  for (const one of now) {
    ids.add(one.id);
    const line = JSON.stringify(one);
    if (before.get(one.id) === line) continue;
    before.set(one.id, line);
    changed.push(one);
  }
  const gone: string[] = [];
  for (const id of before.keys()) if (!ids.has(id)) gone.push(id);
  for (const id of gone) before.delete(id);
  return { changed, gone };
}

/** Several changes as one. */
export function mergeChanges(changes: readonly MapChange[], now: MapSnapshot): MapChange {
  const nodes = new Map<string, MapNode>();
  const edges = new Map<string, MapEdge>();
  const [goneNodes, goneEdges] = [new Set<string>(), new Set<string>()];
  for (const change of changes) {
    merge(nodes, goneNodes, change.nodes, change.goneNodes);
    merge(edges, goneEdges, change.edges, change.goneEdges);
  }
  return {
    ...{ at: now.at, revision: now.revision, grouped: now.grouped },
    ...{ nodes: [...nodes.values()], edges: [...edges.values()] },
    ...{ goneNodes: [...goneNodes], goneEdges: [...goneEdges] },
    ...(changes.some(({ reporters }) => reporters !== undefined) && { reporters: now.reporters }),
    ...(changes.some(({ leftOut }) => leftOut !== undefined) && { leftOut: now.leftOut }),
  };
}

function merge<T extends { readonly id: string }>(
  all: Map<string, T>,
  allGone: Set<string>,
  changed: readonly T[],
  gone: readonly string[],
): void {
  for (const one of changed) {
    all.set(one.id, one);
    allGone.delete(one.id);
  }
  for (const id of gone) {
    all.delete(id);
    allGone.add(id);
  }
}
