import type { HostId } from '../../model/topology.ts';
import { addressScope } from '../../net/address.ts';
import { isOfInternet } from '../../runtime/topology/many-addresses.ts';
import type { ContainerEntry, HostState } from './host-state.ts';

/** Whose an address of another host is, as far as one host alone can say so. */
export interface Claimed {
  readonly host: HostState;
  /** Absent: the host itself. */
  readonly container?: ContainerEntry;
  /**
   * Nothing but the word of that host speaks for it, and much would be drawn to it if that word was false. That it tells of the
   * connection, too, proves nothing: whoever claims an address may as well claim who calls it.
   */
  readonly isUnproven: boolean;
}

type Several = HostState[];

/** Networks that an engine makes on each host alike: `docker0` of Docker, `podman0` of Podman. */
const ofEngines = /^(?:172\.17|10\.88)\./;
/** Their ids say nothing either: that of Podman is made of its name. */
const namesOfEngines: ReadonlySet<string> = new Set(['bridge', 'podman', 'host', 'none']);
/** Hosts that one is said to share an address with, by name. */
const MOST_NAMED = 5;

/**
 * Which host has which address. Reporters say so themselves, so that none is believed against another: what two hosts claim is
 * nobody's, and addresses of networks that each host has for itself lead nowhere else.
 */
export class AddressClaims {
  readonly #own: HostId | undefined;
  readonly #hosts = new Map<string, HostState | Several>();
  readonly #containers = new Map<string, ContainerEntry | 'several'>();
  /** Ranges of the networks of containers of each host. */
  readonly #ranges = new Map<HostState, ReadonlySet<string>>();
  /** Ids of networks that containers of each host are in. */
  readonly #networks = new Map<HostState, ReadonlySet<string>>();

  /** @param own the host that the service looks at by itself: its addresses are known, whatever others say */
  constructor(hosts: readonly HostState[], own: HostId | undefined) {
    this.#own = own;
    if (hosts.length < 2) return;
    for (const host of hosts) for (const address of host.addresses) if (canLead(address)) this.#claim(address, host);
    for (const host of hosts) {
      const [ranges, networks] = [new Set<string>(), new Set<string>()];
      for (const container of host.containers.values()) {
        if (container.gone !== undefined) continue;
        for (const { addresses, id, name } of container.facts.networks) {
          if (id !== undefined && !namesOfEngines.has(name)) networks.add(id);
          for (const one of addresses) {
            if (!canLead(one)) continue;
            ranges.add(rangeOf(one));
            // A container is no better proof of an address than a host is, and no worse one.
            if (this.#hosts.has(one) && !ofEngines.test(one)) this.#claim(one, host);
            const known = this.#containers.get(one);
            this.#containers.set(one, known === undefined || known === container ? container : 'several');
          }
        }
      }
      this.#ranges.set(host, ranges);
      this.#networks.set(host, networks);
    }
  }

  /** Whose an address is that a host met and has not itself; undefined: nobody's that can be named. */
  of(from: HostState, address: string): Claimed | undefined {
    const claimed = this.#hosts.get(address);
    const host = Array.isArray(claimed) ? claimed.find(({ id }) => id === this.#own) : claimed;
    if (host !== undefined) return host === from ? undefined : { host, isUnproven: this.#isUnproven(host, address) };
    // One that hosts dispute is not that of a container either.
    if (claimed !== undefined) return undefined;
    const container = this.#containers.get(address);
    if (container === undefined || container === 'several' || container.host === from) return undefined;
    const isShared = container.facts.networks.some(
      ({ id, addresses }) => id !== undefined && addresses.includes(address) && this.#networks.get(from)?.has(id),
    );
    if (isShared) return { host: container.host, container, isUnproven: false };
    // What is called in a network of the host's own never left it.
    if (ofEngines.test(address) || this.#ranges.get(from)?.has(rangeOf(address)) === true) return undefined;
    return { host: container.host, container, isUnproven: isOfInternet(address) };
  }

  /** Addresses that hosts have together, for each of these: sentences for whoever looks at the map. */
  disputes(): ReadonlyMap<HostState, string> {
    const found = new Map<HostState, { readonly addresses: string[]; readonly others: Set<HostState> }>();
    for (const [address, claimed] of this.#hosts) {
      if (!Array.isArray(claimed)) continue;
      for (const host of claimed) {
        const known = found.get(host) ?? { addresses: [], others: new Set() };
        known.addresses.push(address);
        for (const other of claimed) if (other !== host) known.others.add(other);
        found.set(host, known);
      }
    }
    return new Map([...found].map(([host, { addresses, others }]) => [host, this.#sentence(host, addresses, others)]));
  }

  /** Whoever sends its reports from an address has it; others may have taken it out of the air. */
  #isUnproven({ id, peer }: HostState, address: string): boolean {
    return isOfInternet(address) && id !== this.#own && peer !== address;
  }

  #claim(address: string, host: HostState): void {
    const known = this.#hosts.get(address);
    if (known === undefined) this.#hosts.set(address, host);
    else if (Array.isArray(known)) {
      if (!known.includes(host)) this.#hosts.set(address, [...known, host]);
    } else if (known !== host) this.#hosts.set(address, [known, host]);
  }

  #sentence({ id }: HostState, addresses: readonly string[], others: ReadonlySet<HostState>): string {
    const names = [...others].slice(0, MOST_NAMED).map(({ name }) => name.slice(0, 80));
    const who = [...names, ...(others.size > names.length ? [`${others.size - names.length} more`] : [])].join(', ');
    const which = addresses.length > 3 ? `${addresses.length} addresses` : addresses.join(', ');
    const isOwn = [...others].some((other) => other.id === this.#own);
    if (id !== this.#own && isOwn) return `It claims ${which} of the host of the service: that is not believed`;
    const believed = id === this.#own ? 'it is believed here alone' : 'connections to it are drawn to none of them';
    return `${which} is claimed by ${who} too: ${believed}`;
  }
}

/** Loopback and link-local addresses are others on each host, and most of the special ones nobody's. */
function canLead(address: string): boolean {
  const scope = addressScope(address);
  if (scope === 'loopback' || scope === 'link-local') return false;
  return scope !== 'special' || isOfInternet(address) || /^(?:100\.|198\.1[89]\.)/.test(address);
}

/** The network that an address of a container is most likely of: 16 bits of IPv4, 64 of IPv6. */
function rangeOf(address: string): string {
  if (!address.includes(':')) return address.split('.', 2).join('.');
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':');
}
