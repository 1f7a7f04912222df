import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { networkOf } from '../access.ts';
import type { Metrics } from '../metrics.ts';
import type { Call, V1Route, V1Services } from './call.ts';
import { answerToError, failed } from './failure.ts';
import { Admission } from './http/admission.ts';
import { type Answer, plain, redirect, send } from './http/answer.ts';
import { BodyError, drainAfter, readBody } from './http/body.ts';
import { type Resolution, Router } from './http/router.ts';
import { parseQuery } from './http/url.ts';
import type { LayerIndexer } from './layer-indexer.ts';
import { defaultV1Limits, type V1Limits } from './limits.ts';
import { PageTokens } from './page-token.ts';
import { BadQuery } from './paging.ts';
import { v1Routes } from './routes/index.ts';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** @param client whose request it is, for limits; default: its address */
export type V1Handler = (request: IncomingMessage, response: ServerResponse, client?: string) => void;

export interface V1Options {
  readonly store: Store;
  readonly indexer: LayerIndexer;
  /** 32 bytes: parsePaginationKey. Servers that stand for each other share it. */
  readonly paginationKey: Uint8Array;
  /** Milliseconds for a request; 0: no limit. What it does goes on when they are over, and is found by whoever asks again. */
  readonly timeout: number;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly limits?: Partial<V1Limits>;
  /** The service stops: work that goes on is given up. */
  readonly signal?: AbortSignal;
}

/** Clair reads no more of a body. */
const bodyBytes = 1024 * 1024;

const pages = {
  unknown: plain(404, '404 page not found'),
  'wrong-method': plain(405, 'Method Not Allowed'),
  malformed: plain(400, '400 Bad Request'),
};

/** What Go's `http.TimeoutHandler` writes, with Clair's words. */
const timedOut: Answer = {
  status: 503,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: '{"Error":{"Message":"Clair failed to respond within the configured timeout window.","Type":"Timeout"}}',
};

/** The v1 API of Clair: every path that is not another API's. */
export function createV1Handler(options: V1Options): V1Handler {
  const limits = { ...defaultV1Limits, ...options.limits };
  const clock = options.clock ?? Date.now;
  const services: V1Services = {
    store: options.store,
    indexer: options.indexer,
    tokens: new PageTokens(options.paginationKey, clock),
    metrics: options.metrics,
    limits,
    clock,
  };
  const router = new Router<V1Route>(
    '/v1',
    v1Routes.map((route) => ({ ...route, handler: route })),
  );
  const admission = new Admission({ client: limits.requestsPerClient, all: limits.requests });
  const working = new Set<AbortController>();
  options.signal?.addEventListener('abort', () => {
    for (const stop of working) stop.abort(options.signal?.reason);
  });

  return (request, response, client = networkOf(request.socket.remoteAddress ?? 'unknown')) => {
    drainAfter(request, response);
    const found = router.resolve(request.method ?? '', request.url ?? '');
    if (found.kind !== 'found') {
      void answerAndLog(request, response, pageOf(request, found), options.log);
      return;
    }
    const leave = admission.enter(client);
    if (leave === undefined) {
      void answerAndLog(request, response, tooMany(), options.log);
      return;
    }
    const stop = new AbortController();
    working.add(stop);
    const tooLong = setTimeout(() => stop.abort(new Error('nobody waits for it any more')), limits.workTime);
    tooLong.unref();
    const call: Call = {
      parameters: found.parameters,
      query: parseQuery(found.query),
      signal: stop.signal,
      acceptEncoding: String(request.headers['accept-encoding'] ?? ''),
      body: () => readBody(request, bodyBytes, limits.bodyTime),
    };
    const started = performance.now();
    const work = handled(found.handler, call, services, options.log).then((answer) => {
      clearTimeout(tooLong);
      working.delete(stop);
      leave();
      const { route = found.handler.name, code = String(answer.status) } = answer.counted ?? {};
      options.metrics.observeResponse(`v1/${route}`, code, performance.now() - started);
      return answer;
    });
    void within(work, options.timeout).then((answer) => answerAndLog(request, response, answer, options.log, started));
  };
}

/** The health API of Clair: whether the database answers. */
export function createHealthHandler(options: {
  readonly store: Pick<Store, 'ping'>;
  readonly timeout: number;
  readonly log: Logger;
}): RequestHandler {
  const router = new Router('', [{ method: 'GET', path: '/health', handler: undefined }]);
  const healthy: Answer = { status: 200, headers: { Server: 'clair' }, body: '' };
  return (request, response) => {
    drainAfter(request, response);
    const found = router.resolve(request.method ?? '', request.url ?? '');
    const answer =
      found.kind === 'found'
        ? within(
            options.store.ping().then(
              () => healthy,
              () => ({ ...healthy, status: 500 }),
            ),
            options.timeout,
          )
        : pageOf(request, found);
    void Promise.resolve(answer).then((made) => answerAndLog(request, response, made, options.log));
  };
}

function pageOf(request: IncomingMessage, found: Exclude<Resolution<unknown>, { kind: 'found' }>): Answer {
  if (found.kind === 'redirect') return redirect(request.method ?? '', found.location);
  if (found.kind !== 'malformed') return pages[found.kind];
  return { ...pages.malformed, headers: { ...pages.malformed.headers, Connection: 'close' } };
}

function tooMany(): Answer {
  const answer = failed(429, 'too many requests at a time');
  return { ...answer, headers: { ...answer.headers, 'Retry-After': '1' } };
}

/** Never rejects: a fault of ours is an answer, too. */
async function handled(route: V1Route, call: Call, services: V1Services, log: Logger): Promise<Answer> {
  try {
    return await route.handle(call, services);
  } catch (error) {
    if (error instanceof BadQuery) return error.answer;
    if (error instanceof BodyError) {
      const answer = failed(408, error.message);
      return { ...answer, headers: { ...answer.headers, Connection: 'close' } };
    }
    const answer = answerToError(error);
    if (answer === undefined) log.error({ route: route.name, error }, 'a request met a fault in Drydock');
    else if (answer.status >= 500) log.error({ route: route.name, error }, 'a request failed in the store');
    return answer ?? failed(500, 'internal error');
  }
}

/** The answer, or the one that says that it did not come in time. */
function within(work: Promise<Answer>, timeout: number): Promise<Answer> {
  if (timeout <= 0) return work;
  return new Promise((resolve) => {
    // Timers know no more than 2^31 - 1.
    const timer = setTimeout(() => resolve(timedOut), Math.min(timeout, 2 ** 31 - 1));
    void work.then((answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

async function answerAndLog(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  log: Logger,
  started?: number,
): Promise<void> {
  try {
    await send(request, response, answer);
  } catch (error) {
    log.error({ error }, 'an answer could not be written');
    response.destroy();
  }
  const milliseconds = started === undefined ? 0 : Math.round(performance.now() - started);
  log.info(
    {
      method: request.method,
      path: (request.url ?? '').split('?', 1)[0],
      status: answer.status,
      client: request.socket?.remoteAddress,
      milliseconds,
    },
    'a request was answered',
  );
}
