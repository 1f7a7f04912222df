import type { DialRequest, DialResponse } from '../dial.ts';
import { isRetryableStatus } from '../retry.ts';
import { Authorizer, type AuthorizerOptions } from './authorizer.ts';
import { readDocument } from './body.ts';
import type { Endpoint } from './endpoint.ts';
import { RegistryError, statusError } from './failure.ts';
import { follow } from './follow.ts';

export interface SessionRequest {
  /** `manifests/latest`, `blobs/sha256:...` */
  readonly path: string;
  /** For messages: `the manifest latest of library/alpine`. */
  readonly what: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Default: `GET`. */
  readonly method?: DialRequest['method'];
  /** Made anew for every attempt. */
  readonly body?: () => DialRequest['body'];
  /** Where the registry said that an upload goes on, instead of `path`. */
  readonly at?: URL;
  readonly signal: AbortSignal | undefined;
}

const KiB = 1024;

/** Asks one endpoint for things of one repository. */
export class Session {
  #endpoint: Endpoint;
  readonly #repository: string;
  readonly #options: AuthorizerOptions;
  readonly #authorizer: Authorizer;

  constructor(endpoint: Endpoint, repository: string, options: AuthorizerOptions) {
    this.#endpoint = endpoint;
    this.#repository = `${endpoint.prefix}${repository}`;
    this.#options = options;
    this.#authorizer = new Authorizer(this.#repository, options);
  }

  get registry(): string {
    return this.#endpoint.registry;
  }

  /** `https://ghcr.io` */
  get origin(): string {
    return this.#endpoint.origin;
  }

  get mirror(): boolean {
    return this.#endpoint.mirror;
  }

  /**
   * One request with what belongs to it: a challenge that is answered, redirects that are followed.
   * @returns an answer with status 200, 206 or 416, to whatever writes one with 200, 201, 202 or 204
   * @throws RegistryError for everything else
   */
  async request(request: SessionRequest): Promise<DialResponse> {
    for (let challenged = false; ; ) {
      const origin = this.#endpoint.origin;
      const start = request.at ?? new URL(`/v2/${this.#repository}/${request.path}`, origin);
      const body = request.body?.();
      const { response, url, isPublic } = await follow(
        this.#options.dialer,
        start,
        {
          headers: request.headers,
          signal: request.signal,
          isForeign: start.origin !== origin,
          // No other host learns how to ask this one.
          authorization: start.origin === origin ? this.#authorizer.current : undefined,
          ...(request.method !== undefined && { method: request.method }),
          ...(body !== undefined && { body }),
          sends: request.what,
        },
        this.#options.limits,
      );
      const { status } = response;
      if ((request.method ?? 'GET') === 'GET' ? isReading(status) : isWriting(status)) return response;
      if (url.origin !== origin) throw elsewhere(response, url, this.registry);
      if (status === 400 && url.protocol === 'http:' && (await this.#wantsTls(response))) continue;
      if (status === 401 && !challenged) {
        challenged = true;
        const challenge = response.header('www-authenticate');
        if ((await this.#answer(challenge, isPublic, request, response)) !== undefined) {
          response.discard();
          continue;
        }
      }
      throw await this.#error(response, request);
    }
  }

  async #answer(
    challenge: string | undefined,
    isPublic: boolean,
    request: SessionRequest,
    response: DialResponse,
  ): Promise<string | undefined> {
    try {
      return await this.#authorizer.answer(challenge, this.#endpoint, isPublic, request.signal);
    } catch (error) {
      response.discard();
      throw error;
    }
  }

  /** A registry on this machine may want TLS after all, and says so in plain text. */
  async #wantsTls(response: DialResponse): Promise<boolean> {
    const text = (await readDocument(response, 16 * KiB, this.registry)).toString('latin1');
    if (!/\bHTTPS\b/.test(text)) {
      throw new RegistryError('source.refused', `${this.registry} answered HTTP 400`);
    }
    this.#endpoint = { ...this.#endpoint, origin: this.#endpoint.origin.replace(/^http:/, 'https:') };
    return true;
  }

  async #error(response: DialResponse, { what }: SessionRequest): Promise<RegistryError> {
    const { credentials, hint } = this.#authorizer;
    return await statusError(response, { registry: this.registry, what, credentials, hint }, this.#options.now());
  }
}

function isReading(status: number): boolean {
  return status === 200 || status === 206 || status === 416;
}

function isWriting(status: number): boolean {
  return status === 200 || status === 201 || status === 202 || status === 204;
}

/** The registry led here a moment ago: where it is refused now, it will be refused again. */
function elsewhere(response: DialResponse, url: URL, registry: string): RegistryError {
  response.discard();
  const { status } = response;
  return new RegistryError(
    'source.unreachable',
    `${url.host}, to which ${registry} redirects, answered HTTP ${status}`,
    { transient: isRetryableStatus(status) },
  );
}
