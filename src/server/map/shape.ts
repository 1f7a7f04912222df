import type { MapEdge, MapNode } from './map-schema.ts';
import type { Place } from './place.ts';
import type { ViewFilter } from './view-filter.ts';
import type { World } from './world.ts';

/** How the things of a world become the nodes of a view. */
export interface Shape {
  /** The node that a place is shown as; undefined: it is not shown. */
  idOf(place: Place): string | undefined;
  /** @param open open connections of those nodes that have any edge */
  nodes(open: ReadonlyMap<string, number>): MapNode[];
  /** Edges that are no connections. */
  edges?(): MapEdge[];
  /** Nodes stand for several things that would be nodes of their own if they were fewer. */
  readonly isGrouped: boolean;
}

export interface ShapeOptions {
  readonly world: World;
  readonly filter: ViewFilter;
  readonly expand: ReadonlySet<string>;
  readonly unconnected: boolean;
  /** 0: each thing is a node. Each further step takes more of them together. */
  readonly level: number;
}
