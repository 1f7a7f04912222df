import type { ReactNode } from 'react';
import type { MapSeries } from '../api/schema.ts';
import { bytesWords } from '../ui/bytes.tsx';

const NAMES: Readonly<Record<MapSeries['name'], string>> = {
  cpu: 'Processor',
  memoryBytes: 'Memory',
  load: 'Load',
  receivedBytes: 'Received',
  sentBytes: 'Sent',
  connections: 'Connections',
};

const [WIDTH, HEIGHT] = [132, 30];

/** A figure in its unit: `12 %`, `34.1 MiB/s`. */
export function figureWords(value: number, unit: MapSeries['unit']): string {
  switch (unit) {
    case 'processors':
      return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
    case 'bytes':
      return bytesWords(value);
    case 'bytes per second':
      return `${bytesWords(value)}/s`;
    default:
      return value.toLocaleString('en', { maximumFractionDigits: 2 });
  }
}

/** The line of a series in a box; gaps where nothing was told. */
export function lineOf(points: MapSeries['points'], width: number, height: number, highest: number): string {
  const first = points[0]?.[0] ?? 0;
  const span = Math.max(1, (points.at(-1)?.[0] ?? 0) - first);
  let pen = 'M';
  let path = '';
  for (const [at, value] of points) {
    if (value === null) {
      pen = 'M';
      continue;
    }
    const x = ((at - first) / span) * width;
    const y = height - (Math.max(0, value) / highest) * height;
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = 'L';
  }
  return path;
}

/** One figure over the last quarter of an hour. */
export function Sparkline({ series }: { readonly series: MapSeries }): ReactNode {
  const told = series.points.flatMap(([, value]) => (value === null ? [] : [value]));
  const last = told.at(-1);
  if (last === undefined) return null;
  const most = Math.max(...told);
  const top = Math.max(most * 1.15, Number.EPSILON);
  const line = lineOf(series.points, WIDTH, HEIGHT - 3, top);
  const now = figureWords(last, series.unit);
  const limit = series.limit === undefined ? '' : ` of ${figureWords(series.limit, series.unit)}`;
  return (
    <figure className="map-spark">
      <figcaption>
        <span className="soft">{NAMES[series.name]}</span> <strong>{now}</strong>
        {limit !== '' && <span className="faint">{limit}</span>}
      </figcaption>
      <svg
        width={WIDTH}
        height={HEIGHT}
        viewBox={`0 -1.5 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${NAMES[series.name]}, last 15 minutes: now ${now}, at most ${figureWords(most, series.unit)}`}
      >
        <path d={line} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
      </svg>
    </figure>
  );
}
