import type { ContainerFacts, ContainerId } from '../../model/topology.ts';
import { isAnyAddress, isLoopbackAddress, plainAddress } from './kernel-address.ts';

/** Where a container is reached behind a port of the host. */
export interface PublishedTarget {
  readonly container: ContainerId;
  readonly address: string;
  readonly port: number;
}

/** Whose an address is, and what the ports of the host lead to: made anew when containers change. */
export class AddressBook {
  readonly #host: ReadonlySet<string>;
  readonly #byAddress: (address: string) => ContainerId | undefined;
  readonly #published = new Map<string, { readonly on: string; readonly target: PublishedTarget }[]>();
  readonly #names = new Map<ContainerId, { readonly networks: ReadonlySet<string>; readonly name: string }>();

  /**
   * @param host all addresses of the host, those of its bridges too
   * @param byAddress the container with an address, also one that is just gone
   */
  constructor(
    host: Iterable<string>,
    containers: Iterable<ContainerFacts>,
    byAddress: (address: string) => ContainerId | undefined,
  ) {
    this.#host = new Set(host);
    this.#byAddress = byAddress;
    for (const { id, state, name, networks, ports } of containers) {
      const aliases = networks.flatMap(({ aliases = [] }) => aliases);
      const alias = aliases.find((one) => !id.startsWith(one)) ?? name;
      this.#names.set(id, { networks: new Set(networks.map((one) => one.name)), name: alias });
      if (state !== 'running' && state !== 'paused') continue;
      // Without an address of its own (rootless engines) its id stands for it.
      const address = networks.flatMap(({ addresses }) => addresses)[0] ?? id.slice(0, 12);
      for (const { protocol, port, published } of ports) {
        if (published === undefined) continue;
        const key = `${protocol}${published.port}`;
        const entry = { on: plainAddress(published.address), target: { container: id, address, port } };
        const list = this.#published.get(key);
        if (list === undefined) this.#published.set(key, [entry]);
        else list.push(entry);
      }
    }
  }

  isHost(address: string): boolean {
    return this.#host.has(address);
  }

  containerAt(address: string): ContainerId | undefined {
    return this.#byAddress(address);
  }

  /**
   * What answers behind an address and port of the host.
   * @param fromHost asked for by the host itself, whose loopback leads there too
   */
  publishedAt(protocol: 'tcp' | 'udp', address: string, port: number, fromHost: boolean): PublishedTarget | undefined {
    const entries = this.#published.get(`${protocol}${port}`);
    if (entries === undefined) return undefined;
    const isLoopback = isLoopbackAddress(address);
    if (isLoopback ? !fromHost : !this.#host.has(address)) return undefined;
    return entries.find(({ on }) => isAnyAddress(on) || on === address)?.target;
  }

  isPublished(container: ContainerId, protocol: 'tcp' | 'udp', port: number): boolean {
    for (const [key, entries] of this.#published) {
      if (!key.startsWith(protocol)) continue;
      if (entries.some(({ target }) => target.container === container && target.port === port)) return true;
    }
    return false;
  }

  /** The name that the engine has for a container in its networks. */
  nameOf(container: ContainerId): string | undefined {
    return this.#names.get(container)?.name;
  }
}
