import type { CallEvent, SocketAddress } from '../../model/call.ts';
import type { Observation } from '../../model/observation.ts';
import { compareText } from '../../model/order.ts';
import type { CallVisitor } from '../calls/process-table.ts';

export type Contact = Observation['contacts'][number];

/** Contacts that are told. */
const MAX_CONTACTS = 1000;

/** Collects the names that a run asked for and the addresses outside itself that it called, whether it got through or not. */
export class Contacts implements CallVisitor {
  readonly #counts = new Map<string, { contact: Omit<Contact, 'count'>; count: number }>();

  #missed = 0;

  /** Sentences that say what is not told. */
  get gaps(): readonly string[] {
    return this.#missed > 0
      ? [
          `More than ${MAX_CONTACTS} names and addresses were called: ${this.#missed} calls of further ones are not listed.`,
        ]
      : [];
  }

  call(event: CallEvent): void {
    if (event.kind === 'dns') this.add({ name: event.name });
    else if (event.kind === 'connect' && event.address !== undefined) this.#connect(event.address, event.name);
    else if (event.kind === 'send' && event.address !== undefined && event.protocol?.startsWith('UDP') === true) {
      this.#connect(event.address, event.name);
    }
  }

  /** One more, from who else knows of it. */
  add(contact: Omit<Contact, 'count'>): void {
    const key = JSON.stringify([contact.name, contact.address, contact.port]);
    const known = this.#counts.get(key);
    if (known !== undefined) known.count++;
    else if (this.#counts.size < MAX_CONTACTS) this.#counts.set(key, { contact, count: 1 });
    else this.#missed++;
  }

  /** Sorted by name, address and port. */
  list(): readonly Contact[] {
    return [...this.#counts.values()]
      .map(({ contact, count }) => ({ ...contact, count }))
      .sort(
        (a, b) =>
          compareText(a.name ?? '', b.name ?? '') ||
          compareText(a.address ?? '', b.address ?? '') ||
          (a.port ?? 0) - (b.port ?? 0),
      );
  }

  #connect(address: SocketAddress, name: string | undefined): void {
    if (address.family !== 'inet' && address.family !== 'inet6') return;
    // A question to a name server is told by its name; port 0 asks the kernel for a route and sends nothing.
    if (address.port === 53 || address.port === 0 || isOwn(address.address)) return;
    this.add({ ...(name !== undefined && { name }), address: address.address, port: address.port });
  }
}

function isOwn(address: string): boolean {
  return address === '::1' || address === '::' || /^(?:::ffff:)?(?:127\.|0\.0\.0\.0$)/.test(address);
}
