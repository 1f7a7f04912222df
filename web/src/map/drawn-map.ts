import cytoscape, {
  type CollectionReturnValue,
  type Core,
  type EdgeSingular,
  type ElementDefinition,
  type NodeSingular,
} from 'cytoscape';
import { FADE } from '../../../src/model/topology.ts';
import type { Spot } from './boxes.ts';
import { isDashed, widthOf } from './edge-look.ts';
import { styleOf } from './map-style.ts';
import { HOST_STATES, portsOf, shortName } from './names.ts';
import { addressOfLook, lookOf, nameOfLook, type Palette } from './node-look.ts';
import type { MapEdge, MapNode } from './shapes.ts';

/** What a person does on the canvas. */
export interface MapGestures {
  selected(id: string | undefined): void;
  /** Opens or closes a container, or a group. */
  opened(id: string): void;
  moved(id: string, to: Spot): void;
  /** How much of the canvas something else lies over, in its pixels. */
  covered(): { readonly top: number; readonly bottom: number };
}

/** The part of the map that is seen. `whole`: all of it, also when the window changes its size. */
export interface Viewport {
  readonly pan: Spot;
  readonly zoom: number;
  readonly whole: boolean;
}

/** What is marked on it, beside what it shows. */
export interface MapMarks {
  readonly selected?: string;
  /** Absent: nothing is looked for. */
  readonly matches?: ReadonlySet<string>;
}

/** Where all of a map is drawn smaller than so, nothing of it is told apart. */
const STAMP = 0.3;

/** With more things than that there is no room for larger names. */
const FEW = 100;

/** All of a small map is not drawn larger than so many times. */
const LARGEST = 1.5;

/** How long the pointer rests on something before what has nothing to do with it steps back, ms. */
const RESTING = 120;

/** The diameter at which edges end, by kind. */
function sizeOf(node: MapNode): number {
  return node.kind === 'process' ? 34 : 52;
}

/** The map on a canvas: changes as little of it as there is to change, and all of that at once. */
export class DrawnMap {
  readonly #cy: Core;
  readonly #gestures: MapGestures;
  readonly #nodes = new Map<string, MapNode>();
  readonly #edges = new Map<string, MapEdge>();
  readonly #pictures = new Map<string, string>();
  /** What of each element is drawn, as text: figures change at each look, and of most of them nothing is seen. */
  readonly #written = new Map<string, string>();
  readonly #faded = new Map<string, number>();
  #palette: Palette;
  #marks: MapMarks = {};
  /** Nobody moved the map since all of it was shown. */
  #whole = false;
  #size = '';
  #extent = '';
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(container: HTMLElement, palette: Palette, gestures: MapGestures) {
    this.#palette = palette;
    this.#gestures = gestures;
    this.#cy = cytoscape({
      container,
      style: styleOf(palette),
      minZoom: 0.05,
      maxZoom: 3,
      boxSelectionEnabled: false,
      selectionType: 'single',
      autounselectify: true,
    });
    const cy = this.#cy;
    cy.on('tap', (event) => {
      gestures.selected(event.target === cy ? undefined : event.target.id());
    });
    cy.on('dbltap', 'node', ({ target }) => gestures.opened(target.id()));
    cy.on('dragfree', 'node', ({ target }: { target: NodeSingular }) => {
      for (const node of [target, ...target.descendants().toArray()] as NodeSingular[]) {
        if (!node.isParent()) gestures.moved(node.id(), { ...node.position() });
      }
    });
    cy.on('mouseover', 'edge', ({ target }) => target.addClass('near'));
    cy.on('mouseout', 'edge', ({ target }) => setClass(target, 'near', this.#isNear(target.id())));
    cy.on('mouseover', 'node', ({ target }: { target: NodeSingular }) => {
      clearTimeout(this.#resting);
      if (!target.isParent()) this.#resting = setTimeout(() => this.#showNear(target), RESTING);
    });
    cy.on('mouseout', 'node', () => {
      clearTimeout(this.#resting);
      this.#forgetNear();
    });
    cy.on('dragpan scrollzoom pinchzoom', () => {
      this.#whole = false;
    });
    cy.on('resize', () => this.#resized());
    cy.on('zoom', () => this.#sizeNames());
  }

  /** Shows these, at these places: those of `spots`, things around others have none. */
  draw(
    nodes: readonly MapNode[],
    edges: readonly MapEdge[],
    spots: ReadonlyMap<string, Spot>,
    /** By the clock of the service, ms. */
    now: number,
  ): void {
    const cy = this.#cy;
    // A batch styles all things in a host again when one of them changes: it is for what is mostly new.
    const atOnce = nodes.length + edges.length > 2 * (this.#nodes.size + this.#edges.size);
    if (atOnce) cy.startBatch();
    const nodesNow = new Map(nodes.map((node) => [node.id, node]));
    const edgesNow = new Map(edges.map((edge) => [edge.id, edge]));
    for (const id of this.#edges.keys()) if (!edgesNow.has(id)) this.#remove(this.#edges, id);
    const led: { id: string; parent: string }[] = [];
    for (const [id, node] of this.#nodes) {
      const after = nodesNow.get(id);
      // What is drawn around others takes them along when it goes: they are led out first.
      if (after === undefined || after.parent === node.parent) continue;
      this.#moveOut(id, nodesNow, after.parent);
      if (after.parent !== undefined && !this.#nodes.has(after.parent)) led.push({ id, parent: after.parent });
    }
    for (const id of this.#nodes.keys()) if (!nodesNow.has(id)) this.#remove(this.#nodes, id);
    const added: ElementDefinition[] = [];
    for (const node of inOrder(nodes)) {
      const before = this.#nodes.get(node.id);
      if (before === node) continue;
      this.#nodes.set(node.id, node);
      const data = this.#nodeData(node);
      if (before === undefined) {
        this.#written.set(node.id, JSON.stringify(data));
        const spot = spots.get(node.id);
        added.push({
          group: 'nodes',
          data: { ...data, id: node.id, ...(node.parent !== undefined && { parent: node.parent }) },
          ...(spot !== undefined && { position: { ...spot } }),
        });
      } else this.#write(node.id, data);
    }
    for (const edge of edges) {
      const before = this.#edges.get(edge.id);
      if (before === edge) continue;
      this.#edges.set(edge.id, edge);
      const data = edgeData(edge);
      if (before === undefined) {
        this.#written.set(edge.id, JSON.stringify(data));
        added.push({ group: 'edges', data: { ...data, id: edge.id, source: edge.source, target: edge.target } });
      } else this.#write(edge.id, data);
    }
    if (added.length > 0) cy.add(added);
    // What it is to be drawn in may have come only now.
    for (const { id, parent } of led) {
      if (nodesNow.has(parent)) cy.getElementById(id).move({ parent });
    }
    for (const [id, spot] of spots) {
      const node = cy.getElementById(id) as unknown as NodeSingular;
      if (node.length === 0 || node.grabbed()) continue;
      const at = node.position();
      if (at.x !== spot.x || at.y !== spot.y) node.position({ ...spot });
    }
    this.#fade(now);
    if (added.length > 0) {
      this.#mark();
      this.#sizeNames(true);
    }
    if (atOnce) cy.endBatch();
  }

  /** Makes what is gone a little paler. */
  fade(now: number): void {
    this.#fade(now);
  }

  mark(marks: MapMarks): void {
    this.#marks = marks;
    this.#cy.batch(() => this.#mark());
  }

  recolour(palette: Palette): void {
    this.#palette = palette;
    this.#pictures.clear();
    this.#cy.batch(() => {
      this.#cy.style(styleOf(palette));
      for (const node of this.#nodes.values()) this.#write(node.id, this.#nodeData(node));
    });
  }

  fit(): void {
    if (this.#nodes.size === 0) return;
    this.#fitTo(this.#cy.elements());
    this.#whole = true;
  }

  /** Larger with a factor above 1, around the middle of what is seen. */
  zoomBy(factor: number): void {
    const cy = this.#cy;
    this.#whole = false;
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }

  /** Moves the map as far as it takes to see these. */
  show(ids: Iterable<string>): void {
    const cy = this.#cy;
    const wanted = this.#those(ids);
    if (wanted.empty()) return;
    const box = wanted.boundingBox();
    const seen = cy.extent();
    if (box.x1 >= seen.x1 && box.x2 <= seen.x2 && box.y1 >= seen.y1 && box.y2 <= seen.y2) return;
    this.#whole = false;
    if (box.w > seen.w || box.h > seen.h) cy.fit(wanted, 80);
    else cy.center(wanted);
  }

  /** The middle of everything, also of what is drawn around others. */
  spots(): Map<string, Spot> {
    return new Map(this.#cy.nodes().map((node) => [node.id(), { ...node.position() }]));
  }

  linked(id: string): Set<string> {
    const node = this.#cy.getElementById(id) as unknown as NodeSingular;
    return new Set(node.openNeighborhood('node').map((other) => other.id()));
  }

  viewport(): Viewport {
    return { pan: { ...this.#cy.pan() }, zoom: this.#cy.zoom(), whole: this.#whole };
  }

  setViewport({ pan, zoom, whole }: Viewport): void {
    if (whole) {
      this.fit();
      return;
    }
    this.#whole = false;
    this.#extent = `${this.#cy.width()} ${this.#cy.height()}`;
    this.#cy.viewport({ zoom, pan: { ...pan } });
  }

  whenViewportChanges(then: () => void): void {
    this.#cy.on('viewport', then);
  }

  png(): Promise<Blob> {
    return this.#cy.png({
      output: 'blob-promise',
      full: true,
      scale: 2,
      bg: this.#palette.ground,
      maxWidth: 8000,
      maxHeight: 8000,
    });
  }

  destroy(): void {
    clearTimeout(this.#resting);
    this.#cy.destroy();
  }

  #those(ids: Iterable<string>): CollectionReturnValue {
    let wanted = this.#cy.collection();
    for (const id of ids) wanted = wanted.union(this.#cy.getElementById(id));
    return wanted;
  }

  /** As large as it can be beside what lies over the map. */
  #fitTo(wanted: CollectionReturnValue): void {
    const cy = this.#cy;
    this.#extent = `${cy.width()} ${cy.height()}`;
    const box = wanted.boundingBox();
    const { top, bottom } = this.#gestures.covered();
    const aside = Math.min(40, cy.width() / 20);
    const room = { width: Math.max(50, cy.width() - 2 * aside), height: Math.max(50, cy.height() - top - bottom - 24) };
    const zoom = Math.max(cy.minZoom(), Math.min(LARGEST, room.width / box.w, room.height / box.h));
    const middle = { x: cy.width() / 2, y: top + 12 + room.height / 2 };
    const pan = { x: middle.x - (zoom * (box.x1 + box.x2)) / 2, y: middle.y - (zoom * (box.y1 + box.y2)) / 2 };
    cy.viewport({ zoom, pan });
  }

  /** All of it, or where that would be a stamp, what is told about. */
  #fitAgain(): void {
    const cy = this.#cy;
    this.fit();
    const selected = this.#marks.selected === undefined ? undefined : cy.getElementById(this.#marks.selected);
    if (cy.zoom() > STAMP || selected === undefined || selected.empty()) return;
    cy.zoom(0.7);
    cy.center(selected);
  }

  /** Names of a small map stay readable where all of it is seen on a small screen: they are larger there than things are. */
  #sizeNames(anew = false): void {
    const zoom = this.#cy.zoom();
    const isPlain = this.#nodes.size > FEW || zoom >= 0.72;
    const size = isPlain ? '' : zoom >= 0.5 ? 'larger' : zoom >= 0.34 ? 'largest' : 'huge';
    if (size === this.#size && !anew) return;
    this.#size = size;
    this.#cy.batch(() => {
      for (const node of this.#cy.nodes().toArray() as NodeSingular[]) {
        for (const name of ['larger', 'largest', 'huge']) setClass(node, name, name === size);
      }
    });
  }

  /** A panel beside it was opened or closed, or the window changed: what was seen is seen still. */
  #resized(): void {
    const cy = this.#cy;
    const extent = `${cy.width()} ${cy.height()}`;
    // It is told without a change, too, and the map shall not jump.
    if (extent === this.#extent || this.#nodes.size === 0) return;
    this.#extent = extent;
    if (this.#whole) this.#fitAgain();
    else if (this.#marks.selected !== undefined) this.show([this.#marks.selected]);
  }

  /** Who talks to it stays, the rest steps back. */
  #showNear(node: NodeSingular): void {
    if (node.removed()) return;
    const near = node.closedNeighborhood();
    this.#cy.batch(() => {
      near.addClass('near');
      this.#cy.elements().not(near).not(':parent').addClass('aside');
    });
  }

  #forgetNear(): void {
    this.#cy.batch(() => {
      this.#cy.elements('.aside').removeClass('aside');
      this.#cy.nodes('.near').removeClass('near');
      this.#markEdges();
    });
  }

  #write(id: string, data: Record<string, unknown>): void {
    const text = JSON.stringify(data);
    if (this.#written.get(id) === text) return;
    this.#written.set(id, text);
    this.#cy.getElementById(id).data(data);
  }

  #remove(drawn: Map<string, unknown>, id: string): void {
    this.#written.delete(id);
    this.#faded.delete(id);
    this.#cy.getElementById(id).remove();
    drawn.delete(id);
  }

  #moveOut(id: string, nodesNow: ReadonlyMap<string, MapNode>, parent: string | undefined): void {
    const to = parent !== undefined && nodesNow.has(parent) && this.#nodes.has(parent) ? parent : null;
    this.#cy.getElementById(id).move({ parent: to });
  }

  #nodeData(node: MapNode): Record<string, unknown> {
    const look = lookOf(node);
    const name = nameOfLook(look);
    let picture = this.#pictures.get(name);
    if (picture === undefined) {
      picture = addressOfLook(look, this.#palette);
      this.#pictures.set(name, picture);
    }
    const { severity } = look;
    return {
      kind: node.kind,
      label: nameOn(node),
      picture,
      size: sizeOf(node),
      tone: severity === 'none' || severity === 'not-known' ? this.#palette.muted : this.#palette.severities[severity],
      dashed: look.withoutKnowledge,
    };
  }

  #fade(now: number): void {
    for (const things of [this.#nodes, this.#edges]) {
      for (const { id, gone } of things.values()) {
        if (gone === undefined) {
          if (this.#faded.delete(id)) this.#cy.getElementById(id).removeClass('gone');
          continue;
        }
        const age = Math.min(1, Math.max(0, (now - Date.parse(gone)) / FADE));
        // In steps: each one is drawn anew.
        const fade = Math.round((0.6 - 0.45 * age) * 12) / 12;
        if (this.#faded.get(id) === fade) continue;
        this.#faded.set(id, fade);
        this.#cy.getElementById(id).data('fade', fade).addClass('gone');
      }
    }
  }

  #mark(): void {
    const { selected, matches } = this.#marks;
    for (const node of this.#cy.nodes().toArray() as NodeSingular[]) {
      const id = node.id();
      setClass(node, 'selected', id === selected);
      setClass(node, 'match', matches?.has(id) === true);
      const aside = matches !== undefined && !matches.has(id) && id !== selected;
      setClass(node, 'dimmed', aside && !node.isParent());
    }
    this.#markEdges();
  }

  #markEdges(): void {
    const { matches } = this.#marks;
    for (const edge of this.#cy.edges().toArray() as EdgeSingular[]) {
      const id = edge.id();
      const { source, target } = this.#edges.get(id) ?? { source: '', target: '' };
      setClass(edge, 'near', this.#isNear(id));
      const aside = matches !== undefined && !matches.has(source) && !matches.has(target);
      setClass(edge, 'dimmed', aside);
    }
  }

  #isNear(id: string): boolean {
    const { selected } = this.#marks;
    const edge = this.#edges.get(id);
    return selected !== undefined && (id === selected || edge?.source === selected || edge?.target === selected);
  }
}

/** Of a host that does not tell, or tells of other moments, its map says so itself. */
function nameOn({ kind, label, state }: MapNode): string {
  const isTroubled = kind === 'host' && (state === 'late' || state === 'gone' || state === 'skewed');
  return isTroubled ? `${shortName(label)} (${HOST_STATES[state]})` : shortName(label);
}

/** Asked before it is set: Cytoscape takes each setting for a change, and styles the element again. */
function setClass(element: NodeSingular | EdgeSingular, name: string, on: boolean): void {
  if (element.hasClass(name) === on) return;
  if (on) element.addClass(name);
  else element.removeClass(name);
}

/** What is drawn around others before these. */
function inOrder(nodes: readonly MapNode[]): readonly MapNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const depth = (node: MapNode): number => {
    const parent = node.parent === undefined ? undefined : byId.get(node.parent);
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  return nodes
    .map((node) => [depth(node), node] as const)
    .sort(([a], [b]) => a - b)
    .map(([, node]) => node);
}

function edgeData(edge: MapEdge): Record<string, unknown> {
  return {
    width: widthOf(edge),
    port: portsOf(edge),
    membership: edge.kind === 'membership',
    dashed: isDashed(edge),
    published: edge.published === true,
  };
}
