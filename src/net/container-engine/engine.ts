import type { Duplex } from 'node:stream';
import { type EngineKind, type Environment, engineAddresses } from './addresses.ts';
import { readJson, refusal } from './answers.ts';
import { connect } from './connection.ts';
import { type EngineAddress, isRemote } from './endpoint.ts';
import { EngineError } from './engine-error.ts';
import {
  defaultEngineTimeouts,
  type EngineRequest,
  type EngineResponse,
  type EngineTimeouts,
  exchange,
  exchangeAndKeep,
  lateWords,
} from './exchange.ts';
import { textField } from './json-fields.ts';

export interface EngineOptions {
  /** Settings that name an engine (DOCKER_HOST and the like), and what ssh gets to see. */
  readonly environment: Environment;
  /** Refuses engines that are reached over a network; a socket of this machine is none. */
  readonly offline?: boolean;
  readonly timeouts?: Partial<EngineTimeouts>;
  readonly signal?: AbortSignal;
  /** Told of every host that is asked over a network, `host:port`. */
  onHost?(host: string): void;
}

/** What a request needs besides; the rest is filled in. */
export type EngineCall = Omit<EngineRequest, 'headersMs' | 'idleMs'> & {
  readonly headersMs?: number;
  readonly idleMs?: number;
};

/** A container engine that answered, and whose API is spoken here. */
export interface Engine {
  readonly kind: EngineKind;
  /** `the Docker engine at unix:///var/run/docker.sock`, for messages. */
  readonly name: string;
  readonly address: string;
  /** The settings that it was found by. */
  readonly environment: Environment;
  /** Version of the engine as it says, for people. */
  readonly version?: string;
  /** API version that is spoken with it: `1.44`. */
  readonly apiVersion: string;
  readonly timeouts: EngineTimeouts;
  /**
   * Makes one request; `path` begins behind the version: `/images/json`.
   * @throws EngineError when no answer comes; any status is an answer
   */
  request(call: EngineCall): Promise<EngineResponse>;
  /**
   * Makes one request and takes the connection over: what is written and read then is what the request was about. Whoever
   * gets it ends it; the signal of the request destroys it.
   * @throws EngineError `absent` or `refused` when the engine answers instead
   */
  takeOver(call: EngineCall): Promise<Duplex>;
}

/** The oldest API that is spoken: Docker 1.12. Older engines answer differently. */
const OLDEST = '1.24';
/** The newest: what later versions change was not looked at. */
const NEWEST = '1.44';

const titles: Readonly<Record<EngineKind, string>> = { docker: 'Docker', podman: 'Podman' };

/**
 * Finds the engine that the user's settings name, or else the first that answers in the usual places, and agrees on a
 * version of the API with it.
 * @throws EngineError `no-engine`, `permission`, `offline`, `version` or `broken`
 * @throws UsageError on a setting that makes no sense
 */
export async function connectEngine(kind: EngineKind, options: EngineOptions): Promise<Engine> {
  const failures: { readonly address: EngineAddress; readonly error: EngineError }[] = [];
  for (const address of engineAddresses(kind, options.environment)) {
    try {
      return await negotiate(kind, address, options);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      // One that is there but cannot be spoken with is the one that was meant.
      if (error.failure !== 'no-engine' && error.failure !== 'permission') throw error;
      failures.push({ address, error });
    }
  }
  throw unreachable(kind, failures);
}

async function negotiate(kind: EngineKind, address: EngineAddress, options: EngineOptions): Promise<Engine> {
  const timeouts: EngineTimeouts = { ...defaultEngineTimeouts, ...options.timeouts };
  const name = `the ${titles[kind]} engine at ${address.address}`;
  if (options.offline === true && isRemote(address.endpoint)) {
    throw new EngineError('offline', `${name} was not asked: it is on the network, and none is allowed (--offline)`);
  }
  const open = async <T>(
    prefix: string,
    call: EngineCall,
    ask: (stream: Duplex, request: EngineRequest) => Promise<T>,
  ): Promise<T> => {
    const { endpoint } = address;
    if (endpoint.kind !== 'unix') {
      options.onHost?.(endpoint.port === undefined ? endpoint.host : `${endpoint.host}:${endpoint.port}`);
    }
    const { headersMs = timeouts.headersMs, idleMs = timeouts.idleMs } = call;
    try {
      const stream = await connect(address, options.environment, timeouts.connectMs, call.signal);
      return await ask(stream, { ...call, headersMs, idleMs, path: `${prefix}${call.path}` });
    } catch (error) {
      throw withName(error, name);
    }
  };
  const send = async (prefix: string, call: EngineCall): Promise<EngineResponse> =>
    named(await open(prefix, call, exchange), name);
  const response = await firstAnswer(kind, Math.min(timeouts.headersMs, FIRST_MS), (headersMs) =>
    send('', { path: '/version', headersMs, ...(options.signal && { signal: options.signal }) }),
  );
  const described = await readJson(response, name);
  const version = textField(described, 'Version');
  const apiVersion = agree(name, textField(described, 'ApiVersion'), textField(described, 'MinAPIVersion'));
  return {
    kind,
    name,
    address: address.address,
    environment: options.environment,
    ...(version !== undefined && { version }),
    apiVersion,
    timeouts,
    request: (call) => stillThere(name, () => send(`/v${apiVersion}`, call)),
    takeOver: async (call) => {
      const kept = await stillThere(name, () => open(`/v${apiVersion}`, call, exchangeAndKeep));
      if (!('status' in kept)) return kept;
      throw await refusal(named(kept, name), name);
    },
  };
}

/** Whoever has not answered the simplest question by then will answer no other either. */
const FIRST_MS = 30_000;

/** Somebody took the connection and says nothing: that is no engine, or one that hangs. */
async function firstAnswer<T>(kind: EngineKind, headersMs: number, ask: (headersMs: number) => Promise<T>): Promise<T> {
  try {
    return await ask(headersMs);
  } catch (error) {
    if (!(error instanceof EngineError) || !error.message.endsWith(lateWords(headersMs))) throw error;
    const setting = kind === 'docker' ? 'DOCKER_HOST' : 'CONTAINER_HOST';
    throw new EngineError(
      'broken',
      `${error.message}. Somebody takes connections there and is silent: restart the engine, or set ${setting} to another.`,
      { cause: error },
    );
  }
}

/** It answered a moment ago, so an engine that is not there is one that broke. */
async function stillThere<T>(name: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof EngineError) || error.failure !== 'no-engine') throw error;
    throw new EngineError('broken', `${name} does not answer any more: ${error.message}`, { cause: error });
  }
}

/** The newest version that both speak. */
function agree(name: string, newest: string | undefined, oldest: string | undefined): string {
  if (newest === undefined || !/^\d+\.\d+$/.test(newest)) {
    throw new EngineError(
      'broken',
      `${name} does not say which version of the API it speaks; is it a container engine?`,
    );
  }
  if (compareVersions(newest, OLDEST) < 0) {
    const message = `${name} speaks version ${newest} of the API, and ${OLDEST} (Docker 1.12) is needed. Update it, or save the image to a file and scan that.`;
    throw new EngineError('version', message);
  }
  if (oldest !== undefined && compareVersions(oldest, NEWEST) > 0) {
    const message = `${name} speaks version ${oldest} of the API and newer, Drydock up to ${NEWEST}. Update Drydock, or save the image to a file and scan that.`;
    throw new EngineError('version', message);
  }
  return compareVersions(newest, NEWEST) < 0 ? newest : NEWEST;
}

function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

function unreachable(
  kind: EngineKind,
  failures: readonly { readonly address: EngineAddress; readonly error: EngineError }[],
): EngineError {
  const tried = failures.map(({ address, error }) => {
    const from = address.from === undefined ? '' : ` (${address.from})`;
    return `${address.address}${from}: ${error.message}`;
  });
  const denied = failures.some(({ error }) => error.failure === 'permission');
  const advice = denied
    ? kind === 'docker'
      ? 'Add yourself to the docker group, or use sudo.'
      : 'Use sudo, or start an engine of your own: systemctl --user start podman.socket.'
    : kind === 'docker'
      ? 'Start Docker, or set DOCKER_HOST.'
      : 'Start it (systemctl --user start podman.socket), or set CONTAINER_HOST.';
  return new EngineError(
    denied ? 'permission' : 'no-engine',
    `no ${titles[kind]} engine could be reached. Tried: ${tried.join('; ')}. ${advice}`,
    { cause: failures[0]?.error },
  );
}

function named(response: EngineResponse, name: string): EngineResponse {
  async function* body(): AsyncGenerator<Buffer, void, void> {
    try {
      yield* response.body;
    } catch (error) {
      throw withName(error, name);
    }
  }
  return { ...response, body: body() };
}

/** The error of a connection with the name of the engine before it. */
export function withName(error: unknown, name: string): unknown {
  if (!(error instanceof EngineError) || error.failure !== 'broken') return error;
  return new EngineError('broken', `${name} ${error.message}`, { cause: error });
}
