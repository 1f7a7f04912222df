import type { Progress } from '../../context.ts';
import { escapeText } from '../../report/escape.ts';

/** Shows where long work is, in one line that it can take away again. */
export interface ProgressLine extends Progress {
  /** Takes the line away, so that something else can be written; the next report draws it again. */
  clear(): void;
}

export interface ProgressSettings {
  /** True redraws one line; false writes a line now and then. */
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  write(text: string): void;
  /** Milliseconds, rising. */
  now(): number;
}

/** Ten times a second is as often as an eye cares; what is over at once needs no line. */
const FIRST_MS = 200;
const REDRAW_MS = 100;
/** A log wants to know that work goes on, not how fast. */
const PLAIN_FIRST_MS = 2000;
const PLAIN_AGAIN_MS = 10_000;

function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

function describe(step: string, done?: number, total?: number, unit?: string): string {
  if (done === undefined) return step;
  const amount = (n: number): string => (unit === 'bytes' ? formatBytes(n) : String(n));
  const of = total === undefined ? '' : ` of ${amount(total)}`;
  return `${step}: ${amount(done)}${of}${unit === undefined || unit === 'bytes' ? '' : ` ${unit}`}`;
}

/** Reports are cheap to make: most are dropped before a text is made of them. */
export function createProgressLine(settings: ProgressSettings): ProgressLine {
  const { isTerminal, columns, write, now } = settings;
  const started = now();
  let last = Number.NEGATIVE_INFINITY;
  let lastStep = '';
  let drawn = false;

  const isDue = (step: string, at: number): boolean => {
    if (at - started < (isTerminal ? FIRST_MS : PLAIN_FIRST_MS)) return false;
    if (isTerminal) return at - last >= REDRAW_MS;
    return step !== lastStep || at - last >= PLAIN_AGAIN_MS;
  };
  return {
    report(step, done, total, unit) {
      const at = now();
      if (!isDue(step, at)) return;
      last = at;
      lastStep = step;
      const text = escapeText(describe(step, done, total, unit));
      // One column less: a full line would make the cursor wrap, and the redraw would leave it behind.
      write(isTerminal ? `\r\u001b[K${text.slice(0, Math.max(10, (columns ?? 80) - 1))}` : `${text}\n`);
      drawn = isTerminal;
    },
    clear() {
      if (drawn) write('\r\u001b[K');
      drawn = false;
      last = Number.NEGATIVE_INFINITY;
    },
  };
}
