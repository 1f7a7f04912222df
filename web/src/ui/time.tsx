import { type ReactNode, useSyncExternalStore } from 'react';

const steps = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const dayOnly = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
/** A day without a time is that day everywhere; `Date.parse` takes it for its midnight in UTC. */
const calendarDay = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });

/** `3 hours ago`, `in 2 days`. */
export function sinceWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(-Math.round(seconds / size), unit);
  }
  return seconds < -10 ? 'in a moment' : 'just now';
}

/** `1 h 20 min`, `4 s`: how long something took. */
export function durationWords(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${Number(seconds.toPrecision(2))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** One clock for all ages on a page. */
let minute = Date.now();
const listeners = new Set<() => void>();
setInterval(() => {
  minute = Date.now();
  for (const listener of listeners) listener();
}, 30_000);

function useNow(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => minute,
  );
}

/** A moment as its age, with the moment itself when it is pointed at. `absent` where there is none. */
export function Time({
  at,
  absent = 'never',
}: {
  readonly at: string | undefined;
  readonly absent?: string;
}): ReactNode {
  const now = Math.max(useNow(), Date.now() - 30_000);
  if (at === undefined) return <span className="faint">{absent}</span>;
  const moment = Date.parse(at);
  if (Number.isNaN(moment)) return <span>{at.slice(0, 40)}</span>;
  return (
    <time dateTime={at} title={absolute.format(moment)} className="nowrap">
      {sinceWords(now - moment)}
    </time>
  );
}

/** A moment as its date and time. */
export function Moment({ at }: { readonly at: string }): ReactNode {
  const moment = Date.parse(at);
  return <time dateTime={at}>{Number.isNaN(moment) ? at.slice(0, 40) : absolute.format(moment)}</time>;
}

/** `May 4, 2026` of a day or a moment. */
export function dayWords(at: string): string {
  const moment = Date.parse(at);
  if (Number.isNaN(moment)) return at.slice(0, 20);
  return (/^\d{4}-\d\d-\d\d$/.test(at) ? calendarDay : dayOnly).format(moment);
}
