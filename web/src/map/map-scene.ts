import type { MapLayout } from './address-state.ts';
import type { Spot } from './boxes.ts';
import { DrawnMap, type MapMarks, type Viewport } from './drawn-map.ts';
import { layOutFirst } from './first-layout.ts';
import type { Grouping } from './grouping.ts';
import { drawable, type HeldMap } from './held-map.ts';
import type { LaidOut, Link } from './layered-layout.ts';
import { readPalette, watchTheme } from './palette.ts';
import { type Placeable, Placement } from './placement.ts';
import type { MapEdge, MapNode } from './shapes.ts';

/** The room that a node takes with its name, by kind; on a small screen names are larger than things are. */
function roomOf({ kind }: MapNode, small: boolean): { width: number; height: number } {
  if (kind === 'process') return { width: 70, height: 48 };
  if (kind === 'internet' || kind === 'outside') return { width: 132, height: 100 };
  return small ? { width: 150, height: 100 } : { width: 122, height: 96 };
}

/** Width by height that a first layout is made for. */
const [WIDE, HIGH] = [1.7, 0.8];
const HIGH_SHAPE = '/high';

const KEY = 'drydock.map';
/** How often what fades gets paler, ms. */
const FADE_STEP = 3000;

export interface SceneCalls {
  selected(id: string | undefined): void;
  opened(id: string): void;
  /** A layout is being reckoned, or is not any more. */
  busy(laying: boolean): void;
  covered(): { readonly top: number; readonly bottom: number };
}

/** What a person sees of a view: where things are, and which part of it. */
interface Seen {
  readonly placement: Placement;
  viewport?: Viewport;
}

/**
 * The map on the canvas, with its memory: each view and layout keeps its places and what part of it was looked at, as long as
 * the tab is open.
 */
export class MapScene {
  readonly #drawn: DrawnMap;
  readonly #calls: SceneCalls;
  readonly #seen = new Map<string, Seen>();
  readonly #stops: (() => void)[] = [];
  #current: { held: HeldMap; layout: MapLayout; by: Grouping } | undefined;
  /** It is not what is drawn. */
  #dirty = false;
  /** All of it is to be laid out again. */
  #anew = false;
  #key: string | undefined;
  #laying: AbortController | undefined;
  /** How far the clock of the service is ahead of ours, ms. */
  #ahead = 0;
  #storing: ReturnType<typeof setTimeout> | undefined;
  #palette = readPalette();

  constructor(container: HTMLElement, calls: SceneCalls) {
    keepFromStyling();
    this.#calls = calls;
    this.#drawn = new DrawnMap(container, this.#palette, {
      selected: calls.selected,
      opened: calls.opened,
      covered: calls.covered,
      moved: (id, to) => {
        this.#now()?.placement.move(id, to);
        this.#storeSoon();
      },
    });
    this.#drawn.whenViewportChanges(() => {
      const seen = this.#now();
      if (seen === undefined) return;
      seen.viewport = this.#drawn.viewport();
      this.#storeSoon();
    });
    const recolour = () => {
      this.#palette = readPalette();
      this.#drawn.recolour(this.#palette);
    };
    this.#stops.push(watchTheme(recolour));
    // Who leaves or loads the page anew does not wait until it is stored.
    const leave = () => this.#store();
    addEventListener('pagehide', leave);
    this.#stops.push(() => removeEventListener('pagehide', leave));
    const timer = setInterval(() => this.#drawn.fade(Date.now() + this.#ahead), FADE_STEP);
    this.#stops.push(() => clearInterval(timer));
  }

  /** Shows this from now on. Where a layout is reckoned, what was there stays until it is done. */
  show(held: HeldMap, layout: MapLayout, by: Grouping): void {
    this.#current = { held, layout, by };
    this.#dirty = true;
    void this.#work();
  }

  /** Forgets where everything is, and lays it out again. */
  layOutAgain(): void {
    [this.#dirty, this.#anew] = [true, true];
    void this.#work();
  }

  mark(marks: MapMarks): void {
    this.#drawn.mark(marks);
  }

  fit(): void {
    this.#drawn.fit();
  }

  zoomBy(factor: number): void {
    this.#drawn.zoomBy(factor);
  }

  bringIntoView(ids: Iterable<string>): void {
    this.#drawn.show(ids);
  }

  /** For walking over the map by keys. */
  spots(): Map<string, Spot> {
    return this.#drawn.spots();
  }

  linked(id: string): Set<string> {
    return this.#drawn.linked(id);
  }

  png(): Promise<Blob> {
    return this.#drawn.png();
  }

  destroy(): void {
    this.#laying?.abort();
    for (const stop of this.#stops) stop();
    this.#store();
    this.#drawn.destroy();
  }

  #now(): Seen | undefined {
    return this.#key === undefined ? undefined : this.#seen.get(this.#key);
  }

  async #work(): Promise<void> {
    if (this.#laying !== undefined) return;
    while (this.#dirty && this.#current !== undefined) {
      const { held, layout, by } = this.#current;
      const anew = this.#anew;
      [this.#dirty, this.#anew] = [false, false];
      // On a high and narrow screen things stand below each other, and have places of their own.
      // That of the window counts: a panel that is opened moves nothing.
      const shape = innerWidth < innerHeight ? HIGH_SHAPE : '';
      const key = `${held.view}/${layout}${by === 'host' ? '' : `/${by}`}${shape}`;
      const { nodes, edges } = drawable(held);
      const things: Placeable[] = nodes.map((node) => ({
        id: node.id,
        ...(node.parent !== undefined && { parent: node.parent }),
        ...roomOf(node, shape === HIGH_SHAPE),
      }));
      const links: Link[] = edges.map(({ source, target }) => [source, target]);
      const seen = this.#recall(key);
      const outline = Placement.outline(things, links);
      if (anew || seen.placement.isNew(outline.things)) {
        if (!(await this.#layOut(seen, layout, outline, shape === '' ? WIDE : HIGH))) return;
        // Something newer is there by now; what was laid out is remembered.
        if (this.#dirty) continue;
      }
      this.#draw(key, seen, { held, nodes, edges, things, links });
    }
  }

  /** False: the page is left. */
  async #layOut(
    seen: Seen,
    layout: MapLayout,
    { things, links }: { things: LaidOut[]; links: Link[] },
    aspect: number,
  ): Promise<boolean> {
    const laying = new AbortController();
    this.#laying = laying;
    this.#calls.busy(true);
    try {
      seen.placement.lay(await layOutFirst(layout, things, links, aspect, laying.signal));
      delete seen.viewport;
      return true;
    } catch {
      return false;
    } finally {
      this.#laying = undefined;
      if (!laying.signal.aborted) this.#calls.busy(false);
    }
  }

  #draw(
    key: string,
    seen: Seen,
    {
      held,
      nodes,
      edges,
      things,
      links,
    }: {
      held: HeldMap;
      nodes: readonly MapNode[];
      edges: readonly MapEdge[];
      things: Placeable[];
      links: Link[];
    },
  ): void {
    const other = this.#key !== key;
    this.#key = undefined;
    this.#ahead = held.live ? Date.parse(held.at) - Date.now() : Number.NEGATIVE_INFINITY;
    const now = held.live ? Date.parse(held.at) : Number.NEGATIVE_INFINITY;
    this.#drawn.draw(nodes, edges, seen.placement.place(things, links), now);
    if (seen.viewport === undefined) this.#drawn.fit();
    else if (other) this.#drawn.setViewport(seen.viewport);
    this.#key = key;
    seen.viewport = this.#drawn.viewport();
    this.#storeSoon();
  }

  #recall(key: string): Seen {
    let seen = this.#seen.get(key);
    if (seen !== undefined) return seen;
    const stored = readStored(`${KEY}:${key}`);
    seen = {
      placement: Placement.fromText(stored?.places ?? null),
      ...(stored?.viewport !== undefined && { viewport: stored.viewport }),
    };
    this.#seen.set(key, seen);
    return seen;
  }

  #storeSoon(): void {
    this.#storing ??= setTimeout(() => this.#store(), 1000);
  }

  #store(): void {
    clearTimeout(this.#storing);
    this.#storing = undefined;
    const seen = this.#now();
    if (seen === undefined) return;
    try {
      sessionStorage.setItem(
        `${KEY}:${this.#key}`,
        JSON.stringify({ places: seen.placement.toText(), viewport: seen.viewport }),
      );
    } catch {
      // Full, or not allowed: places are kept as long as the page is.
    }
  }
}

function readStored(key: string): { places: string; viewport?: Viewport } | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return undefined;
    const { places, viewport } = stored as {
      places?: unknown;
      viewport?: { pan?: Partial<Spot>; zoom?: unknown; whole?: unknown };
    };
    if (typeof places !== 'string') return undefined;
    const { x, y } = viewport?.pan ?? {};
    const zoom = viewport?.zoom;
    const whole = [x, y, zoom].every((figure) => typeof figure === 'number' && Number.isFinite(figure));
    const seen = { pan: { x: x!, y: y! }, zoom: zoom as number, whole: viewport?.whole === true };
    return { places, ...(whole && { viewport: seen }) };
  } catch {
    return undefined;
  }
}

/**
 * Cytoscape puts a `style` element into the document unless one with this id is there, which the policy of the page forbids.
 * What it would say stands in map.css.
 */
function keepFromStyling(): void {
  const id = '__________cytoscape_stylesheet';
  if (document.getElementById(id) !== null) return;
  const instead = document.createElement('meta');
  instead.id = id;
  document.head.append(instead);
}
