import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { ObservedPort } from '../../src/model/observation.ts';
import type { ServiceBudget, ServiceTarget } from '../../src/model/service-scanner.ts';
import type { ImageView } from '../../src/model/view.ts';

/** A port as the observation of a container tells of it. */
export function observedPort(port: number, more: Partial<ObservedPort> = {}): ObservedPort {
  return {
    protocol: 'tcp',
    port,
    addresses: ['127.0.0.1'],
    declared: true,
    state: 'listening',
    localOnly: false,
    ...more,
  };
}

/** An image without files. */
const emptyView = { resolve: () => ({ found: false, reason: 'absent' }) } as unknown as ImageView;

/** The way to services of this machine's loopback interface, as if they were a container's. */
export function loopbackTarget(
  ports: readonly ObservedPort[],
  more: Partial<Pick<ServiceTarget, 'view' | 'keys'>> & { readonly to?: (port: number) => number } = {},
): ServiceTarget {
  const { to = (port: number) => port, ...rest } = more;
  return {
    ports,
    view: emptyView,
    ...rest,
    dial: async ({ port }, signal) =>
      await new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: to(port) });
        socket.once('connect', () => resolve(socket));
        socket.once('error', reject);
        signal.addEventListener('abort', () => socket.destroy(), { once: true });
      }),
  };
}

/** Budgets that are large enough for one port on a slow machine. */
export function serviceBudget(more: Partial<ServiceBudget> = {}): ServiceBudget {
  return {
    signal: new AbortController().signal,
    idleMs: 3000,
    portMs: 120_000,
    answerBytes: 256 * 1024,
    requests: 1000,
    passwords: 10,
    evidence: 4096,
    ...more,
  };
}

/** A server of loopback that does with each connection as it is told. */
export class StandIn {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(speak: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
      speak(socket);
    });
  }

  async listen(): Promise<number> {
    return await new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as { port: number }).port));
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
