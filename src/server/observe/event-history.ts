import { jsonLine } from '../../formats/json-text.ts';
import type { Clock } from '../clock.ts';

/** Something that happened. */
export interface PastEvent {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly name: string;
  /** JSON on one line, which no terminal obeys. */
  readonly data: string;
}

/** What a follower is told: an event, how many were forgotten before they came to them, or that nothing happens. */
export type Followed = PastEvent | { readonly missed: number; readonly before: number } | 'quiet';

export interface HistoryLimits {
  readonly events: number;
  /** Characters of all that are kept. */
  readonly characters: number;
  /** Of one event. */
  readonly charactersOfOne: number;
}

export const historyLimits: HistoryLimits = { events: 500, characters: 512 * 1024, charactersOfOne: 16 * 1024 };

/**
 * The events of one run, the last ones of them. Followers have a place in it and nothing of their own, so that one who does
 * not read costs nothing: they miss what is forgotten meanwhile, and are told how much it was.
 */
export class EventHistory {
  readonly #limits: HistoryLimits;
  readonly #events: PastEvent[] = [];
  readonly #waiting = new Set<AbortController>();
  #characters = 0;
  #last = 0;
  #isOver = false;

  constructor(limits: HistoryLimits = historyLimits) {
    this.#limits = limits;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sequence of the last event; 0: there was none. */
  get last(): number {
    return this.#last;
  }

  /** Takes an event; after the last one none. */
  add(name: string, data: object): void {
    if (this.#isOver) return;
    this.#last += 1;
    const event = { sequence: this.#last, name, data: this.#lineOf(data) };
    this.#events.push(event);
    this.#characters += event.data.length;
    const { events, characters } = this.#limits;
    while (this.#events.length > 1 && (this.#events.length > events || this.#characters > characters)) {
      this.#characters -= this.#events.shift()!.data.length;
    }
    for (const pause of this.#waiting) pause.abort();
  }

  /** The last event. */
  end(name: string, data: object): void {
    this.add(name, data);
    this.#isOver = true;
    for (const pause of this.#waiting) pause.abort();
  }

  /**
   * All events after one, as they come, until the last one or the signal; `quiet` whenever nothing came for a while.
   * @param after sequence of the last one that is known; 0: none
   * @param patience milliseconds after which it is quiet
   */
  async *follow(after: number, clock: Clock, patience: number, signal: AbortSignal): AsyncGenerator<Followed> {
    let known = after > this.#last ? 0 : after;
    while (!signal.aborted) {
      const first = this.#events[0]?.sequence ?? this.#last + 1;
      if (known + 1 < first) {
        yield { missed: first - known - 1, before: first };
        known = first - 1;
        continue;
      }
      const next = this.#events[known + 1 - first];
      if (next !== undefined) {
        known = next.sequence;
        yield next;
        continue;
      }
      if (this.#isOver) return;
      if (!(await this.#wait(clock, patience, signal))) yield 'quiet';
    }
  }

  /** @returns whether something may have come */
  async #wait(clock: Clock, patience: number, signal: AbortSignal): Promise<boolean> {
    const pause = new AbortController();
    const forward = (): void => pause.abort();
    signal.addEventListener('abort', forward, { once: true });
    this.#waiting.add(pause);
    try {
      await clock.sleep(patience, pause.signal);
      return pause.signal.aborted;
    } finally {
      signal.removeEventListener('abort', forward);
      this.#waiting.delete(pause);
    }
  }

  #lineOf(data: object): string {
    const most = this.#limits.charactersOfOne;
    const line = jsonLine(data);
    if (line.length <= most) return line;
    const shorter = jsonLine(shortened(data) as object);
    return shorter.length <= most ? shorter : jsonLine({ tooLong: line.length });
  }
}

const TEXT = 500;
const MEMBERS = 20;

/** Cuts what an image can make long: texts and lists. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > TEXT ? `${value.slice(0, TEXT)}…` : value;
  if (Array.isArray(value)) return value.slice(0, MEMBERS).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shortened(member)]));
}
