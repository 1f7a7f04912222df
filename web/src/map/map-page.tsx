import './map.css';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { ApiProblem } from '../api/client.ts';
import { IconButton } from '../ui/button.tsx';
import { useTitle } from '../ui/page-frame.tsx';
import { Empty, Failed, Skeleton } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { useTyped } from '../ui/use-typed.ts';
import { type AddressChange, PANELS, VIEW_NAMES } from './address-names.ts';
import { type MapAddress, readAddress, VIEWS, writeAddress } from './address-state.ts';
import { ChangesPanel } from './changes-panel.tsx';
import { type AskedControl, ControlOf } from './controls.tsx';
import { DetailsPanel } from './details-panel.tsx';
import type { MapMarks } from './drawn-map.ts';
import { type Grouping, isFrame, regrouped } from './grouping.ts';
import { realId } from './held-map.ts';
import { LegendPanel } from './legend-panel.tsx';
import { type CanvasHandle, MapCanvas } from './map-canvas.tsx';
import { MapTable } from './map-table.tsx';
import { MapTools } from './map-tools.tsx';
import { NothingRuns } from './nothing-runs.tsx';
import { ReportersPanel } from './reporters-panel.tsx';
import { PinnedTerms, SearchBox, useSearch as useMapSearch } from './search-box.tsx';
import { StageTools } from './stage-tools.tsx';
import { StatusLine } from './status-line.tsx';
import { TimeBar } from './time-bar.tsx';
import { type FollowedMap, useMap } from './use-map.ts';

/** The live map: what runs, who talks to whom, and what of it is vulnerable. */
export function MapPage(): ReactNode {
  useTitle('Live map');
  const search = useSearch();
  const [, go] = useLocation();
  const address = useMemo(() => readAddress(search), [search]);
  const latest = useRef(address);
  latest.current = address;
  const change = useCallback(
    (changed: AddressChange, replace = false) => {
      const next = { ...latest.current, ...changed } as MapAddress;
      go(`/map${writeAddress(next)}`, { replace });
    },
    [go],
  );
  const [typed, , setTyped] = useTyped('find');
  const followed = useShown(useMap(address), address.by);
  const found = useMapSearch(address);
  const canvas = useRef<CanvasHandle>(null);
  const over = useRef<HTMLDivElement>(null);
  const { held } = followed;
  const marks: MapMarks = useMemo(
    () => ({
      ...(address.selected !== undefined && { selected: address.selected }),
      ...(found.matches !== undefined && { matches: found.matches }),
    }),
    [address.selected, found.matches],
  );

  const select = useCallback(
    (id: string | undefined) => change({ selected: id === undefined || isFrame(id) ? undefined : realId(id) }, true),
    [change],
  );
  const open = useCallback(
    (id: string) => {
      const { expand } = latest.current;
      if (expand.includes(id)) change({ expand: expand.filter((other) => other !== id) }, true);
      else if (heldNow.current?.nodes.get(id)?.canExpand === true)
        change({ expand: [...expand, id].slice(-100) }, true);
    },
    [change],
  );
  const heldNow = useRef(held);
  heldNow.current = held;
  const side = useRef<HTMLElement>(null);
  const details = useCallback(
    (id: string) => {
      select(id);
      // Once it is drawn.
      requestAnimationFrame(() => side.current?.querySelector<HTMLElement>('h2')?.focus());
    },
    [select],
  );
  useMapKeys(
    useCallback(
      (key) => {
        const now = latest.current;
        if (key === 't') change({ table: !now.table });
        else if (now.selected !== undefined) change({ selected: undefined }, true);
        else if (now.panel !== undefined) change({ panel: undefined }, true);
        else return false;
        if (key === 'Escape') canvas.current?.focus();
        return true;
      },
      [change],
    ),
  );

  const [control, setControl] = useState<AskedControl>();
  const openIds = useMemo(() => new Set(address.expand), [address.expand]);
  const content = stageOf(followed);
  return (
    <div className="map-page">
      <h1 className="unseen" tabIndex={-1}>
        Live map
      </h1>
      <div className="map-bar no-print">
        <Tabs
          label="What the map shows"
          current={address.view}
          tabs={VIEWS.map((view) => ({
            name: view,
            label: VIEW_NAMES[view],
            to: `/map${writeAddress(viewed(address, view))}`,
          }))}
        />
        <SearchBox
          typed={typed}
          onType={setTyped}
          onPin={(term) => change({ terms: [...new Set([...address.terms, term])].slice(0, 10), find: undefined })}
        />
        <div className="map-tools">
          <MapTools address={address} followed={followed} canvas={canvas} onChange={change} />
        </div>
      </div>
      <PinnedTerms address={address} found={found} onChange={(changed) => change(changed)} />
      <div className="map-body">
        <div className={`map-stage${followed.how === 'loading' && held !== undefined ? ' stale' : ''}`}>
          <StageTools ref={over} address={address} held={content === undefined ? held : undefined} onChange={change} />
          {content ??
            (address.table ? (
              <MapTable
                held={held!}
                selected={address.selected}
                matches={found.matches}
                order={address.order}
                onOrder={(order) => change({ order }, true)}
                onSelect={select}
                onOpen={open}
                open={openIds}
              />
            ) : (
              <MapCanvas
                ref={canvas}
                over={over}
                held={held!}
                layout={address.layout}
                by={address.by}
                marks={marks}
                open={openIds}
                onSelect={select}
                onOpen={open}
                onDetails={details}
              />
            ))}
          {held !== undefined && (
            <StatusLine
              held={held}
              onReporters={() =>
                change({ panel: address.panel === 'reporters' ? undefined : 'reporters', selected: undefined })
              }
            />
          )}
        </div>
        {(address.selected !== undefined || address.panel !== undefined) && (
          <aside className="map-side" ref={side} aria-label="Beside the map">
            {address.selected !== undefined ? (
              <DetailsPanel
                id={address.selected}
                at={address.at}
                onMap={held?.nodes.has(address.selected) !== false}
                open={openIds.has(address.selected)}
                canOpen={held?.nodes.get(address.selected)?.canExpand === true}
                onSelect={details}
                onOpen={open}
                onControl={setControl}
                onClose={() => select(undefined)}
              />
            ) : (
              <div className="map-side-content">
                <header className="map-side-head">
                  <h2 className="grow" tabIndex={-1}>
                    {PANELS[address.panel!]}
                  </h2>
                  <IconButton label="Close" icon="close" onClick={() => change({ panel: undefined })} />
                </header>
                {address.panel === 'changes' && (
                  <ChangesPanel
                    at={address.at}
                    since={address.since}
                    ago={address.ago}
                    onSince={(since, ago) => change({ since, ago }, true)}
                    onSelect={details}
                  />
                )}
                {address.panel === 'reporters' && <ReportersPanel reporters={held?.reporters ?? []} />}
                {address.panel === 'legend' && <LegendPanel />}
              </div>
            )}
          </aside>
        )}
      </div>
      {control !== undefined && <ControlOf asked={control} onClose={() => setControl(undefined)} />}
      <TimeBar at={address.at} how={followed.how} onAt={(at) => change({ at }, true)} />
    </div>
  );
}

/** What is followed, in the frames that were chosen. */
function useShown(followed: FollowedMap, by: Grouping): FollowedMap {
  const { held } = followed;
  const shown = useMemo(() => (held === undefined ? undefined : regrouped(held, by)), [held, by]);
  return shown === held || shown === undefined ? followed : { ...followed, held: shown };
}

/** Another view of the same: what is open in one is nothing in the other. */
function viewed(address: MapAddress, view: MapAddress['view']): MapAddress {
  return { ...address, view, expand: [] };
}

/** What stands where the map would be; undefined: the map. */
function stageOf({ held, how, error }: FollowedMap): ReactNode {
  if (held === undefined) {
    if (error === undefined) return <Skeleton lines={12} />;
    if (error instanceof ApiProblem && error.code === 'map.off') {
      return (
        <Empty title="This service makes no map">
          <p>Its administrator can have it make one; on one machine, `drydock map` shows what runs there.</p>
        </Empty>
      );
    }
    return (
      <div className="map-message">
        <Failed what="The map" error={error} />
      </div>
    );
  }
  if (how === 'past' && held.nodes.size === 0) {
    return (
      <Empty title="Nothing ran then">
        <p>Nothing is kept of that moment, or there was nothing.</p>
      </Empty>
    );
  }
  if (held.live && held.nodes.size === 0 && how !== 'loading') return <NothingRuns reporters={held.reporters} />;
  return undefined;
}

/** Keys of the page that hold wherever the focus is, but where something is typed. The callback says whether it took the key. */
function useMapKeys(press: (key: 't' | 'Escape') => boolean): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const { target, key } = event;
      if (target instanceof HTMLElement && target.closest('input, textarea, select, dialog, [role=menu]') !== null)
        return;
      if (document.querySelector('dialog[open]') !== null) return;
      if ((key === 't' || key === 'T' || key === 'Escape') && press(key === 'Escape' ? 'Escape' : 't'))
        event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [press]);
}
