import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scope } from '../config/service-options.ts';
import type { ReloadableSettings } from '../config/service-settings.ts';
import { type ErrorCode, errorCodes } from '../errors.ts';
import { allows, type Client, identify, identifyClairV4, networkOf, type Refusal, scopeOf, tokenOf } from './access.ts';
import { type BrowserRules, foreignPage, otherSite, unprovenPage } from './browser-guard.ts';
import { clairError } from './clair-v4/errors.ts';
import { isClairV4 } from './clair-v4/paths.ts';
import { type Followed, Following } from './following.ts';
import type { RequestHandler } from './listen.ts';
import type { PageHandler } from './page/serve-page.ts';
import type { ServiceLog } from './service-log.ts';
import { cookieOf, setCookie } from './session/session-cookie.ts';
import { LIFE, type Session, type Sessions } from './session/sessions.ts';
import { Turnstile } from './turnstile.ts';
import type { V1Handler } from './v1/handler.ts';
import { tooManyWrongTokens, type WrongToken, WrongTokens } from './wrong-tokens.ts';

/** What is known of a request when it is handed over. */
export interface Caller {
  readonly client: Client;
  /** Nobody knows who asks: for routes that answer whoever does, and no others. */
  readonly isUnknown?: boolean;
  /** When the session ends that let the request in: milliseconds since 1970. */
  readonly ends?: number;
  readonly requestId: string;
  readonly log: ServiceLog;
  /**
   * Says that the answer goes on for as long as the client listens: it gives its turn back, and takes one of
   * `MOST_STREAMS` instead. False: the client has as many.
   */
  stream(): boolean;
  /**
   * Says that a token came in another way than those that were looked at before, and is wrong.
   * @returns when another one may be tried, and whether this one was sent before: see `WrongTokens.count`
   */
  guessed(token: string): WrongToken;
}

/** Answers without end that one client may have at a time. */
export const MOST_STREAMS = 256;

/** The own API, below `/api`. */
export interface ApiHandler {
  handle(request: IncomingMessage, response: ServerResponse, caller: Caller): void;
  /** What a request needs; absent: reading is `read`, POST `scan`, anything else `admin`. */
  scopeOf?(method: string, pathname: string): Scope;
}

/** What answers once the store is there. */
export interface Handlers {
  readonly v1: V1Handler;
  readonly api?: ApiHandler;
  /** Absent: nobody can sign in. */
  readonly sessions?: Sessions;
}

export interface FrontOptions {
  readonly log: ServiceLog;
  readonly turnstile: Turnstile;
  /** Milliseconds since 1970, by the clock that sessions end by. */
  now(): number;
  /** As it is now: SIGHUP changes it. */
  access(): Pick<ReloadableSettings, 'tokens' | 'tls' | 'clairPsk'>;
  /** Where browsers may come from, as it is now. */
  readonly browsers: () => BrowserRules;
  /** Undefined while the store is not there yet. */
  handlers(): Handlers | undefined;
  /** Absent: this process has no page. */
  readonly page?: PageHandler;
  /** `/healthz` and `/readyz`; false where the request is none of them. */
  probe(request: IncomingMessage, response: ServerResponse): boolean;
}

/** Seconds after which a client that was turned away may come again. */
const RETRY_AFTER = '5';

/** Below it is the API of scanners that Harbor asks. */
export const HARBOR_PATH = '/harbor/api/v1';

/** Answers those who are not signed in, too. */
const SESSION_PATH = '/api/session';

/** The path alone, still encoded; what is no path is one that nothing answers to. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

const isApi = (path: string): boolean =>
  path === '/api' ||
  path.startsWith('/api/') ||
  path === HARBOR_PATH ||
  path.startsWith(`${HARBOR_PATH}/`) ||
  isClairV4(path);

/** What the listener of the APIs has. */
interface Front {
  readonly handle: RequestHandler;
  /** Who may do what has changed: ends what those follow who may not any more. */
  lookAgain(): void;
}

/**
 * The handler of the listener of the APIs: knows who asks, lets them do what they may, as much at a time as they may, and
 * writes a line about each request when it is over. What answers is the v1 API, whose answers are left as they are, and
 * below `/api` the own one.
 */
export function createFront(options: FrontOptions): Front {
  const { log, turnstile } = options;
  const streams = new Turnstile({ requests: MOST_STREAMS, queue: 0 });
  /** Whether whoever began a stream would be let in now. */
  const mayFollow = ({ request, scope }: Followed): boolean => {
    const access = options.access();
    const known = identify(request, access);
    if (!('status' in known)) return allows(known.scope, scope);
    const sealed = tokenOf(request) !== undefined ? undefined : cookieOf(request, options.browsers().publicUrl);
    const session = sealed === undefined ? undefined : options.handlers()?.sessions?.find(sealed, access.tokens);
    return session !== undefined && allows(session.token.scope, scope);
  };
  const following = new Following(mayFollow, options.now);
  const wrongTokens = new WrongTokens(options);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = process.hrtime.bigint();
    const requestId = requestIdOf(request);
    const uri = request.url ?? '/';
    const path = pathOf(uri);
    // Taken now: a request that is given up has no socket any more when its answer is closed.
    const address = addressOf(request);
    const network = networkOf(request.socket.remoteAddress ?? 'unknown');
    const own = log.within('server/request', { 'request id': requestId });
    const gone = new AbortController();
    let client: Client | undefined;
    response.once('close', () => {
      gone.abort();
      own.info(
        {
          'remote addr': address,
          method: request.method,
          'request uri': uri,
          status: response.writableFinished ? String(response.statusCode) : 'aborted',
          'elapsed time': Number(process.hrtime.bigint() - started),
          ...(client !== undefined && { client: client.name }),
        },
        'Handled HTTP request',
      );
    });
    if (isApi(path)) response.setHeader('X-Request-Id', requestId);
    if (options.probe(request, response)) return;
    const refuse = (
      status: number,
      code: ErrorCode,
      message: string,
      headers: Readonly<Record<string, string>> = {},
    ): void => {
      // What was not read of the body would be taken for the next request.
      if (!request.complete) response.shouldKeepAlive = false;
      answerError(response, path, { status, code, message, headers });
    };

    const refuseUnready = (): void =>
      refuse(503, 'store.unavailable', 'database: an error occured when querying the backend', {
        'Retry-After': RETRY_AFTER,
      });
    const brought = tokenOf(request);
    const refuseUnknown = ({ status, message }: Refusal): void => {
      const wait = brought === undefined ? 0 : wrongTokens.count(network, brought).wait;
      if (wait > 0) {
        // Each further guess takes a connection of its own.
        response.shouldKeepAlive = false;
        refuse(429, 'service.sign-ins', tooManyWrongTokens, { 'Retry-After': String(Math.ceil(wait / 1000)) });
        return;
      }
      // A browser would ask its user for a password of its own accord.
      const ask: Record<string, string> = isOwnPage(request) ? {} : { 'WWW-Authenticate': 'Bearer realm="drydock"' };
      refuse(status, 'service.sign-in', message, ask);
    };
    const browsers = options.browsers();
    const { publicUrl } = browsers;
    const foreign = foreignPage(request, browsers);
    if (foreign !== undefined) return refuse(403, 'service.foreign-page', foreign);
    const access = options.access();
    // Its frame holds nothing secret and shows how to sign in. Client certificates are a matter of the connection.
    if (access.tokens.length > 0 && options.page?.(request, response, path) === true) return;
    const handlers = options.handlers();
    const known = isClairV4(path) ? identifyClairV4(request, access, options.now()) : identify(request, access);
    let found: Client;
    let session: Session | undefined;
    let isUnknown = false;
    if (!('status' in known)) found = known;
    else {
      const sealed = path.startsWith('/api/') && brought === undefined ? cookieOf(request, publicUrl) : undefined;
      // Whether it is one is known once its key is there.
      if (sealed !== undefined && handlers === undefined) return refuseUnready();
      session = sealed === undefined ? undefined : handlers?.sessions?.find(sealed, access.tokens);
      const unproven = session && unprovenPage(request);
      if (unproven !== undefined) return refuse(403, 'service.foreign-page', unproven);
      isUnknown = session === undefined && path === SESSION_PATH && brought === undefined;
      if (session === undefined && !isUnknown) return refuseUnknown(known);
      found = session === undefined ? { name: network, scope: 'read' } : clientOf(session);
    }
    if (!isUnknown) client = found;
    if (access.tokens.length === 0 && options.page?.(request, response, path) === true) return;
    const caused = otherSite(request);
    if (caused !== undefined) return refuse(403, 'service.foreign-page', caused);
    if (session?.renewed !== undefined && path !== SESSION_PATH) {
      const cookie = { value: session.renewed, seconds: LIFE / 1000 };
      response.setHeader('Set-Cookie', setCookie(request, publicUrl, cookie));
    }
    const method = request.method ?? 'GET';
    const needed = (isApi(path) ? handlers?.api?.scopeOf : undefined) ?? scopeOf;
    const scope = needed(method, path);
    if (path !== SESSION_PATH && !allows(found.scope, scope))
      return refuse(403, 'service.scope', `this token may ${found.scope}; the request needs ${scope}`);
    const leave = await turnstile.enter(found.name, gone.signal);
    if (leave === undefined) {
      return refuse(503, 'service.busy', 'this client has too many requests waiting', { 'Retry-After': RETRY_AFTER });
    }
    response.once('close', leave);
    if (gone.signal.aborted) return leave();
    if (handlers === undefined) return refuseUnready();
    if (!isApi(path)) return handlers.v1(request, response, found.name);
    if (handlers.api === undefined) return refuse(404, 'service.not-found', 'there is no such resource');
    const stream = (): boolean => {
      const end = streams.tryEnter(found.name);
      if (end === undefined) return false;
      if (gone.signal.aborted) end();
      else {
        response.once('close', end);
        const ends = session?.ends;
        following.add({ request, response, scope, ...(ends !== undefined && { ends }) });
      }
      leave();
      return true;
    };
    handlers.api.handle(request, response, {
      client: found,
      ...(isUnknown && { isUnknown }),
      ...(session !== undefined && { ends: session.ends }),
      requestId,
      log: own,
      stream,
      guessed: (token) => wrongTokens.count(network, token),
    });
  };

  const handle: RequestHandler = (request, response) => {
    serve(request, response).catch((error: unknown) => {
      log.error({ error }, 'a request was not answered');
      if (response.headersSent) response.destroy();
      else
        answerError(response, pathOf(request.url ?? '/'), {
          status: 500,
          code: 'fault',
          message: 'internal error',
          headers: {},
        });
    });
  };
  return { handle, lookAgain: () => following.lookAgain() };
}

function clientOf({ token }: Session): Client {
  return { name: `token:${token.name}`, scope: token.scope };
}

function isOwnPage({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-site'] === 'same-origin';
}

/** One that somebody before us gave, so that a request can be followed through all that handle it. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

function addressOf({ socket }: IncomingMessage): string {
  const { remoteAddress = 'unknown', remotePort = 0 } = socket;
  const address = remoteAddress.includes('.') ? networkOf(remoteAddress) : remoteAddress;
  return address.includes(':') ? `[${address}]:${remotePort}` : `${address}:${remotePort}`;
}

interface ErrorAnswer {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** In the envelopes of Clair's APIs, or as a problem (RFC 9457). */
function answerError(response: ServerResponse, path: string, { status, code, message, headers }: ErrorAnswer): void {
  const [type, body] = isClairV4(path)
    ? ['application/json', clairError(status, message)]
    : isApi(path)
      ? [
          'application/problem+json',
          JSON.stringify({
            type: `urn:drydock:error:${code}`,
            title: errorCodes[code].meaning,
            status,
            detail: message,
            code,
          }),
        ]
      : ['application/json;charset=utf-8', JSON.stringify({ Error: { Message: message } })];
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body) + 1,
    ...headers,
  });
  response.end(`${body}\n`);
}
