import {
  type ConnectionFacts,
  type ContainerFacts,
  FADE,
  type HostReport,
  type ListenerFacts,
  type ProcessFacts,
} from '../../model/topology.ts';
import { type Taken, ToldHost } from '../../runtime/topology/told-host.ts';
import { weighFacts } from './weigh-facts.ts';

/** One thing of a host, while it is there and shortly after. Moments are milliseconds by the clock of the service. */
export interface Entry<T> {
  facts: T;
  /** About what its facts take in memory. */
  bytes: number;
  readonly since: number;
  /** When it was found to be gone; absent: it is there. */
  gone?: number;
}

export interface ContainerEntry extends Entry<ContainerFacts> {
  readonly nodeId: string;
  readonly host: HostState;
}

export interface ProcessEntry extends Entry<ProcessFacts> {
  readonly nodeId: string;
  readonly host: HostState;
}

export interface ConnectionEntry extends Entry<ConnectionFacts> {
  /** When one of its connections was open last. */
  lastOpen: number;
}

/** Of what there are many, by the ids of its reports. */
export interface Changes {
  readonly containers: ReadonlySet<string>;
  readonly processes: ReadonlySet<string>;
  readonly connections: ReadonlySet<string>;
  readonly listeners: ReadonlySet<string>;
}

/** What one reporter told of its host, with what is gone since a moment ago. */
export class HostState {
  readonly id: string;
  readonly nodeId: string;
  readonly told: ToldHost = new ToldHost();
  readonly containers = new Map<string, ContainerEntry>();
  readonly processes = new Map<string, ProcessEntry>();
  readonly connections = new Map<string, ConnectionEntry>();
  readonly listeners = new Map<string, Entry<ListenerFacts>>();
  /** About what all of them take in memory, those that are gone as well. */
  bytes = 0;
  /** When its last report came. */
  arrived = 0;
  /** The same, in milliseconds that only pass: what is said of its age stays true where the clock of the service is set. */
  heard = 0;
  /** Milliseconds by which its clock is ahead. */
  skew = 0;
  /** The address that its last report came from, where it came by the network. */
  peer: string | undefined;
  /** Who tells of it, where somebody does; absent: it is of the past. */
  sender: string | undefined;
  /** As it tells of them. */
  addresses: ReadonlySet<string> = new Set();
  /** Things of its last report that had no form. */
  leftOut = 0;
  /** What changed since `takeChanges`. */
  #changes = noChanges();
  #hasGone: boolean = false;

  constructor(id: string) {
    this.id = id;
    this.nodeId = `host:${id}`;
  }

  get name(): string {
    return this.told.host?.name ?? this.id;
  }

  /** @param now milliseconds, by the clock of the service: that of the host may be wrong */
  take(report: HostReport, now: number, steady = now): Taken {
    const taken = this.told.take(report);
    if (taken !== 'taken') return taken;
    this.arrived = now;
    this.heard = steady;
    this.skew = Date.parse(report.at) - now;
    this.addresses = new Set(report.host.addresses);
    const { changed, gone, full } = report;
    this.#keep('containers', changed.containers, gone.containers, full, now);
    this.#keep('processes', changed.processes, gone.processes, full, now);
    this.#keep('connections', changed.connections, gone.connections, full, now);
    this.#keep('listeners', changed.listeners, gone.listeners, full, now);
    return taken;
  }

  /** Forgets what is gone for long enough. @returns whether there was something */
  forget(now: number): boolean {
    if (!this.#hasGone) return false;
    let [left, forgotten] = [false, false];
    for (const part of [this.containers, this.processes, this.connections, this.listeners]) {
      for (const [id, { gone }] of part as Map<string, Entry<unknown>>) {
        if (gone === undefined) continue;
        // What is gone since a moment that is to come was gone before the clock was set back.
        if (now - gone >= FADE || gone > now) forgotten = this.#remove(part as Map<string, Entry<unknown>>, id);
        else left = true;
      }
    }
    this.#hasGone = left;
    return forgotten;
  }

  /** Forgets at once what is gone. */
  forgetGone(): void {
    this.forget(Number.POSITIVE_INFINITY);
  }

  #remove(part: Map<string, Entry<unknown>>, id: string): boolean {
    this.bytes -= part.get(id)?.bytes ?? 0;
    return part.delete(id);
  }

  /** What changed since the last time that somebody asked. */
  takeChanges(): Changes {
    const changes = this.#changes;
    this.#changes = noChanges();
    return changes;
  }

  #keep(
    name: keyof Changes,
    changed: readonly { readonly id: string }[],
    gone: readonly string[],
    full: boolean,
    now: number,
  ): void {
    const entries = this[name] as Map<string, Entry<{ readonly id: string }>>;
    const there = this.told[name] as ReadonlyMap<string, unknown>;
    const changes = this.#changes[name];
    if (full) {
      for (const [id, entry] of entries) if (!there.has(id)) this.#lose(entry, id, changes, now);
    }
    for (const id of gone) {
      const entry = entries.get(id);
      if (entry !== undefined && !there.has(id)) this.#lose(entry, id, changes, now);
    }
    for (const facts of changed) {
      changes.add(facts.id);
      const entry = entries.get(facts.id);
      if (entry === undefined) {
        entries.set(facts.id, this.#enter(name, facts, now));
        continue;
      }
      this.bytes -= entry.bytes;
      entry.bytes = weighFacts(facts);
      this.bytes += entry.bytes;
      entry.facts = facts;
      delete entry.gone;
      if (name === 'connections' && (facts as ConnectionFacts).open > 0) (entry as ConnectionEntry).lastOpen = now;
    }
  }

  #lose(entry: Entry<unknown>, id: string, changes: Set<string>, now: number): void {
    if (entry.gone !== undefined) return;
    entry.gone = now;
    // An open one was open until now.
    const { facts } = entry as Entry<ConnectionFacts>;
    if ('lastOpen' in entry && facts.open > 0) (entry as ConnectionEntry).lastOpen = now;
    changes.add(id);
    this.#hasGone = true;
  }

  #enter(name: keyof Changes, facts: { readonly id: string }, now: number): Entry<{ readonly id: string }> {
    const entry = { facts, bytes: weighFacts(facts), since: now };
    this.bytes += entry.bytes;
    if (name === 'connections') return { ...entry, lastOpen: now } as Entry<{ readonly id: string }>;
    if (name === 'listeners') return entry;
    const nodeId = name === 'containers' ? `container:${this.id}:${facts.id}` : `process:${facts.id}`;
    return { ...entry, nodeId, host: this } as Entry<{ readonly id: string }>;
  }
}

interface MutableChanges {
  readonly containers: Set<string>;
  readonly processes: Set<string>;
  readonly connections: Set<string>;
  readonly listeners: Set<string>;
}

function noChanges(): MutableChanges {
  return { containers: new Set(), processes: new Set(), connections: new Set(), listeners: new Set() };
}
