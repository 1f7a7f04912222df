import type { Progress } from '../../context.ts';
import { cutTo, displayWidth } from '../../report/display-width.ts';
import { escapeText } from '../../report/escape.ts';
import { numberWords, sizeWords } from '../../report/words.ts';
import { type Count, Counts } from './counts.ts';
import { leftWords } from './pace.ts';

/** Shows where long work is, in one line that it can take away again. */
export interface ProgressLine extends Progress {
  /** Takes the line away, so that something else can be written; the next report draws it again. */
  clear(): void;
}

export interface ProgressSettings {
  /** True redraws one line; false writes a line now and then. */
  readonly isTerminal: boolean;
  /** Asked anew for every line: somebody may pull at the window. */
  columns(): number | undefined;
  write(text: string): void;
  /** Milliseconds, rising. */
  now(): number;
  /** Runs something after so many milliseconds, unless it is called off or the program ends before. */
  later(ms: number, run: () => void): () => void;
}

/** What draws: `report` gives the milliseconds after which it would draw what it now does not; 0: nothing is owed. */
interface Drawer {
  report(...report: Parameters<Progress['report']>): number;
  clear(): void;
}

/** Ten times a second is as often as an eye cares; what is over at once needs no line. */
const FIRST_MS = 200;
const REDRAW_MS = 100;
/** A log wants to know that work goes on, not how fast. */
const PLAIN_FIRST_MS = 2000;
const PLAIN_BETWEEN_MS = 1000;
const PLAIN_AGAIN_MS = 10_000;

/** Work that goes on reports again within this time, and knows more then. */
const GRACE_MS = 100;

/** Columns of the bar, and what must be left beside it: `100 %, 999.9 MB of 999.9 MB, 999.9 MB/s, 2 h 10 min left`. */
const BAR = 20;
const BESIDE_BAR = 56;

// What was announced may be wrong; more than all would look like a fault of ours.
const percentOf = (done: number, total: number): number => Math.min(100, Math.floor((done / total) * 100));

function amountWords({ done = 0, total, unit }: Pick<Count, 'done' | 'total' | 'unit'>): string {
  const amount = (n: number): string => (unit === 'bytes' ? sizeWords(n) : numberWords(n));
  const words = unit === undefined || unit === 'bytes' ? '' : ` ${unit}`;
  return total === undefined ? `${amount(done)}${words}` : `${amount(done)} of ${amount(total)}${words}`;
}

/** `[#####---------------] `, where the line has room for one whatever stands beside it. */
function barOf(done: number, total: number, room: number): string {
  if (room < BAR + BESIDE_BAR) return '';
  const full = Math.floor(Math.min(1, done / total) * BAR);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}] `;
}

/** One thing that goes on, with all that is known of it; parts that do not fit are left out, the least wanted first. */
function describe(count: Count, at: number, width: number): string {
  const { label, done, total, unit, pace } = count;
  if (done === undefined) return label;
  if (unit !== 'bytes') return `${label}: ${amountWords(count)}`;
  const rate = pace.rate(at);
  const left = total === undefined ? undefined : pace.left(total, at);
  const speed = rate === undefined ? [] : [`${sizeWords(Math.round(rate))}/s`];
  const time = left === undefined ? [] : [`${leftWords(left)} left`];
  const hasPercent = total !== undefined && total > 0;
  const percent = hasPercent ? [`${percentOf(done, total)} %`] : [];
  const bar = hasPercent ? barOf(done, total, width - displayWidth(label)) : '';
  const wholes = [
    `${bar}${[...percent, amountWords(count), ...speed, ...time].join(', ')}`,
    [...percent, amountWords(count), ...time].join(', '),
    [...percent, ...time].join(', '),
  ];
  const text = wholes.find((whole) => displayWidth(label) + 2 + displayWidth(whole) <= width) ?? wholes[0];
  return `${label}: ${text}`;
}

/** One of several things that go on. */
function describeShortly({ label, done, total, unit }: Count): string {
  if (done === undefined) return label;
  if (unit === 'bytes' && total !== undefined && total > 0) return `${label}: ${percentOf(done, total)} %`;
  return `${label}: ${amountWords({ done, unit, ...(total !== undefined && { total }) })}`;
}

function describePlainly(step: string, done?: number, total?: number, unit?: Count['unit']): string {
  if (done === undefined) return step;
  const percent = unit === 'bytes' && total !== undefined && total > 0 ? `${percentOf(done, total)} %, ` : '';
  return `${step}: ${percent}${amountWords({ done, unit, ...(total !== undefined && { total }) })}`;
}

/** One line that is drawn again and again. */
function createDrawnLine({ columns, write, now }: ProgressSettings): Drawer {
  const started = now();
  const counts = new Counts();
  let last = Number.NEGATIVE_INFINITY;
  let drawn = false;

  return {
    report(step, done, total, unit) {
      const at = now();
      counts.report(step, at, done, total, unit);
      const wait = Math.max(started + FIRST_MS, last + REDRAW_MS) - at;
      if (wait > 0) return wait;
      last = at;
      // One column less: a full line would make the cursor wrap, and the redraw would leave it behind.
      const width = Math.max(10, (columns() ?? 80) - 1);
      const active = counts.active(at).map((count) => ({ ...count, label: escapeText(count.label) }));
      const text = active.length === 1 ? describe(active[0]!, at, width) : active.map(describeShortly).join('; ');
      write(`\r\u001b[K${cutTo(text, width)}`);
      drawn = true;
      return 0;
    },
    clear() {
      if (drawn) write('\r\u001b[K');
      drawn = false;
      last = Number.NEGATIVE_INFINITY;
    },
  };
}

/** A line now and then: each new step, and the same one again after a while. */
function createPlainLines({ write, now }: ProgressSettings): Drawer {
  const started = now();
  const told = new Map<string, number>();
  let last = Number.NEGATIVE_INFINITY;

  return {
    report(step, done, total, unit) {
      const at = now();
      if (at - (told.get(step) ?? Number.NEGATIVE_INFINITY) < PLAIN_AGAIN_MS) return 0;
      const wait = Math.max(started + PLAIN_FIRST_MS, last + PLAIN_BETWEEN_MS) - at;
      if (wait > 0) return wait;
      last = at;
      told.set(step, at);
      write(`drydock: ${escapeText(describePlainly(step, done, total, unit))}\n`);
      return 0;
    },
    clear() {},
  };
}

/** Reports are cheap to make: of most no text is made. One that came too early is drawn later if it is the last. */
export function createProgressLine(settings: ProgressSettings): ProgressLine {
  const drawer = settings.isTerminal ? createDrawnLine(settings) : createPlainLines(settings);
  let held: Parameters<Progress['report']>;
  let callOff: (() => void) | undefined;
  const drop = (): void => {
    callOff?.();
    callOff = undefined;
  };
  const report = (...latest: Parameters<Progress['report']>): void => {
    const wait = drawer.report(...latest);
    held = latest;
    if (wait === 0) drop();
    else
      callOff ??= settings.later(wait + GRACE_MS, () => {
        callOff = undefined;
        report(...held);
      });
  };
  return {
    report,
    clear() {
      drop();
      drawer.clear();
    },
  };
}
