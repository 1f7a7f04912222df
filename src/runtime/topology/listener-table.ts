import type { ListenerFacts } from '../../model/topology.ts';
import type { JoinedNamespace } from './join-connections.ts';
import { passesOn } from './join-connections.ts';
import type { WatchedProcess } from './process-watch.ts';

/** Ports that are told. */
const MOST = 20_000;

/** Docker's name server, which the engine puts into networks of containers. */
const ENGINE_DNS = '127.0.0.11';

/** Ports that somebody listens on: what stays the same is the same object at each look. */
export class ListenerTable {
  #known = new Map<string, ListenerFacts>();

  look(
    namespaces: readonly JoinedNamespace[],
    ownerOf: (inode: number) => WatchedProcess | undefined,
  ): readonly ListenerFacts[] {
    const now = new Map<string, ListenerFacts>();
    const ports = new Map<
      string,
      { addresses: Set<string>; process?: string; container?: string; port: number; protocol: 'tcp' | 'udp' }
    >();
    for (const { look, isHost, container: whose } of namespaces) {
      for (const { protocol, port, address, inode } of look.listening) {
        if (address === ENGINE_DNS || ports.size >= MOST) continue;
        const owner = ownerOf(inode);
        // What an engine takes on the host for a container is told there.
        if (isHost && owner !== undefined && passesOn(owner)) continue;
        const container = owner === undefined ? whose : owner.container;
        const id = `${container?.slice(0, 12) ?? (isHost ? 'host' : look.network)};${protocol};${port}`;
        const known = ports.get(id);
        if (known !== undefined) {
          known.addresses.add(address);
          continue;
        }
        ports.set(id, {
          ...{ addresses: new Set([address]), protocol, port },
          ...(owner !== undefined && { process: owner.id }),
          ...(container !== undefined && { container }),
        });
      }
    }
    for (const [id, { addresses, protocol, port, process, container }] of ports) {
      const list = [...addresses].sort();
      const known = this.#known.get(id);
      const isSame =
        known?.process === process && known?.container === container && known?.addresses.join() === list.join();
      now.set(
        id,
        known !== undefined && isSame
          ? known
          : {
              ...{ id, protocol, port, addresses: list },
              ...(process !== undefined && { process }),
              ...(container !== undefined && { container }),
            },
      );
    }
    this.#known = now;
    return [...now.values()];
  }
}
