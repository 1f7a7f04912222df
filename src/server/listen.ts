import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext } from 'node:tls';
import type { OptionName } from '../config/options.ts';
import { type ListenAddress, showAddress } from '../config/service-address.ts';
import type { TlsSettings } from '../config/service-settings.ts';
import { DrydockError, UsageError } from '../errors.ts';
import { limitReadingTime } from './reading-time.ts';
import { listenerLimits } from './v1/limits.ts';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Something that listens. */
export interface Listener {
  /** Where it really listens: the port, where any was asked for. */
  readonly address: ListenAddress;
  /**
   * Takes another certificate for connections to come: see `checkTls`. No effect without TLS. Where clients need another
   * authority than before, connections that there are have no more requests answered.
   */
  useTls(tls: TlsSettings): void;
  /**
   * Takes no more connections and requests, and waits for what is being answered.
   * @param patience milliseconds; what is not answered by then is cut off
   * @returns whether everything was answered
   */
  close(patience: number): Promise<boolean>;
}

export interface ListenOptions {
  readonly address: ListenAddress;
  /** The option that decided about the address, for messages. */
  readonly option: OptionName;
  readonly tls?: TlsSettings;
  /** Milliseconds that a request may take to come in, with its body; not those that it may take to be answered. */
  readonly receiveTime: number;
  readonly handler: RequestHandler;
}

/** Half of the milliseconds in which a client takes a part of its answer: Node.js looks twice. */
const READING_TIME = 30_000;

/**
 * @throws DrydockError `service.address` when nobody can listen there
 * @throws UsageError when the certificate is none, or not that of the key
 */
export async function listen({ address, option, tls, receiveTime, handler }: ListenOptions): Promise<Listener> {
  const settings: ServerOptions = { ...listenerLimits, requestTimeout: receiveTime };
  let closing = false;
  const limitReading = limitReadingTime(READING_TIME);
  /** Connections whose clients were let in by the authority of now. */
  let admitted = new WeakSet<object>();
  let authority = tls?.clientCa;
  /** Connections on which no request came yet, which Node.js takes for busy ones. */
  const fresh = new Set<Socket>();
  const onConnection = (socket: Socket): void => {
    // Its handshake took until now.
    if (closing) return void socket.destroy();
    admitted.add(socket);
    fresh.add(socket);
    socket.once('close', () => fresh.delete(socket));
  };
  const onRequest: RequestHandler = (request, response) => {
    fresh.delete(request.socket);
    if (authority !== undefined && !admitted.has(request.socket)) return void request.socket.destroy();
    // A connection that is kept would bring more requests.
    if (closing) response.shouldKeepAlive = false;
    limitReading(request, response);
    handler(request, response);
  };
  const server = tls === undefined ? createServer(settings, onRequest) : makeTlsServer(tls, settings, onRequest);
  server.on('clientError', answerBadRequest);
  server.on(tls === undefined ? 'connection' : 'secureConnection', onConnection);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, address, option)));
    server.listen({ port: address.port, ...(address.host !== undefined && { host: address.host }) }, resolve);
  });
  return {
    address: { ...address, port: (server.address() as AddressInfo).port },
    useTls: (next) => {
      if (!('setSecureContext' in server)) return;
      server.setSecureContext(secureContext(next));
      if (next.clientCa === authority) return;
      authority = next.clientCa;
      admitted = new WeakSet();
    },
    async close(patience) {
      closing = true;
      for (const socket of fresh) socket.destroy();
      return await closeServer(server, patience);
    },
  };
}

function secureContext({ certificate, key, clientCa }: TlsSettings) {
  return { cert: certificate, key, minVersion: 'TLSv1.2', ...(clientCa !== undefined && { ca: clientCa }) } as const;
}

function makeTlsServer(tls: TlsSettings, settings: ServerOptions, onRequest: RequestHandler): TlsServer {
  const mutual = tls.clientCa !== undefined && { requestCert: true, rejectUnauthorized: true };
  checkTls(tls);
  return createTlsServer({ ...settings, ...secureContext(tls), ...mutual }, onRequest);
}

/** @throws UsageError when the certificate is none, or not that of the key */
export function checkTls(tls: TlsSettings): void {
  try {
    createSecureContext(secureContext(tls));
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError('usage.configuration', `--tls-certificate: certificate and key cannot be used: ${message}.`, {
      cause: error,
    });
  }
}

/** How often connections are looked for that have become idle, while a listener closes. */
const LOOK_EVERY = 50;

async function closeServer(server: Server | TlsServer, patience: number): Promise<boolean> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const look = setInterval(() => server.closeIdleConnections(), LOOK_EVERY);
  const { promise: late, resolve: giveUp } = Promise.withResolvers<'late'>();
  const timer = setTimeout(giveUp, patience, 'late');
  const end = await Promise.race([closed, late]);
  clearInterval(look);
  clearTimeout(timer);
  if (end !== 'late') return true;
  server.closeAllConnections();
  await closed;
  return false;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'it is no address of this machine',
  ENOTFOUND: 'nobody knows this name',
  EAI_AGAIN: 'nobody knows this name',
};

function explain(error: NodeJS.ErrnoException, address: ListenAddress, option: OptionName): DrydockError {
  const code = error.code ?? error.message;
  const more = code === 'EACCES' && address.port < 1024 ? ' (ports below 1024 are for root)' : '';
  const advice = code === 'EADDRINUSE' ? 'Stop that program, or name' : 'Name';
  return new DrydockError(
    'service.address',
    `${showAddress(address)}: ${reasons[code] ?? code}${more}. ${advice} another address: --${option} 127.0.0.1:PORT.`,
    { cause: error },
  );
}

/** What is no HTTP gets the words that servers of Go have for it, and is cut off. */
function answerBadRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable || (socket as Socket).bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: ${status.length}\r\n\r\n${status}`,
  );
}
