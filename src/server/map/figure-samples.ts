import type { Figures } from '../../model/topology.ts';
import type { MapSeries } from './details-schema.ts';
import type { Fleet } from './fleet.ts';
import type { Subject } from './subjects.ts';

/** Milliseconds from sample to sample, and how many there are: 15 minutes. */
export const SAMPLE_EVERY = 15_000;
const MOST_SAMPLES = 60;

/** Processes of all hosts up to which they are sampled, too. */
const MOST_PROCESSES = 20_000;

interface Sample {
  readonly at: number;
  /** By host and id of a host, container or process. */
  readonly figures: ReadonlyMap<string, Figures>;
}

/** Figures of the last minutes. */
export class FigureSamples {
  readonly #samples: Sample[] = [];

  take(fleet: Fleet, now: number, steady = now): void {
    let processes = 0;
    for (const { told } of fleet.hosts.values()) processes += told.processes.size;
    const figures = new Map<string, Figures>();
    for (const host of fleet.hosts.values()) {
      const { told } = host;
      if (steady - host.heard > 2 * SAMPLE_EVERY) continue;
      for (const [id, one] of told.figures) {
        if (processes <= MOST_PROCESSES || id === host.id || told.containers.has(id))
          figures.set(keyOf(host.id, id), one);
      }
    }
    this.#samples.push({ at: now, figures });
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  of({ kind, containers, processes, hosts }: Subject): MapSeries[] {
    if (kind === 'container') return this.#series(containers[0]!.container.host.id, containers[0]!.container.facts.id);
    if (kind === 'process') return this.#series(processes[0]!.host.id, processes[0]!.facts.id);
    if (kind === 'host') return this.#series(hosts[0]!.id, hosts[0]!.id, hosts[0]!.told.host);
    return [];
  }

  #series(
    host: string,
    id: string,
    facts?: { readonly processors?: number; readonly memoryBytes?: number },
  ): MapSeries[] {
    const key = keyOf(host, id);
    const limit = facts?.memoryBytes ?? this.#samples.at(-1)?.figures.get(key)?.memoryLimitBytes;
    return [
      this.#one(key, 'cpu', 'processors', (one) => one.cpu, facts?.processors),
      this.#one(key, 'memoryBytes', 'bytes', (one) => one.memoryBytes, limit),
      this.#one(key, 'load', 'count', (one) => one.load),
      this.#rate(key, 'receivedBytes'),
      this.#rate(key, 'sentBytes'),
    ].flatMap((one) => (one.points.some(([, value]) => value !== null) ? [one] : []));
  }

  #one(
    key: string,
    name: MapSeries['name'],
    unit: MapSeries['unit'],
    of: (figures: Figures) => number | undefined,
    limit?: number,
  ): MapSeries {
    const points = this.#samples.map(({ at, figures }): [number, number | null] => {
      const one = figures.get(key);
      return [Math.round(at / 1000), one === undefined ? null : (of(one) ?? null)];
    });
    return { name, unit, points, ...(limit !== undefined && { limit }) };
  }

  /** Of what only grows: how fast it does. */
  #rate(key: string, name: 'receivedBytes' | 'sentBytes'): MapSeries {
    const { points } = this.#one(key, name, 'bytes per second', (one) => one[name]);
    return {
      name,
      unit: 'bytes per second',
      points: points.flatMap(([at, value], index): [number, number | null][] => {
        const before = points[index - 1];
        if (before === undefined) return [];
        const [then, old] = before;
        // One that is smaller begins anew.
        const isKnown = value !== null && old !== null && value >= old && at > then;
        return [[at, isKnown ? Math.round((value - old) / (at - then)) : null]];
      }),
    };
  }
}

function keyOf(host: string, id: string): string {
  return `${host} ${id}`;
}
