import { StreamLayer } from '../../../image/stream-layer.ts';
import type { Limits } from '../../../limits.ts';
import type { Logger } from '../../../log.ts';
import type { Dialer, DialResponse } from '../../../net/dial.ts';
import { describeFailure } from '../../../net/failure.ts';
import { readBlob } from '../../../net/registry/blob.ts';
import { RegistryError } from '../../../net/registry/failure.ts';
import { defaultRegistryLimits, type RegistryLimits } from '../../../net/registry/limits.ts';
import { isRetryableStatus, retryAfterMs } from '../../../net/retry.ts';
import { IndexError } from '../layer-indexer.ts';
import { gunzipped } from './content-encoding.ts';
import type { FoundLayer } from './found-layer.ts';
import type { HostList } from './host-list.ts';
import { requestHeaders } from './request-headers.ts';

/** Redirects that are followed for one layer. */
const REDIRECTS = 10;

export interface RemoteOptions {
  /** Connects directly, and to the addresses that it was told. */
  readonly dialer: Dialer;
  readonly hosts: Pick<HostList, 'find'>;
  readonly limits: Limits;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly patience?: Partial<RegistryLimits>;
}

/**
 * Asks for a layer, of a host that is on the list and through redirects to others that are. It comes as it is read; a
 * connection that breaks is continued.
 * @throws IndexError `source-not-found` whatever the reason
 */
export async function openRemoteLayer(
  text: string,
  headers: ReadonlyMap<string, string>,
  options: RemoteOptions,
): Promise<FoundLayer> {
  const transfer = new Transfer(text, headers, options);
  try {
    return await transfer.open();
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof IndexError) throw error;
    throw new IndexError('source-not-found', error instanceof Error ? error.message : String(error), { cause: error });
  }
}

class Transfer {
  readonly #text: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #options: RemoteOptions;
  readonly #limits: RegistryLimits;
  /** The answer that came first, until somebody reads it. */
  #first: DialResponse | undefined;
  /** By which the server knows this state of the layer (RFC 9110 section 8.8). */
  #validator: string | undefined;

  constructor(text: string, headers: ReadonlyMap<string, string>, options: RemoteOptions) {
    this.#text = text;
    this.#headers = requestHeaders(headers);
    this.#options = options;
    this.#limits = { ...defaultRegistryLimits, ...options.patience };
  }

  async open(): Promise<FoundLayer> {
    const { limits, log } = this.#options;
    const first = await this.#ask({});
    // Whatever success it was: what comes is the layer.
    this.#first = { ...first, status: 200 };
    this.#validator = validatorOf(first);
    const size = lengthOf(first);
    const isEncoded = /^(?:x-)?gzip$/i.test(first.header('content-encoding')?.trim() ?? '');
    const host = new URL(this.#text).host;
    const request = { digest: '', size, maximum: limits.layerBytes, what: 'the layer' };
    const bytes = (signal: AbortSignal | undefined): AsyncIterable<Uint8Array> => {
      const patience = { limits: this.#limits, attempts: this.#limits.attempts, log, signal };
      const holder = { registry: host, request: this.#answer.bind(this) };
      return readBlob(holder, request, { bytes: 0 }, patience);
    };
    const content = new StreamLayer({
      ...(size !== undefined && !isEncoded && { size }),
      unhashed: true,
      open: (signal) => (isEncoded ? gunzipped(bytes(signal), limits) : bytes(signal)),
    });
    return { content, close: () => this.#first?.discard() };
  }

  /** The first answer, and then those that continue it. */
  async #answer({ headers }: { readonly headers: Readonly<Partial<Record<string, string>>> }): Promise<DialResponse> {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) return first;
    const { range } = headers;
    const before = this.#validator;
    const response = await this.#ask({
      ...(range !== undefined && { range, ...(before !== undefined && { 'if-range': before }) }),
    });
    const now = validatorOf(response);
    // A part that was sent on condition is one of what came before.
    if (now === before || (response.status === 206 && now === undefined)) return response;
    response.discard();
    throw new RegistryError('source.refused', 'the layer changed while it was read');
  }

  /** One request and the redirects that it leads to. What is sent along goes to no other origin, and not back from one. */
  async #ask(more: Readonly<Record<string, string>>): Promise<DialResponse> {
    let url = this.#allowed(this.#text);
    const { origin } = url;
    let isHome = true;
    for (let redirects = 0; ; redirects++) {
      isHome &&= url.origin === origin;
      const response = await this.#request(url, isHome, more);
      if (![301, 302, 303, 307, 308].includes(response.status)) return checkStatus(response, url);
      const location = response.header('location');
      response.discard();
      if (redirects >= REDIRECTS) throw refused(`${url.host} redirects more than ${REDIRECTS} times`);
      if (location === undefined || !URL.canParse(location, url.href))
        throw refused(`${url.host} redirects to no address`);
      url = this.#allowed(new URL(location, url).href);
    }
  }

  async #request(url: URL, isHome: boolean, more: Readonly<Record<string, string>>): Promise<DialResponse> {
    const { dialer, hosts, signal } = this.#options;
    try {
      return await dialer.request(url, {
        headers: {
          'user-agent': 'drydock',
          ...(isHome && this.#headers),
          'accept-encoding': 'identity',
          ...more,
        },
        headersTimeout: this.#limits.headersMs,
        bodyTimeout: this.#limits.idleMs,
        // Whoever lists an address means it; what a name means is for others to say, and may change.
        routedOnly: hosts.find(url) === 'name',
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw new RegistryError('source.unreachable', `${url.host} ${describeFailure(error)}`, {
        transient: true,
        cause: error,
      });
    }
  }

  #allowed(text: string): URL {
    if (!URL.canParse(text)) throw refused('the path of the layer is no address');
    const url = new URL(text);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused(`${url.protocol} is not fetched`);
    if (url.username !== '' || url.password !== '') throw refused('credentials in an address are not sent');
    if (this.#options.hosts.find(url) === undefined) {
      throw refused(`${url.host} is not on the list of hosts that layers may come from`);
    }
    return url;
  }
}

function refused(message: string): RegistryError {
  return new RegistryError('source.refused', message);
}

function checkStatus(response: DialResponse, url: URL): DialResponse {
  const { status } = response;
  if (status >= 200 && status < 300) return response;
  response.discard();
  const waitMs = retryAfterMs(response.header('retry-after'), Date.now());
  throw new RegistryError('source.refused', `${url.host} answered HTTP ${status}`, {
    transient: isRetryableStatus(status),
    ...(waitMs !== undefined && { waitMs }),
  });
}

/** Weak ones do not tell whether bytes are the same. */
function validatorOf(response: DialResponse): string | undefined {
  const etag = response.header('etag');
  return etag !== undefined && !etag.startsWith('W/') ? etag : response.header('last-modified');
}

function lengthOf(response: DialResponse): number | undefined {
  const text = response.header('content-length');
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
