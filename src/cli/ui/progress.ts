import type { Progress } from '../../context.ts';
import { cutTo } from '../../report/display-width.ts';
import { escapeText } from '../../report/escape.ts';
import { numberWords, sizeWords } from '../../report/words.ts';

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
}

/** Ten times a second is as often as an eye cares; what is over at once needs no line. */
const FIRST_MS = 200;
const REDRAW_MS = 100;
/** A log wants to know that work goes on, not how fast. */
const PLAIN_FIRST_MS = 2000;
const PLAIN_AGAIN_MS = 10_000;

function describe(step: string, done?: number, total?: number, unit?: string): string {
  if (done === undefined) return step;
  const amount = (n: number): string => (unit === 'bytes' ? sizeWords(n) : numberWords(n));
  const words = unit === undefined || unit === 'bytes' ? '' : ` ${unit}`;
  if (total === undefined) return `${step}: ${amount(done)}${words}`;
  // What was announced may be wrong; more than all would look like a fault of ours.
  const percent = unit === 'bytes' && total > 0 ? `${Math.min(100, Math.floor((done / total) * 100))} %, ` : '';
  return `${step}: ${percent}${amount(done)} of ${amount(total)}${words}`;
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
      write(isTerminal ? `\r\u001b[K${cutTo(text, Math.max(10, (columns() ?? 80) - 1))}` : `drydock: ${text}\n`);
      drawn = isTerminal;
    },
    clear() {
      if (drawn) write('\r\u001b[K');
      drawn = false;
      last = Number.NEGATIVE_INFINITY;
    },
  };
}
