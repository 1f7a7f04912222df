import { GROUPINGS, type Grouping } from './grouping.ts';
import type { MapView } from './shapes.ts';
import { type TableOrder, tableOrderOf, wordOfOrder } from './table-order.ts';

/** What the address of the map says: whoever gets the link sees the same. */
export interface MapAddress {
  readonly view: MapView;
  readonly layout: MapLayout;
  /** What containers are drawn together by. */
  readonly by: Grouping;
  /** The same content as a table. */
  readonly table: boolean;
  /** By what the rows of the table are sorted; absent: the gravest first. */
  readonly order?: TableOrder;
  /** Ids of containers and groups that are open. */
  readonly expand: readonly string[];
  /** The id of what is told about at the side. */
  readonly selected?: string;
  /** Terms of the search that are pinned; all have to match. */
  readonly terms: readonly string[];
  /** What is typed into the search and not pinned. */
  readonly find?: string;
  readonly filters: MapFilters;
  /** A moment of the past, RFC 3339; absent: live. */
  readonly at?: string;
  /** Which of the lists at the side is open. */
  readonly panel?: MapPanel;
  /** What `changes` compares with: a moment, or so long before the one that is shown. Absent: a day. */
  readonly since?: string;
  readonly ago?: Ago;
}

export interface MapFilters {
  readonly state?: string;
  readonly host?: string;
  readonly network?: string;
  readonly label?: string;
  /** Containers of the system (of an orchestrator, of the engine) are left out, or are shown alone. */
  readonly system?: 'hide' | 'only';
  /** What talks to nobody is left out. */
  readonly unconnected?: 'hide';
}

export type MapLayout = 'organic' | 'layered';
export type MapPanel = 'changes' | 'reporters' | 'legend';

/** How far back `changes` looks: `hour`, or `hours6`, or a week. */
export type Ago = 'hour' | 'hours6' | 'week';
const AGOS: readonly Ago[] = ['hour', 'hours6', 'week'];

export const VIEWS = ['hosts', 'containers', 'processes', 'images', 'networks'] as const satisfies readonly MapView[];
const PANELS: readonly string[] = ['changes', 'reporters', 'legend'] satisfies MapPanel[];

/** An address of a service has to fit into 16 kB, the limit that Node.js has for headers. */
const MOST = { expand: 100, terms: 10, length: 1000 };

/** What an address says; what it says wrongly counts as not said. */
export function readAddress(search: string): MapAddress {
  const words = new URLSearchParams(search);
  const one = (name: string): string | undefined => {
    const word = words.get(name);
    return word === null || word === '' || word.length > MOST.length ? undefined : word;
  };
  const several = (name: string, most: number) =>
    [...new Set(words.getAll(name).filter((word) => word !== '' && word.length <= MOST.length))].slice(0, most);
  const moment = (name: string) => {
    const word = one(name);
    return word !== undefined && !Number.isNaN(Date.parse(word)) ? word : undefined;
  };
  const view = one('view');
  const filters = {
    ...defined('state', one('state')),
    ...defined('host', one('host')),
    ...defined('network', one('network')),
    ...defined('label', one('label')),
    ...(one('system') === 'hide' && { system: 'hide' as const }),
    ...(one('system') === 'only' && { system: 'only' as const }),
    ...(one('unconnected') === 'hide' && { unconnected: 'hide' as const }),
  };
  const panel = one('panel');
  return {
    view: VIEWS.find((known) => known === view) ?? 'containers',
    layout: one('layout') === 'layered' ? 'layered' : 'organic',
    by: GROUPINGS.find((known) => known === one('by')) ?? 'host',
    table: one('as') === 'table',
    ...defined('order', tableOrderOf(one('sort'))),
    expand: several('expand', MOST.expand),
    ...defined('selected', one('node')),
    terms: several('q', MOST.terms),
    ...defined('find', one('find')),
    filters,
    ...defined('at', moment('at')),
    ...(panel !== undefined && PANELS.includes(panel) && { panel: panel as MapPanel }),
    ...defined('since', moment('since')),
    ...defined(
      'ago',
      AGOS.find((known) => known === one('ago')),
    ),
  };
}

/** The query of an address that says it; what is as at first is left out. Empty, or begins with `?`. */
export function writeAddress(address: MapAddress): string {
  const words = new URLSearchParams();
  const say = (name: string, word: string | undefined) => {
    if (word !== undefined && word !== '') words.append(name, word);
  };
  say('view', address.view === 'containers' ? undefined : address.view);
  say('layout', address.layout === 'organic' ? undefined : address.layout);
  say('by', address.by === 'host' ? undefined : address.by);
  say('as', address.table ? 'table' : undefined);
  say('sort', address.order === undefined ? undefined : wordOfOrder(address.order));
  for (const id of address.expand) say('expand', id);
  say('node', address.selected);
  for (const term of address.terms) say('q', term);
  say('find', address.find);
  say('state', address.filters.state);
  say('host', address.filters.host);
  say('network', address.filters.network);
  say('label', address.filters.label);
  say('system', address.filters.system);
  say('unconnected', address.filters.unconnected);
  say('at', address.at);
  say('panel', address.panel);
  say('since', address.since);
  say('ago', address.ago);
  return words.size === 0 ? '' : `?${words}`;
}

function defined<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value });
}
