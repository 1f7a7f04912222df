import type { RunEvent } from '../../model/run-event.ts';
import type { ScanStep } from '../../store/image-shelf.ts';
import type { EventHistory } from './event-history.ts';

/** Milliseconds between two reports of one step. */
const STEP_EVERY = 1000;

/** Writes down what a run tells, in the form in which it is sent. */
export class RunEvents {
  readonly #history: EventHistory;
  readonly #now: () => number;
  #step: string | undefined;
  #toldAt = 0;

  constructor(history: EventHistory, now: () => number) {
    this.#history = history;
    this.#now = now;
  }

  step(step: ScanStep): void {
    const now = this.#now();
    if (step.step === this.#step && Math.abs(now - this.#toldAt) < STEP_EVERY) return;
    this.#step = step.step;
    this.#toldAt = now;
    this.#history.add('step', step);
  }

  take(event: RunEvent): void {
    this.#history.add(event.kind, shownEvent(event));
  }
}

/** What is sent of an event: less than the report has. */
function shownEvent(event: RunEvent): object {
  switch (event.kind) {
    case 'attempt':
      return { number: event.number, changes: event.changes };
    case 'tried': {
      // What it wrote may be long, and stands in the report.
      const { log: _, ...attempt } = event.attempt;
      return { number: event.number, ...attempt };
    }
    case 'port':
      return event.port;
    case 'finding': {
      const { id, kind, severity, confidence, title, evidence, location } = event.finding;
      return {
        ...{ id, kind, severity, confidence, title },
        ...(evidence !== undefined && { evidence }),
        ...(location !== undefined && { path: location.path }),
        ...(event.port !== undefined && { port: `${event.port.port}/${event.port.protocol}` }),
      };
    }
  }
}
