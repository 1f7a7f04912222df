import type { ReactNode } from 'react';
import type { FleetDay } from '../../api/schema.ts';
import { gravestFirst, inWords, SeverityBadge, totalOf } from '../../ui/severity.tsx';
import { dayWords } from '../../ui/time.tsx';

const WIDTH = 720;
const HEIGHT = 180;
const BELOW = 18;
const LEFT = 44;

/** From the ground up: the gravest stand where they are seen first, at the bottom. */
const shown = gravestFirst.filter((severity) => severity !== 'unknown' && severity !== 'negligible');

/** A number that is easily read, at or above another: 1, 2 or 5 by a power of ten. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

/** Findings by severity, a bar a day. The figures stand in a table below it, too. */
export function TrendChart({ days }: { readonly days: readonly FleetDay[] }): ReactNode {
  const most = roundUp(
    Math.max(1, ...days.map(({ findings }) => shown.reduce((sum, each) => sum + findings[each], 0))),
  );
  const step = (WIDTH - LEFT) / days.length;
  const bar = Math.max(1, Math.min(28, step * 0.72));
  const scale = (HEIGHT - BELOW - 6) / most;
  const ground = HEIGHT - BELOW;
  return (
    <figure className="trend">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summaryOf(days)}>
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line x1={LEFT} x2={WIDTH} y1={ground - part * most * scale} y2={ground - part * most * scale} />
            <text x={LEFT - 6} y={ground - part * most * scale + 4} textAnchor="end">
              {(part * most).toLocaleString('en')}
            </text>
          </g>
        ))}
        {days.map((day, index) => (
          <Bar
            key={day.day}
            day={day}
            x={LEFT + index * step + (step - bar) / 2}
            width={bar}
            scale={scale}
            ground={ground}
          />
        ))}
        {[0, days.length - 1].map((index) => (
          <text key={index} x={index === 0 ? LEFT : WIDTH} y={HEIGHT - 3} textAnchor={index === 0 ? 'start' : 'end'}>
            {index === 0 && days.length === 1 ? '' : dayWords(days[index]!.day)}
          </text>
        ))}
      </svg>
      <figcaption className="side">
        {shown.map((severity) => (
          <SeverityBadge key={severity} severity={severity} />
        ))}
      </figcaption>
      <details>
        <summary className="soft">As a table</summary>
        <TrendTable days={days} />
      </details>
    </figure>
  );
}

function Bar({
  day,
  x,
  width,
  scale,
  ground,
}: {
  readonly day: FleetDay;
  readonly x: number;
  readonly width: number;
  readonly scale: number;
  readonly ground: number;
}): ReactNode {
  let top = ground;
  return (
    <g>
      <title>{`${dayWords(day.day)}: ${inWords(day.findings)}, in ${day.images} images`}</title>
      {shown.map((severity) => {
        const height = day.findings[severity] * scale;
        top -= height;
        return height <= 0 ? null : (
          <rect key={severity} className={`of-${severity}`} x={x} y={top} width={width} height={height} />
        );
      })}
    </g>
  );
}

function summaryOf(days: readonly FleetDay[]): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return 'No days';
  return `Findings by day: ${inWords(first.findings)} on ${dayWords(first.day)}, ${inWords(last.findings)} on ${dayWords(last.day)}`;
}

function TrendTable({ days }: { readonly days: readonly FleetDay[] }): ReactNode {
  return (
    <div className="table-scroll">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">Day</th>
            {shown.map((severity) => (
              <th key={severity} scope="col" className="number">
                {severity}
              </th>
            ))}
            <th scope="col" className="number">
              all
            </th>
            <th scope="col" className="number">
              images
            </th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.day}>
              <td>{dayWords(day.day)}</td>
              {shown.map((severity) => (
                <td key={severity} className="number">
                  {day.findings[severity].toLocaleString('en')}
                </td>
              ))}
              <td className="number">{totalOf(day.findings).toLocaleString('en')}</td>
              <td className="number">{day.images.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
