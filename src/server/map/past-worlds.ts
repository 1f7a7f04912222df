import { DrydockError } from '../../errors.ts';
import type { HostId } from '../../model/topology.ts';
import { buildGraph } from './graph.ts';
import type { HistoryStore } from './history-store.ts';
import { HostState } from './host-state.ts';
import type { Knowledge } from './knowledge.ts';
import type { MapReporter } from './map-schema.ts';
import { makeWorld, type PastWorst, type World } from './world.ts';

/** Moments that are kept put together: whoever looks at one asks for more of it. */
const MOST_KEPT = 3;

/** Milliseconds without a record after which a host counts as gone at that moment; it is shown so for the rest. */
const SILENT = 60_000;
const HORIZON = 600_000;

/** Worlds of the past, made of what was recorded. */
export class PastWorlds {
  readonly #store: HistoryStore | undefined;
  readonly #knowledge: Knowledge;
  readonly #own: HostId | undefined;
  readonly #kept = new Map<number, World>();

  /** @param own the host that the service looks at by itself */
  constructor(store: HistoryStore | undefined, knowledge: Knowledge, own?: HostId) {
    this.#own = own;
    this.#store = store;
    this.#knowledge = knowledge;
  }

  /**
   * @param moment RFC 3339
   * @throws DrydockError `service.not-found` where nothing is known of it
   */
  at(moment: string): World {
    if (this.#store === undefined)
      throw new DrydockError('service.not-found', 'This service keeps no history of its map.');
    // Records are further apart than that, so that little is made twice.
    const at = Math.floor(Date.parse(moment) / 1000) * 1000 + 999;
    const known = this.#kept.get(at);
    if (known !== undefined) return known;
    const world = this.#make(this.#store, at);
    this.#kept.set(at, world);
    for (const key of this.#kept.keys()) if (this.#kept.size > MOST_KEPT) this.#kept.delete(key);
    return world;
  }

  /** The same; where nothing is kept of the moment, the first that there is something of. */
  since(moment: string): World {
    const { first } = this.#store?.range() ?? {};
    return this.at(first !== undefined && Date.parse(first) > Date.parse(moment) ? first : moment);
  }

  #make(store: HistoryStore, at: number): World {
    const hosts: HostState[] = [];
    const reporters: MapReporter[] = [];
    const past = new Map<string, PastWorst>();
    for (const [id, records] of store.read(at, HORIZON)) {
      const host = new HostState(id);
      for (const { at: then, record } of records) {
        // Where the clock was set back, what changed on top of something else stands in between.
        if (host.take(record.report, then) !== 'taken') continue;
        for (const [node, worst] of Object.entries(record.worst)) {
          if (worst === null) past.delete(node);
          else past.set(node, worst);
        }
      }
      host.forget(at);
      const { containers, processes, connections } = host.told;
      hosts.push(host);
      reporters.push({
        ...{ host: id, name: host.name, state: at - host.arrived >= SILENT ? 'gone' : 'live' },
        ...{
          lastSeen: new Date(host.arrived).toISOString(),
          clockSkewSeconds: 0,
          blindSpots: [...host.told.blindSpots],
        },
        counts: { containers: containers.size, processes: processes.size, connections: connections.size },
      });
    }
    if (hosts.length === 0) throw new DrydockError('service.not-found', 'Nothing is kept of this moment.');
    return makeWorld(buildGraph(hosts, { own: this.#own }), this.#knowledge, { at, live: false, reporters, past });
  }
}
