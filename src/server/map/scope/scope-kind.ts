import type { Place } from '../place.ts';
import type { World } from '../world.ts';

/** A node in the shape of Weave Scope (its `detailed.NodeSummary`). */
export interface ScopeNode {
  readonly id: string;
  readonly label: string;
  readonly labelMinor: string;
  readonly rank: string;
  readonly shape?: string;
  readonly stack?: boolean;
  readonly pseudo?: boolean;
  readonly metadata?: readonly object[];
  readonly metrics?: readonly object[];
  readonly parents?: readonly object[];
  readonly tables?: readonly object[];
  adjacency?: string[];
}

/** Something of what somebody can choose of a topology. */
export interface OptionGroup {
  readonly id: string;
  readonly defaultValue: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** Parameters of a query by their names. */
export type Query = Readonly<Record<string, string>>;

/** Something that a node stands for; several may have one id. Made where it is shown, and else only counted. */
export interface Thing {
  readonly id: string;
  /** @param count how many things have this id */
  make(count: number): ScopeNode;
}

/** One topology: what is in it, and what a place is there. */
export interface ScopeKind {
  readonly name: string;
  readonly rank?: number;
  readonly hideIfEmpty: boolean;
  readonly options: readonly OptionGroup[];
  /** The topology that it is listed below. */
  readonly parent?: string;
  things(world: World, chosen: Query): Iterable<Thing>;
  /** The id of what a place of a host is there; undefined: it is not there. */
  idOf(place: Place): string | undefined;
}

type Row = readonly [id: string, label: string, value: string | number | undefined, dataType?: string];

export function rows(given: readonly Row[]): object[] {
  return given.flatMap(([id, label, value, dataType = ''], index) =>
    value === undefined || value === '' ? [] : [{ id, label, value: String(value), priority: index + 1, dataType }],
  );
}

export function metric(id: string, label: string, format: string, value: number | undefined, max: number): object[] {
  return value === undefined ? [] : [{ id, label, format, value, priority: 1, samples: [], min: 0, max, url: '' }];
}

/** Several things as one. */
export function folded(label: string, shape: string, labelMinor: string, id: string = label): ScopeNode {
  return { id, label, labelMinor, rank: label, shape, stack: true };
}

export function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}
