import type { ContainerFacts, HostReport, TopologyParts } from '../../model/topology.ts';
import type { HistoryRecord, HistoryStore } from './history-store.ts';
import type { Changes, Entry, HostState } from './host-state.ts';
import { worstOf } from './nodes.ts';
import type { PastWorst, World } from './world.ts';

/** Milliseconds from record to record, and after which a record has everything again. */
export const RECORD_EVERY = 10_000;
const FULL_EVERY = 600_000;

interface Recorded {
  /** When it was recorded in full. */
  full: number;
  /** When its last report came that was recorded. */
  arrived: number;
  sequence: number;
  /** When the record before was made. */
  before: number;
  at: number;
  worst: Map<string, string>;
  /** What came and went between two records stands in the first of them, and is gone in the next. */
  passed: Passed;
}

type Part = keyof TopologyParts;
type Passed = Record<Part, string[]>;
const parts = ['containers', 'processes', 'connections', 'listeners'] as const;

/** Writes down what there is, every few seconds: what changed since, and everything from time to time. */
export class HistoryRecorder {
  readonly #store: HistoryStore;
  readonly #hosts = new Map<string, Recorded>();

  constructor(store: HistoryStore) {
    this.#store = store;
  }

  /**
   * @returns how many hosts there was something to record of
   * @throws what the store throws for the first host that cannot be recorded, after all were tried
   */
  async record(world: World, now: number): Promise<number> {
    let count = 0;
    const faults: unknown[] = [];
    for (const host of world.graph.hosts) {
      const known = this.#hosts.get(host.id);
      if (known?.arrived === host.arrived) continue;
      // Changes from a moment that is to come say nothing of one before it: the clock was set back.
      const isBack = known !== undefined && now < known.at;
      const full = known === undefined || isBack || now - known.full >= FULL_EVERY || !this.#store.has(host.id);
      const changes = host.takeChanges();
      const worst = worstOfHost(world, host);
      const told: Recorded = {
        ...{ full: full ? now : known.full, arrived: host.arrived, worst, passed: nothing() },
        ...{ before: known?.at ?? 0, at: now },
        sequence: full ? 0 : known.sequence + 1,
      };
      const report = full ? everything(host, now) : whatChanged(host, changes, now, told, known.passed);
      const record: HistoryRecord = { report, worst: changedWorst(full ? new Map() : known.worst, worst) };
      const moment = {
        ...{ at: now, host: host.id, containers: host.told.containers.size, edges: host.told.connections.size },
        changes: known === undefined ? 0 : changes.containers.size + changes.connections.size,
      };
      try {
        await this.#store.add(moment, record);
      } catch (error) {
        // What was taken from it is told again by a record of everything.
        this.#hosts.delete(host.id);
        faults.push(error);
        continue;
      }
      this.#hosts.set(host.id, told);
      count++;
    }
    for (const id of this.#hosts.keys()) if (!world.graph.hosts.some((host) => host.id === id)) this.#hosts.delete(id);
    if (faults.length > 0) throw faults[0];
    return count;
  }
}

/** @param since when everything was recorded that it is on top of: of another time that the clock went through it is none */
function frame(host: HostState, now: number, since: number, sequence: number): Omit<HostReport, 'changed' | 'gone'> {
  const full = sequence === 0;
  const figures: HostReport['figures'][string][] = [];
  const entries = [host.id, ...host.told.containers.keys()].flatMap((id) => {
    const one = host.told.figures.get(id);
    if (one !== undefined) figures.push(one);
    return one === undefined ? [] : [[id, one] as const];
  });
  return {
    ...{ schemaVersion: 1, session: `history-${since}`, sequence, full },
    host: host.told.host!,
    at: new Date(now).toISOString(),
    // Those of processes would be most of all that is kept.
    figures: full ? Object.fromEntries(entries) : {},
    blindSpots: host.told.blindSpots,
  };
}

function nothing(): Passed {
  return { containers: [], processes: [], connections: [], listeners: [] };
}

function everything(host: HostState, now: number): HostReport {
  const { containers, processes, connections, listeners } = host.told;
  return {
    ...frame(host, now, now, 0),
    changed: {
      containers: [...containers.values()].map(withoutSecrets),
      processes: [...processes.values()],
      connections: [...connections.values()],
      listeners: [...listeners.values()],
    },
    gone: nothing(),
  };
}

function whatChanged(host: HostState, changes: Changes, now: number, told: Recorded, passed: Passed): HostReport {
  const changed: Record<Part, unknown[]> = nothing();
  const gone = nothing();
  for (const part of parts) {
    const there: ReadonlyMap<string, unknown> = host.told[part];
    for (const id of passed[part]) if (!there.has(id)) gone[part].push(id);
    for (const id of changes[part]) {
      const entry = host[part].get(id) as Entry<object> | undefined;
      // Of what came and went meanwhile, containers and connections are worth telling; a connection is not open any more.
      const isShort = isTold(part) && !there.has(id) && entry !== undefined && entry.since > told.before;
      if (isShort) told.passed[part].push(id);
      else if (!there.has(id)) gone[part].push(id);
      if (entry === undefined || (!there.has(id) && !isShort)) continue;
      if (part === 'containers') changed[part].push(withoutSecrets(entry.facts as ContainerFacts));
      else changed[part].push(isShort ? { ...entry.facts, open: 0 } : entry.facts);
    }
  }
  return {
    ...frame(host, now, told.full, told.sequence),
    changed: changed as unknown as TopologyParts,
    gone,
  };
}

function isTold(part: Part): boolean {
  return part === 'containers' || part === 'connections';
}

/** What holds secrets is not written down. */
function withoutSecrets(facts: ContainerFacts): ContainerFacts {
  const { environment: _, ...rest } = facts;
  return rest;
}

function worstOfHost(world: World, host: HostState): Map<string, string> {
  const worst = new Map<string, string>();
  for (const container of host.containers.values()) {
    if (container.gone !== undefined) continue;
    const one = worstOf(world.judge(container).inUse);
    if (one !== undefined) worst.set(container.nodeId, JSON.stringify(one));
  }
  return worst;
}

function changedWorst(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): HistoryRecord['worst'] {
  const changed: Record<string, PastWorst | null> = {};
  for (const [id, one] of now) if (before.get(id) !== one) changed[id] = JSON.parse(one) as PastWorst;
  for (const id of before.keys()) if (!now.has(id)) changed[id] = null;
  return changed;
}
