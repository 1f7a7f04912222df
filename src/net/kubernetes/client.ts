import { SourceError } from '../../errors.ts';
import { isDeeperThan } from '../../formats/json-depth.ts';
import { AddressError, type Dialer, isLoopback, OfflineError } from '../dial.ts';

/** Items that are asked for at a time, and how often. */
const PAGE = 500;
const MOST_PAGES = 200;
const MOST_BYTES = 32 * 1024 * 1024;
/** Bytes of all lists together: what was listed is kept until all is. */
const ALL_BYTES = 256 * 1024 * 1024;
/** Objects and lists of one answer: 500 pods have some hundred each, and many small ones take far more memory than bytes. */
const MOST_VALUES = 2_000_000;
const DEEPEST = 200;
const HEADERS_MS = 30_000;
const BODY_MS = 30_000;

type Fields = Readonly<Record<string, unknown>>;

/** What a list has; `refused` where the cluster does not let this user see it, `cut` where it goes on too long. */
export interface KubeList {
  readonly items: readonly Fields[];
  readonly refused?: string;
  readonly isCut?: boolean;
}

/** Reads lists of a Kubernetes API server (kubernetes.io, "Kubernetes API Concepts", retrieving large results in chunks). */
export class KubeClient {
  readonly #server: URL;
  readonly #dialer: Dialer;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal;
  readonly #allBytes: number;
  #bytes = 0;

  /**
   * @param allBytes of all lists together
   * @param dialer speaks TLS as the context wants it, and with this server alone
   * @throws SourceError where a token would go over the network as it is
   */
  constructor(
    server: URL,
    authorization: string | undefined,
    dialer: Dialer,
    signal: AbortSignal,
    allBytes: number = ALL_BYTES,
  ) {
    if (server.protocol === 'http:' && authorization !== undefined && !isLoopback(server.hostname)) {
      throw new SourceError('source.refused', `${server.host} is asked without TLS: no credentials are sent that way`);
    }
    this.#server = server;
    this.#dialer = dialer;
    this.#signal = signal;
    this.#allBytes = allBytes;
    this.#headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      ...(authorization !== undefined && { authorization }),
    };
  }

  /**
   * @param resource `api/v1/pods`, `apis/apps/v1/namespaces/shop/deployments`
   * @throws SourceError where the server cannot be reached, does not know the user, or answers with something else
   */
  async list(resource: string): Promise<KubeList> {
    const items: Fields[] = [];
    let next = '';
    for (let page = 0; page < MOST_PAGES && this.#bytes <= this.#allBytes; page++) {
      const url = new URL(this.#server);
      url.pathname = `${url.pathname.replace(/\/$/, '')}/${resource}`;
      url.search = `limit=${PAGE}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`;
      const { status, body } = await this.#get(url);
      const words = typeof body['message'] === 'string' ? body['message'].slice(0, 300) : '';
      if (status === 403 || status === 404) return { items, refused: words || `status ${status}` };
      if (status === 401)
        throw new SourceError('source.unauthorised', `${url.host} does not know who asks (401) ${words}`);
      // The list changed so much that it cannot be continued: what came is from before.
      if (status === 410) return { items, isCut: true };
      if (status !== 200)
        throw new SourceError('source.refused', `${url.host} answered with status ${status} ${words}`);
      if (!Array.isArray(body['items'])) throw new SourceError('source.refused', `${url.host} answered with no list`);
      for (const item of body['items']) if (typeof item === 'object' && item !== null) items.push(item as Fields);
      const metadata = body['metadata'] as Fields | undefined;
      next = typeof metadata?.['continue'] === 'string' ? metadata['continue'] : '';
      if (next === '') return { items };
    }
    return { items, isCut: true };
  }

  async #get(url: URL): Promise<{ readonly status: number; readonly body: Fields }> {
    let bytes: Buffer;
    let status: number;
    try {
      const response = await this.#dialer.request(url, {
        headers: this.#headers,
        headersTimeout: HEADERS_MS,
        bodyTimeout: BODY_MS,
        signal: this.#signal,
        notLinkLocal: true,
      });
      ({ status } = response);
      const pieces: Buffer[] = [];
      let length = 0;
      for await (const piece of response.body) {
        length += piece.length;
        this.#bytes += piece.length;
        if (length > MOST_BYTES) {
          response.discard();
          throw new SourceError('source.limit', `${url.host} answered with more than ${MOST_BYTES} bytes`);
        }
        pieces.push(piece);
      }
      bytes = Buffer.concat(pieces);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof SourceError || error instanceof OfflineError) throw error;
      const why =
        error instanceof AddressError ? error.message : ((error as NodeJS.ErrnoException).code ?? String(error));
      throw new SourceError('source.unreachable', `the cluster at ${url.host} cannot be reached (${why})`, {
        cause: error,
      });
    }
    if (openers(bytes) > MOST_VALUES)
      throw new SourceError('source.limit', `${url.host} answered with more than ${MOST_VALUES} objects`);
    try {
      const body: unknown = isDeeperThan(bytes, DEEPEST) ? undefined : JSON.parse(bytes.toString('utf8'));
      if (typeof body === 'object' && body !== null) return { status, body: body as Fields };
    } catch {
      // Said below.
    }
    if (status !== 200) return { status, body: {} };
    throw new SourceError('source.refused', `${url.host} answered with no JSON: it is no API server of Kubernetes`);
  }
}

function openers(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x7b || byte === 0x5b) count++;
  return count;
}
