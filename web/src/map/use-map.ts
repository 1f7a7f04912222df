import { useEffect, useMemo, useState } from 'react';
import { ApiProblem, addressOf } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useEvents } from '../api/use-events.ts';
import type { MapAddress } from './address-state.ts';
import { type HeldMap, heldAfter, heldFrom } from './held-map.ts';
import type { MapChange, MapSnapshot } from './shapes.ts';

/** What the page knows of the map, and how. */
export interface FollowedMap {
  /** What was told last; of another view while that of the present one is on its way. */
  readonly held?: HeldMap;
  /** `asked`: events do not come through, and the service is asked every few seconds. */
  readonly how: 'loading' | 'live' | 'asked' | 'gone' | 'past';
  /** The service refuses, or does not answer. */
  readonly error?: Error;
}

/** The part of an address that says what the service is asked for. */
export interface MapQuery {
  readonly view: MapAddress['view'];
  readonly expand?: string;
  readonly label?: string;
  readonly state?: string;
  readonly network?: string;
  readonly host?: string;
  readonly system?: 'hide' | 'only';
  readonly unconnected?: 'hide';
}

export function queryOf({ view, expand, filters }: MapAddress): MapQuery {
  return { view, ...(expand.length > 0 && { expand: expand.join(',') }), ...filters };
}

/** How often the map is asked for where events do not come, ms. */
const ASKING = 4000;

/** Follows the map: by events where it is live, and by asking where they do not come. */
export function useMap(address: MapAddress): FollowedMap {
  const { at } = address;
  const query = queryOf(address);
  const key = JSON.stringify(query);
  const [held, setHeld] = useState<{ readonly key: string; readonly map: HeldMap }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the query
  const stream = useMemo(
    () => (at === undefined ? addressOf('GET /api/map/events', { query: { ...query } }) : undefined),
    [key, at],
  );
  const state = useEvents(stream, {
    snapshot: (data) => {
      const snapshot = data as MapSnapshot;
      setHeld((before) => ({ key, map: heldFrom(snapshot, before?.map) }));
    },
    change: (data) => {
      const change = data as MapChange;
      setHeld((before) =>
        before === undefined || before.key !== key ? before : { key, map: heldAfter(before.map, change) },
      );
    },
  });
  const broken = useLasting(stream !== undefined && state === 'broken');
  const asked = useAnswer(
    'GET /api/map',
    { query: { ...query, ...(at !== undefined && { at }) } },
    { off: at === undefined && !broken, ...(at === undefined && { every: ASKING }) },
  );
  const answer = asked.stale ? undefined : asked.data;
  useEffect(() => {
    if (answer !== undefined && (at !== undefined || broken)) {
      setHeld((before) => ({ key, map: heldFrom(answer, before?.map) }));
    }
  }, [answer, key, at, broken]);
  const map = held?.map;
  const known = map !== undefined && { held: map };
  const error = asked.error !== undefined && (at !== undefined || broken) ? asked.error : undefined;
  if (error !== undefined) {
    return { ...known, how: error instanceof ApiProblem && held === undefined ? 'loading' : 'gone', error };
  }
  if (held === undefined || held.key !== key || (map !== undefined && map.live !== (at === undefined))) {
    return { ...known, how: 'loading' };
  }
  if (at !== undefined) return { ...known, how: 'past' };
  return { ...known, how: broken ? 'asked' : 'live' };
}

/** True once it was true for a moment: the browser comes back by itself from most breaks. */
function useLasting(now: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!now) {
      setLasting(false);
      return;
    }
    const timer = setTimeout(() => setLasting(true), 800);
    return () => clearTimeout(timer);
  }, [now]);
  return lasting && now;
}
