import type { SteadyClock } from '../clock.ts';
import type { Fleet } from './fleet.ts';
import { buildGraph } from './graph.ts';
import type { Knowledge } from './knowledge.ts';
import type { MapReporter } from './map-schema.ts';
import { OutsideAddresses } from './outside-addresses.ts';
import { makeWorld, type World } from './world.ts';

/** What is there now: put together when somebody asks, and anew when something was told since. */
export class Worlds {
  readonly #fleet: Fleet;
  readonly #knowledge: Knowledge;
  readonly #clock: SteadyClock;
  readonly #outside = new OutsideAddresses();
  #now: World | undefined;
  #mark = '';

  constructor(fleet: Fleet, knowledge: Knowledge, clock: SteadyClock) {
    this.#fleet = fleet;
    this.#knowledge = knowledge;
    this.#clock = clock;
  }

  /** Differs where something may have changed since it was asked for last. */
  mark(): string {
    const steady = this.#clock.steady();
    this.#fleet.forget(this.#clock.now(), steady);
    const states = this.#fleet.reporters(steady).map(({ state }) => state);
    return `${this.#fleet.revision} ${this.#knowledge.revision} ${states.join()}`;
  }

  now(): World {
    const mark = this.mark();
    if (this.#now !== undefined && mark === this.#mark) return this.#now;
    const [at, steady] = [this.#clock.now(), this.#clock.steady()];
    this.#outside.begin(steady);
    const graph = buildGraph([...this.#fleet.hosts.values()], {
      outside: this.#outside,
      own: this.#fleet.ownHost,
    });
    const disputes = new Map([...graph.disputes].map(([{ id }, words]) => [id, words]));
    const reporters = this.#fleet.reporters(steady).map((one): MapReporter => {
      const words = disputes.get(one.host);
      return words === undefined ? one : { ...one, blindSpots: [...one.blindSpots, words] };
    });
    this.#mark = mark;
    this.#now = makeWorld(graph, this.#knowledge, { at, live: true, reporters });
    return this.#now;
  }
}
