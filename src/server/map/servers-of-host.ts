import type { ContainerPort, ListenerFacts } from '../../model/topology.ts';
import type { ContainerEntry, HostState } from './host-state.ts';

type Protocol = ContainerPort['protocol'];

interface Published {
  readonly container: ContainerEntry;
  readonly port: number;
  readonly address: string;
}

/** Who takes connections on a host, by the port: looked for by whoever calls it from elsewhere. */
export class ServersOfHost {
  readonly #published = new Map<string, Published[]>();
  readonly #listeners = new Map<string, ListenerFacts[]>();

  constructor(host: HostState) {
    for (const container of host.containers.values()) {
      if (container.gone !== undefined) continue;
      for (const { protocol, port, published } of container.facts.ports) {
        if (published === undefined) continue;
        add(this.#published, keyOf(protocol, published.port), { container, port, address: published.address });
      }
    }
    for (const { facts, gone } of host.listeners.values()) {
      if (gone !== undefined || isApart(host, facts)) continue;
      add(this.#listeners, keyOf(facts.protocol, facts.port), facts);
    }
  }

  /** The container whose port the host publishes there. */
  behind(protocol: Protocol, address: string, port: number): Published | undefined {
    return this.#published
      .get(keyOf(protocol, port))
      ?.find((published) => isAny(published.address) || published.address === address);
  }

  listening(protocol: Protocol, address: string, port: number): ListenerFacts | undefined {
    return this.#listeners
      .get(keyOf(protocol, port))
      ?.find(({ addresses }) => addresses.some((one) => isAny(one) || one === address));
  }
}

/** It listens in a network of its own, where no address of the host leads. */
function isApart(host: HostState, { container: id }: ListenerFacts): boolean {
  const container = id === undefined ? undefined : host.containers.get(id);
  if (container === undefined) return false;
  const { networks, powers } = container.facts;
  return powers?.includes('host-network') !== true && networks.some(({ addresses }) => addresses.length > 0);
}

function keyOf(protocol: Protocol, port: number): string {
  return `${protocol} ${port}`;
}

function add<T>(to: Map<string, T[]>, key: string, one: T): void {
  const known = to.get(key);
  if (known === undefined) to.set(key, [one]);
  else known.push(one);
}

/** Of all addresses of a host. */
export const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::' || address === '';
