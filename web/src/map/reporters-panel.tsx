import type { ReactNode } from 'react';
import { Badge, type Tone } from '../ui/badge.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { Time } from '../ui/time.tsx';
import type { MapReporter } from './shapes.ts';

const TONES: Readonly<Record<MapReporter['state'], Tone>> = { live: 'good', late: 'warn', gone: 'bad', skewed: 'warn' };

/** Who tells of which host, how lately, and what they cannot see. */
export function ReportersPanel({ reporters }: { readonly reporters: readonly MapReporter[] }): ReactNode {
  return (
    <ul className="map-list">
      {reporters.map(({ host, name, state, lastSeen, clockSkewSeconds, blindSpots, counts }) => (
        <li key={host} className="stack close map-reporter">
          <div className="side apart">
            <strong>
              <ImageText text={name} />
            </strong>
            <Badge tone={TONES[state]}>{state}</Badge>
          </div>
          <span className="soft">
            Told <Time at={lastSeen} />: {counts.containers} containers, {counts.processes} processes,{' '}
            {counts.connections} connections
          </span>
          {Math.abs(clockSkewSeconds) >= 1 && (
            <span className="soft">
              Its clock is {Math.abs(clockSkewSeconds).toFixed(0)} s {clockSkewSeconds > 0 ? 'ahead of' : 'behind'} that
              of the service; its own moments are not used.
            </span>
          )}
          {blindSpots.length > 0 && (
            <ul className="map-blind">
              {blindSpots.slice(0, 20).map((spot) => (
                <li key={spot}>
                  <ImageText text={spot} />
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}
