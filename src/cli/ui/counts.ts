import type { Progress } from '../../context.ts';
import { Pace } from './pace.ts';

type Unit = Parameters<Progress['report']>[3];

/** What is going on, as it is shown. */
export interface Count {
  /** `reading layer 2 of 7`; of several parts at once `reading layer 2, 3 of 7`. */
  readonly label: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: Unit;
  readonly pace: Pace;
}

interface Entry {
  /** When each of its steps was last reported. */
  readonly steps: Map<string, number>;
  readonly family: string;
  readonly pace: Pace;
  done: number | undefined;
  total: number | undefined;
  unit: Unit;
  seen: number;
}

/** What was not reported for so long is no longer going on. */
const ACTIVE_MS = 3000;
/** The same of one of the parts that share a count. */
const PART_MS = 1000;

/** A step without its numbers: parts of one work differ in these alone. */
function familyOf(step: string): string {
  return step.replaceAll(/\d+/g, '#');
}

/**
 * Everything that is going on at a time. A step has a count of its own, unless it differs from another one in numbers
 * only and has the same total: these count together, as the layers of an image do.
 */
export class Counts {
  readonly #entries: Set<Entry> = new Set();

  report(step: string, at: number, done?: number, total?: number, unit?: Unit): void {
    // What has no count is one thing at a time.
    if (done === undefined) this.#entries.clear();
    const entry = this.#find(step, done, total, unit) ?? this.#add(step, at);
    entry.steps.set(step, at);
    entry.seen = at;
    entry.done = done;
    entry.total = total;
    entry.unit = unit;
    if (done !== undefined) entry.pace.observe(done, at);
  }

  /** In the order in which they began; what is complete only where nothing else goes on. */
  active(at: number): readonly Count[] {
    const recent = [...this.#entries].filter(({ seen }) => at - seen < ACTIVE_MS);
    const open = recent.filter(({ done, total }) => done === undefined || total === undefined || done < total);
    const shown = open.length > 0 ? open : recent.toSorted((a, b) => b.seen - a.seen).slice(0, 1);
    return shown.map((entry) => ({
      label: labelOf(entry, at),
      pace: entry.pace,
      ...(entry.done !== undefined && { done: entry.done }),
      ...(entry.total !== undefined && { total: entry.total }),
      ...(entry.unit !== undefined && { unit: entry.unit }),
    }));
  }

  #find(step: string, done: number | undefined, total: number | undefined, unit: Unit): Entry | undefined {
    for (const entry of this.#entries) if (entry.steps.has(step) && entry.unit === unit) return entry;
    if (done === undefined || total === undefined) return undefined;
    const family = familyOf(step);
    for (const entry of this.#entries) {
      if (entry.family === family && entry.total === total && entry.unit === unit) return entry;
    }
    return undefined;
  }

  #add(step: string, at: number): Entry {
    // A step that now counts something else, and what is over.
    for (const entry of this.#entries) {
      if (entry.steps.has(step) || at - entry.seen >= ACTIVE_MS) this.#entries.delete(entry);
    }
    const entry: Entry = {
      steps: new Map(),
      family: familyOf(step),
      pace: new Pace(),
      done: undefined,
      total: undefined,
      unit: undefined,
      seen: 0,
    };
    this.#entries.add(entry);
    return entry;
  }
}

function labelOf({ steps }: Entry, at: number): string {
  for (const [step, seen] of steps) if (at - seen >= PART_MS && steps.size > 1) steps.delete(step);
  const names = [...steps.keys()];
  const last = [...steps].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '';
  if (names.length === 1) return last;
  const numbers = names.map((name) => name.match(/\d+/g) ?? []);
  const places = numbers[0]!.flatMap((first, i) => (numbers.some((list) => list[i] !== first) ? [i] : []));
  if (places.length !== 1) return last;
  const values = [...new Set(numbers.map((list) => Number(list[places[0]!])))].toSorted((a, b) => a - b);
  let place = 0;
  return last.replaceAll(/\d+/g, (number) => (place++ === places[0] ? values.join(', ') : number));
}
