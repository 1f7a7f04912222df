import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { Button } from '../ui/button.tsx';
import type { FollowedMap } from './use-map.ts';

/** How long the slider has to rest before the service is asked for its moment, ms. */
const CALM = 250;
const STEPS = 1000;

const words = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** Back in time over what the service kept, and live again. */
export function TimeBar({
  at,
  how,
  onAt,
}: {
  readonly at: string | undefined;
  readonly how: FollowedMap['how'];
  readonly onAt: (at: string | undefined) => void;
}): ReactNode {
  const asked = useAnswer('GET /api/map/history', {}, { every: 60_000 });
  const { first, last, kept = false, moments = [] } = asked.data ?? {};
  const [from, to] = [
    first === undefined ? Number.NaN : Date.parse(first),
    last === undefined ? Number.NaN : Date.parse(last),
  ];
  const usable = kept && to > from;
  const fixed = at === undefined ? STEPS : usable ? Math.round(((Date.parse(at) - from) / (to - from)) * STEPS) : STEPS;
  const [dragged, setDragged] = useState<number>();
  const latest = useRef(onAt);
  latest.current = onAt;
  useEffect(() => {
    if (dragged === undefined) return;
    const timer = setTimeout(() => {
      setDragged(undefined);
      latest.current(dragged >= STEPS ? undefined : new Date(from + ((to - from) * dragged) / STEPS).toISOString());
    }, CALM);
    return () => clearTimeout(timer);
  }, [dragged, from, to]);
  const position = Math.min(STEPS, Math.max(0, dragged ?? fixed));
  const moment = position >= STEPS && at === undefined ? undefined : from + ((to - from) * position) / STEPS;
  const said =
    moment === undefined || Number.isNaN(moment)
      ? at === undefined
        ? 'now'
        : words.format(Date.parse(at))
      : words.format(moment);
  return (
    <div className="map-time no-print">
      <Button
        small
        aria-pressed={at === undefined}
        onClick={() => {
          setDragged(undefined);
          onAt(undefined);
        }}
      >
        <span className={`map-dot ${at === undefined ? how : ''}`} />
        {at === undefined ? LIVE[how] : 'Live again'}
      </Button>
      {usable ? (
        <div className="map-slider">
          <Changes moments={moments} from={from} to={to} />
          <input
            type="range"
            min={0}
            max={STEPS}
            step={1}
            value={position}
            aria-label="Moment that is shown"
            aria-valuetext={said}
            onChange={(event) => setDragged(Number(event.currentTarget.value))}
          />
        </div>
      ) : (
        <span className="faint grow map-no-history">
          {asked.data === undefined ? '' : kept ? 'The history begins now.' : 'No history is kept.'}
        </span>
      )}
      <output className="nowrap soft">{said}</output>
    </div>
  );
}

const LIVE: Readonly<Record<FollowedMap['how'], string>> = {
  loading: 'Loading …',
  live: 'Live',
  asked: 'Every few seconds',
  gone: 'Not live',
  past: 'Live',
};

/** How much changed when, behind the slider. */
function Changes({
  moments,
  from,
  to,
}: {
  readonly moments: readonly { readonly at: string; readonly changes: number }[];
  readonly from: number;
  readonly to: number;
}): ReactNode {
  const path = useMemo(() => {
    const most = Math.max(1, ...moments.map(({ changes }) => changes));
    return moments
      .filter(({ changes }) => changes > 0)
      .map(({ at, changes }) => {
        const x = ((Date.parse(at) - from) / (to - from)) * 300;
        const height = 3 + 13 * Math.sqrt(changes / most);
        return `M${x.toFixed(1)} 18V${(18 - height).toFixed(1)}`;
      })
      .join('');
  }, [moments, from, to]);
  return (
    <svg viewBox="0 0 300 18" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} stroke="currentColor" strokeWidth="1" fill="none" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
