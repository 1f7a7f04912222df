import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as startTls, type TLSSocket } from 'node:tls';
import type { ObservedPort } from '../../model/observation.ts';
import type { ServiceBudget, ServiceName, ServiceTarget } from '../../model/service-scanner.ts';
import { Exchange } from './exchange.ts';

/** No more connections to this port: its budget is spent. */
export class SpentError extends Error {
  override readonly name = 'SpentError';
}

/** A connection that nobody took, or that broke before it stood. */
export class DialError extends Error {
  override readonly name = 'DialError';
}

/** `elsewhere`: from an address that is none of loopback. */
export type Vantage = 'loopback' | 'elsewhere';

/** One listening port: connections to it within its budget. */
export class PortDoor {
  readonly port: ObservedPort;
  readonly budget: ServiceBudget;
  /** From where the service sees us come. */
  readonly from: Vantage;
  readonly #dial: ServiceTarget['dial'];
  #connections = 0;
  #answered = 0;

  constructor(port: ObservedPort, dial: ServiceTarget['dial'], budget: ServiceBudget, from: Vantage = 'loopback') {
    this.from = from;
    this.port = port;
    this.budget = budget;
    this.#dial = dial;
  }

  /** Connections that were made so far. */
  get connections(): number {
    return this.#connections;
  }

  /**
   * @throws SpentError, DialError, or the reason of the signal
   */
  async connect(): Promise<Duplex> {
    const { signal, idleMs, requests } = this.budget;
    signal.throwIfAborted();
    if (this.#connections >= requests) throw new SpentError(`${requests} requests were made`);
    this.#connections++;
    const stop = new AbortController();
    const abort = (): void => stop.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(() => stop.abort(new DialError('nobody took the connection in time')), idleMs);
    let late = false;
    try {
      const dialled = this.#dial(this.port, stop.signal);
      dialled.then(
        (stream) => {
          if (late) stream.destroy();
        },
        () => undefined,
      );
      return await Promise.race([dialled, aborted(stop.signal)]);
    } catch (error) {
      late = true;
      if (signal.aborted) throw signal.reason;
      throw error instanceof DialError ? error : new DialError(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Connections over which something came. */
  get answered(): number {
    return this.#answered;
  }

  /** A connection with bounded answers. @throws as `connect` */
  async open(): Promise<Exchange> {
    return this.over(await this.connect());
  }

  /** The same over a stream that stands. */
  over(stream: Duplex): Exchange {
    return new Exchange(stream, this.budget, () => this.#answered++);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** A service that was recognised: what speaks at a port, and how to speak to it. */
export interface Service {
  readonly door: PortDoor;
  readonly name: string;
  readonly product?: string;
  readonly version?: string;
  /** Everything goes through TLS. */
  readonly encrypted: boolean;
  /** First words, as bytes. */
  readonly greeting: Buffer;
}

/** @throws SpentError, DialError, or the reason of the signal */
export async function openService(service: Pick<Service, 'door' | 'encrypted'>): Promise<Exchange> {
  const { door, encrypted } = service;
  if (!encrypted) return await door.open();
  return door.over(await secure(await door.connect(), door.budget));
}

/**
 * Speaks TLS over a connection. Certificates are looked at elsewhere: whatever is served is good enough to be scanned.
 * @throws DialError where the other side does not speak TLS, or stalls
 */
export async function secure(
  stream: Duplex,
  { signal, idleMs }: Pick<ServiceBudget, 'signal' | 'idleMs'>,
  options: ConnectionOptions = {},
): Promise<TLSSocket> {
  return await new Promise((resolve, reject) => {
    const socket = startTls({
      socket: stream,
      rejectUnauthorized: false,
      // What an old container offers is to be seen, not refused.
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
      ...options,
    });
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.removeListener('close', closed);
      if (error === undefined) {
        resolve(socket);
        return;
      }
      socket.on('error', () => undefined);
      socket.destroy();
      stream.destroy();
      reject(error);
    };
    const abort = (): void => finish(signal.reason instanceof Error ? signal.reason : new DialError('interrupted'));
    const closed = (): void => finish(new DialError('closed during the handshake'));
    const timer = setTimeout(() => finish(new DialError('TLS stalls')), idleMs);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('secureConnect', () => finish());
    socket.once('error', (error) => finish(new DialError(error.message)));
    socket.once('close', closed);
  });
}

/** What the outside is told. */
export function serviceName({ door, name, product, version, encrypted }: Service): ServiceName {
  const { protocol, port, package: owner } = door.port;
  // The version of the package that owns the program is exact; what a service says of itself may lack what a distribution mended.
  const exact = owner?.version ?? version;
  return {
    kind: 'service-name',
    protocol,
    port,
    name,
    ...(product !== undefined && { product }),
    ...(exact !== undefined && { version: exact }),
    ...(encrypted && { encrypted }),
  };
}
