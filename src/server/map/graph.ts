import type { HostId, ListenerFacts } from '../../model/topology.ts';
import type { ContainerEntry, HostState, ProcessEntry } from './host-state.ts';
import { LinkFinder } from './link-finder.ts';
import { OutsideAddresses } from './outside-addresses.ts';
import type { Held, Link } from './place.ts';

/** Everything that is there, of all hosts, put together. */
export interface Graph {
  readonly hosts: readonly HostState[];
  readonly containers: ReadonlyMap<ContainerEntry, Held>;
  /** Processes of a host that are in no container. */
  readonly loose: ReadonlyMap<HostState, readonly ProcessEntry[]>;
  readonly looseListeners: ReadonlyMap<HostState, readonly ListenerFacts[]>;
  readonly links: readonly Link[];
  /** Hosts whose addresses others claim, too: a sentence of each. */
  readonly disputes: ReadonlyMap<HostState, string>;
}

export interface GraphOptions {
  /** Absent: addresses that were met before have no part in it. */
  readonly outside?: OutsideAddresses;
  /** The host that the service looks at by itself. */
  readonly own?: HostId | undefined;
}

/** Puts together what reporters tell: who is in what, and both halves of what goes from host to host. */
export function buildGraph(
  hosts: readonly HostState[],
  { outside = new OutsideAddresses(), own }: GraphOptions = {},
): Graph {
  const containers = new Map<ContainerEntry, Held>();
  const loose = new Map<HostState, ProcessEntry[]>();
  const looseListeners = new Map<HostState, ListenerFacts[]>();
  for (const host of hosts) {
    const own: ProcessEntry[] = [];
    loose.set(host, own);
    for (const container of host.containers.values())
      containers.set(container, { container, processes: [], listeners: [] });
    const heldOf = (id: string | undefined): Held | undefined => {
      const container = id === undefined ? undefined : host.containers.get(id);
      return container === undefined ? undefined : containers.get(container);
    };
    for (const process of host.processes.values()) {
      const held = heldOf(process.facts.container);
      ((held?.processes as ProcessEntry[] | undefined) ?? own).push(process);
    }
    const free: ListenerFacts[] = [];
    looseListeners.set(host, free);
    for (const { facts, gone } of host.listeners.values()) {
      if (gone !== undefined) continue;
      const held = heldOf(facts.container);
      ((held?.listeners as ListenerFacts[] | undefined) ?? free).push(facts);
    }
  }
  const finder = new LinkFinder(hosts, containers, { outside, own });
  return { hosts, containers, loose, looseListeners, links: finder.find(), disputes: finder.disputes() };
}
