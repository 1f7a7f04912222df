import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { IconButton } from '../ui/button.tsx';
import { plainText } from '../ui/image-text.tsx';
import type { MapLayout } from './address-state.ts';
import type { MapMarks } from './drawn-map.ts';
import type { Grouping } from './grouping.ts';
import type { HeldMap } from './held-map.ts';
import { MapScene } from './map-scene.ts';
import { sentenceOf } from './sentences.ts';
import { stepFrom } from './walk.ts';

/** What the page around it asks of the canvas. */
export interface CanvasHandle {
  png(): Promise<Blob>;
  focus(): void;
}

export interface MapCanvasProps {
  readonly ref: Ref<CanvasHandle>;
  /** What lies over its upper part. */
  readonly over: RefObject<HTMLElement | null>;
  readonly held: HeldMap;
  readonly layout: MapLayout;
  readonly by: Grouping;
  readonly marks: MapMarks;
  /** Ids of what is open. */
  readonly open: ReadonlySet<string>;
  readonly onSelect: (id: string | undefined) => void;
  readonly onOpen: (id: string) => void;
  /** Enter on something: tells about it. */
  readonly onDetails: (id: string) => void;
}

const DIRECTIONS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' } as const;
const ZOOM = 1.3;

/** The map, drawn. Readers of screens are told what it shows in a sentence, and hear the names that are walked over. */
export function MapCanvas({
  ref,
  over,
  held,
  layout,
  by,
  marks,
  open,
  onSelect,
  onOpen,
  onDetails,
}: MapCanvasProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const outer = useRef<HTMLDivElement>(null);
  const scene = useRef<MapScene>(undefined);
  const zoom = useRef<HTMLDivElement>(null);
  const calls = useRef({ onSelect, onOpen, over });
  calls.current = { onSelect, onOpen, over };
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const own = new MapScene(place.current!, {
      selected: (id) => calls.current.onSelect(id),
      opened: (id) => calls.current.onOpen(id),
      busy: setBusy,
      covered: () => ({
        top: calls.current.over.current?.offsetHeight ?? 0,
        bottom: lowest(zoom.current),
      }),
    });
    scene.current = own;
    return () => {
      scene.current = undefined;
      own.destroy();
    };
  }, []);
  useEffect(() => scene.current?.show(held, layout, by), [held, layout, by]);
  useEffect(() => scene.current?.mark(marks), [marks]);
  useImperativeHandle(
    ref,
    () => ({
      png: () => scene.current!.png(),
      focus: () => outer.current?.focus(),
    }),
    [],
  );

  const walk = (event: KeyboardEvent): void => {
    const own = scene.current;
    if (own === undefined || event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const { selected } = marks;
    const taken = ((): boolean => {
      switch (event.key) {
        case 'ArrowLeft':
        case 'ArrowRight':
        case 'ArrowUp':
        case 'ArrowDown': {
          const spots = own.spots();
          const next =
            selected === undefined || !spots.has(selected)
              ? firstOf(held)
              : stepFrom(selected, DIRECTIONS[event.key], spots, own.linked(selected));
          if (next !== undefined) {
            onSelect(next);
            own.bringIntoView([next]);
          }
          return true;
        }
        case 'Enter':
          if (selected !== undefined) {
            if (open.has(selected) || held.nodes.get(selected)?.canExpand === true) onOpen(selected);
            else onDetails(selected);
          }
          return true;
        case ' ':
          if (selected !== undefined) onDetails(selected);
          return true;
        case '+':
        case '=':
          own.zoomBy(ZOOM);
          return true;
        case '-':
          own.zoomBy(1 / ZOOM);
          return true;
        case '0':
          own.fit();
          return true;
        default:
          return false;
      }
    })();
    if (taken) event.preventDefault();
  };

  const selected = marks.selected === undefined ? undefined : held.nodes.get(marks.selected);
  return (
    <>
      <div
        ref={outer}
        className="map-canvas-frame"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is walked by keys
        tabIndex={0}
        aria-label="Map: arrow keys walk to neighbours, Enter opens, space tells more, T shows it as a table"
        onKeyDown={walk}
      >
        <div ref={place} className="map-canvas" role="img" aria-label={summaryOf(held)} />
      </div>
      <p className="unseen" aria-live="polite">
        {selected === undefined ? '' : plainText(sentenceOf(selected))}
      </p>
      <div className="map-zoom no-print" ref={zoom}>
        <IconButton label="Larger" icon="plus" kind="quiet" onClick={() => scene.current?.zoomBy(ZOOM)} />
        <IconButton label="Smaller" icon="minus" kind="quiet" onClick={() => scene.current?.zoomBy(1 / ZOOM)} />
        <IconButton label="Show all" icon="fit" kind="quiet" onClick={() => scene.current?.fit()} />
        <IconButton label="Lay out again" icon="refresh" kind="quiet" onClick={() => scene.current?.layOutAgain()} />
      </div>
      {busy && (
        <p className="map-busy" role="status">
          Laying out …
        </p>
      )}
    </>
  );
}

/** What lies over the lower end of the map: on a narrow screen the tools beside each other, else the line that says how it stands. */
function lowest(zoom: HTMLElement | null): number {
  const height = zoom?.offsetHeight ?? 0;
  return height > 0 && height < 60 ? height + 12 : 36;
}

function firstOf({ nodes }: HeldMap): string | undefined {
  for (const { id, kind } of nodes.values()) if (kind !== 'host') return id;
  return nodes.keys().next().value;
}

function summaryOf({ nodes, edges, view }: HeldMap): string {
  const counts = new Map<string, number>();
  let grave = 0;
  for (const { kind, worst } of nodes.values()) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (kind !== 'host' && (worst?.severity === 'critical' || worst?.severity === 'high')) grave++;
  }
  const parts = [...counts].map(([kind, count]) => `${count} ${kind}`);
  return `Map of ${view}: ${parts.join(', ')}, ${edges.size} connections; ${grave} with high or critical vulnerabilities in use. The same is in the table (T).`;
}
