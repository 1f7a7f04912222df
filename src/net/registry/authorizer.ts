import type { Logger } from '../../log.ts';
import type { Dialer } from '../dial.ts';
import { readDocument } from './body.ts';
import { parseChallenges } from './challenge.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { RegistryError, statusError } from './failure.ts';
import { type FollowRequest, follow } from './follow.ts';
import type { RegistryLimits } from './limits.ts';
import { judgeRealm } from './realm.ts';

export interface AuthorizerOptions {
  readonly dialer: Dialer;
  readonly credentials: CredentialSource;
  readonly limits: RegistryLimits;
  readonly log: Logger;
  /** What a token has to allow; default: `pull`. */
  readonly actions?: 'pull' | 'pull,push';
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A token is given up this long before it ends, and kept for as long as this at most. */
const EXPIRY_MARGIN_MS = 5_000;
const LONGEST_MS = 24 * 3_600_000;

/** Seconds that a token holds whose server says nothing of it (Docker token authentication specification). */
const DEFAULT_SECONDS = 60;

/** Knows how to ask one endpoint for one repository: the token it got, until it ends. */
export class Authorizer {
  readonly #repository: string;
  readonly #options: AuthorizerOptions;
  #authorization: string | undefined;
  #expires = Number.POSITIVE_INFINITY;
  /** Where the credentials come from that were sent, for messages. */
  #from: string | undefined;
  #hint: string | undefined;
  /** Layers are fetched side by side: one answer serves all of them. */
  #pending: Promise<string | undefined> | undefined;

  constructor(repository: string, options: AuthorizerOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  /** Value of the `Authorization` header, as far as one is known. */
  get current(): string | undefined {
    return this.#options.now() < this.#expires ? this.#authorization : undefined;
  }

  get credentials(): string | undefined {
    return this.#from;
  }

  /** Why credentials that are known were not sent, where that is so. */
  get hint(): string | undefined {
    return this.#hint;
  }

  /**
   * Answers the challenge of a 401.
   * @param isPublic whether the endpoint is of the public internet: then its token service must be too
   * @returns the new value of the header; undefined when nothing is known that would answer it
   * @throws RegistryError when no token could be had
   */
  answer(
    header: string | undefined,
    endpoint: Endpoint,
    isPublic: boolean,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    this.#pending ??= this.#negotiate(header, endpoint, isPublic, signal).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #negotiate(
    header: string | undefined,
    endpoint: Endpoint,
    isPublic: boolean,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    this.#authorization = undefined;
    this.#expires = Number.POSITIVE_INFINITY;
    const challenges = parseChallenges(header);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    const basic = challenges.some(({ scheme }) => scheme === 'basic');
    const credentials = await this.#options.credentials.find(endpoint.registry, this.#repository);
    if (bearer !== undefined && credentials?.kind === 'bearer') {
      this.#from = credentials.from;
      this.#authorization = `Bearer ${credentials.secret.reveal()}`;
    } else if (bearer !== undefined) {
      await this.#fetchToken(bearer.parameters, credentials, endpoint, isPublic, signal);
    } else if (basic && credentials?.kind === 'password') {
      this.#from = credentials.from;
      this.#authorization = basicOf(credentials);
    }
    return this.#authorization;
  }

  async #fetchToken(
    parameters: ReadonlyMap<string, string>,
    credentials: Credentials | undefined,
    endpoint: Endpoint,
    isPublic: boolean,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { dialer, limits, log, now } = this.#options;
    const realm = judgeRealm(parameters.get('realm'), endpoint);
    if (realm.url === undefined) throw new RegistryError('source.refused', `${endpoint.registry} ${realm.reason}`);
    const used = realm.trusted ? credentials : undefined;
    this.#from = used?.from;
    if (credentials !== undefined && used === undefined) {
      this.#hint = `The credentials of ${credentials.from} were not sent: ${realm.url.host}, which is to give the token, does not belong to ${endpoint.registry}.`;
      log.warn(
        { registry: endpoint.registry, realm: realm.url.host },
        'credentials were not sent: the token service does not belong to the registry',
      );
    }
    const started = now();
    const scope = `repository:${this.#repository}:${this.#options.actions ?? 'pull'}`;
    const [url, request] = tokenRequest(realm.url, parameters.get('service'), scope, used);
    const foreign = { isForeign: !realm.own, publicOnly: !realm.own && isPublic };
    const { response } = await follow(dialer, url, { ...request, ...foreign, signal }, limits);
    if (response.status !== 200) {
      const what = `a token for ${this.#repository}`;
      const asked = {
        registry: endpoint.registry,
        who: realm.url.host,
        what,
        credentials: this.#from,
        hint: this.#hint,
      };
      throw await statusError(response, asked, now());
    }
    const token = parseToken(await readDocument(response, limits.tokenBytes, realm.url.host));
    if (token === undefined) {
      throw new RegistryError('source.refused', `${realm.url.host} answered with no token that could be used`);
    }
    this.#authorization = `Bearer ${token.text}`;
    const lifetime = Math.min(token.seconds * 1000, LONGEST_MS);
    this.#expires = started + Math.max(lifetime - EXPIRY_MARGIN_MS, lifetime / 2);
  }
}

function basicOf(credentials: Credentials): string {
  const text = `${credentials.username ?? ''}:${credentials.secret.reveal()}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

/**
 * The request for a token for one repository, whatever scope the registry would like (Docker token authentication
 * specification; for identity tokens, its OAuth2 part).
 */
function tokenRequest(
  realm: URL,
  service: string | undefined,
  scope: string,
  credentials: Credentials | undefined,
): [URL, FollowRequest] {
  if (credentials?.kind === 'identity') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'drydock',
      ...(service !== undefined && { service }),
      scope,
      refresh_token: credentials.secret.reveal(),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    return [realm, { method: 'POST', body: form.toString(), headers }];
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  const authorization = credentials?.kind === 'password' ? basicOf(credentials) : undefined;
  return [url, { headers: { accept: 'application/json' }, authorization }];
}

function parseToken(body: Buffer): { readonly text: string; readonly seconds: number } | undefined {
  let answer: { token?: unknown; access_token?: unknown; expires_in?: unknown } | null;
  try {
    answer = JSON.parse(body.toString('utf8')) as typeof answer;
  } catch {
    return undefined;
  }
  const text = answer?.token ?? answer?.access_token;
  if (typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) return undefined;
  const seconds = answer?.expires_in;
  return { text, seconds: typeof seconds === 'number' && seconds > 0 ? seconds : DEFAULT_SECONDS };
}
