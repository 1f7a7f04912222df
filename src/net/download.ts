import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedError } from '../errors.ts';
import type { Download } from '../model/feed.ts';
import { eitherSignal, timeLimit } from '../signals.ts';
import { BodyError, checkBody, decodeBody } from './body.ts';
import { type Dialer, type DialResponse, isLoopback, OfflineError } from './dial.ts';
import { type DownloadLimits, defaultDownloadLimits } from './download-limits.ts';
import { describeFailure } from './failure.ts';
import { PartialBody } from './partial.ts';
import { backOffMs, isRetryableStatus, retryAfterMs, retryWords } from './retry.ts';
import { conditionHeaders, formatValidator, parseValidator, type Validator } from './validator.ts';

export interface DownloadOptions {
  /** What the last download of this URL returned. */
  readonly validator?: string;
  /** A web page is what was asked for. */
  readonly page?: boolean;
  /** Media type that is wanted, where the server has several. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<DownloadLimits>;
  /** Called as the body comes: bytes so far, and bytes in all where the server said so. */
  onProgress?(received: number, total: number | undefined): void;
  /** Called before each wait for another try: in how long, and why. */
  onRetry?(words: string): void;
}

/**
 * Downloads a body, whole or not at all: one that is shorter than announced is never handed on. Transient failures are
 * tried again, and a broken body is continued where the server can do so (RFC 9110 section 14).
 * @throws FeedError `feed.unreachable` when the server does not answer, `feed.refused` when what it says cannot be used
 */
export async function download(dialer: Dialer, url: string, options: DownloadOptions = {}): Promise<Download> {
  return await new Transfer(dialer, url, options).run();
}

/** Why an attempt failed, and whether another one may help. */
interface Failure {
  readonly message: string;
  readonly cause?: unknown;
  /** Milliseconds that the server wants us to wait. */
  readonly wait?: number;
}

type Outcome =
  | { readonly kind: 'done'; readonly download: Download }
  | { readonly kind: 'again'; readonly failure: Failure }
  | { readonly kind: 'redirect'; readonly to: string | undefined };

class Transfer {
  readonly #dialer: Dialer;
  readonly #start: URL;
  readonly #options: DownloadOptions;
  readonly #limits: DownloadLimits;
  readonly #known: Validator;
  readonly #signal: AbortSignal;
  readonly #expired: AbortSignal;
  readonly #partial = new PartialBody();

  constructor(dialer: Dialer, url: string, options: DownloadOptions) {
    this.#dialer = dialer;
    this.#options = options;
    this.#limits = { ...defaultDownloadLimits, ...options.limits };
    this.#known = parseValidator(options.validator);
    this.#expired = timeLimit(this.#limits.totalMs);
    this.#signal = eitherSignal(options.signal === undefined ? [this.#expired] : [options.signal, this.#expired]);
    if (!URL.canParse(url)) throw new FeedError('feed.refused', `${JSON.stringify(url)} is no address`);
    this.#start = new URL(url);
  }

  async run(): Promise<Download> {
    let fruitless = 0;
    for (let request = 1; ; request++) {
      const before = this.#partial.received;
      const failure = await this.#attempt();
      if ('status' in failure) return failure;
      fruitless = this.#partial.received > before ? 1 : fruitless + 1;
      if (fruitless >= this.#limits.attempts || request >= this.#limits.requests) {
        throw this.#unreachable(`${failure.message} (asked ${request} times)`, failure.cause);
      }
      await this.#pause(failure, fruitless);
    }
  }

  /** Makes one request and those that its redirects lead to. */
  async #attempt(): Promise<Download | Failure> {
    let url = this.#start;
    for (let redirects = 0; ; redirects++) {
      const outcome = await this.#request(url);
      if (outcome.kind === 'done') return outcome.download;
      if (outcome.kind === 'again') return outcome.failure;
      if (redirects >= this.#limits.redirects) throw this.#refused(`redirects more than ${redirects} times`);
      url = this.#redirected(url, outcome.to);
    }
  }

  async #request(url: URL): Promise<Outcome> {
    const range = this.#partial.rangeHeaders();
    let response: DialResponse;
    try {
      response = await this.#dialer.request(url, {
        headers: {
          'user-agent': 'drydock',
          'accept-encoding': 'gzip',
          ...(this.#options.accept !== undefined && { accept: this.#options.accept }),
          ...this.#authorization(url),
          ...(range ?? conditionHeaders(this.#known)),
        },
        headersTimeout: this.#limits.headersMs,
        bodyTimeout: this.#limits.idleMs,
        signal: this.#signal,
      });
    } catch (error) {
      return this.#broken(error);
    }
    const { status } = response;
    if (status === 200 || (status === 206 && range !== undefined)) return await this.#receive(response);
    response.discard();
    if (status === 304 && range === undefined && this.#options.validator !== undefined) {
      return { kind: 'done', download: { status: 'unchanged' } };
    }
    if (status === 404 || status === 410) return { kind: 'done', download: { status: 'absent' } };
    if ([301, 302, 303, 307, 308].includes(status)) return { kind: 'redirect', to: response.header('location') };
    if (status === 416 && range !== undefined) {
      this.#partial.clear();
      return { kind: 'again', failure: { message: 'cannot send the rest of a body' } };
    }
    if (!isRetryableStatus(status)) throw this.#refused(`answered HTTP ${status}`);
    const wait = retryAfterMs(response.header('retry-after'), Date.now());
    return { kind: 'again', failure: { message: `answered HTTP ${status}`, ...(wait !== undefined && { wait }) } };
  }

  async #receive(response: DialResponse): Promise<Outcome> {
    const partial = this.#partial;
    if (response.status === 206) {
      if (!partial.continues(response)) {
        response.discard();
        partial.clear();
        return { kind: 'again', failure: { message: 'sent another part of the body than was asked for' } };
      }
    } else {
      partial.begin(response);
    }
    const tooLarge = (): FeedError => this.#refused(`answered with more than ${this.#limits.wireBytes} bytes`);
    if ((partial.total ?? 0) > this.#limits.wireBytes) {
      response.discard();
      throw tooLarge();
    }
    try {
      for await (const chunk of response.body) {
        partial.append(chunk);
        if (partial.received > this.#limits.wireBytes) throw tooLarge();
        this.#options.onProgress?.(partial.received, partial.total);
      }
    } catch (error) {
      if (error instanceof FeedError) throw error;
      return this.#broken(error);
    }
    if (!partial.complete) return this.#broken(new Error('the body is shorter than announced'));
    return { kind: 'done', download: await this.#finish(response) };
  }

  async #finish(response: DialResponse): Promise<Download> {
    let body: Buffer;
    try {
      body = await decodeBody(this.#partial.bytes(), this.#partial.encoding, this.#limits.bodyBytes);
      if (body.length > this.#limits.bodyBytes) throw new BodyError(`answered with ${body.length} bytes`);
      checkBody(body, response.header('content-type'), this.#options.page === true);
    } catch (error) {
      if (error instanceof BodyError) throw this.#refused(error.message, error);
      throw error;
    }
    const etag = response.header('etag');
    const lastModified = response.header('last-modified');
    const sha256 = hash('sha256', body);
    const validator = formatValidator({
      ...(etag !== undefined && { etag }),
      ...(lastModified !== undefined && { lastModified }),
      sha256,
    });
    if (sha256 === this.#known.sha256) return { status: 'unchanged', validator };
    return { status: 'changed', body, validator };
  }

  /** A connection that broke: what came is kept where the server can send the rest. */
  #broken(error: unknown): Outcome {
    this.#options.signal?.throwIfAborted();
    if (this.#expired.aborted) {
      throw this.#unreachable(`took longer than ${this.#limits.totalMs / 1000} seconds`, error);
    }
    if (error instanceof OfflineError) throw new FeedError('feed.unreachable', error.message, { cause: error });
    if (this.#partial.rangeHeaders() === undefined) this.#partial.clear();
    return { kind: 'again', failure: { message: describeFailure(error), cause: error } };
  }

  async #pause(failure: Failure, attempt: number): Promise<void> {
    const { backOffMs: base, backOffMaximumMs, retryAfterMs: longest } = this.#limits;
    if (failure.wait !== undefined && failure.wait > longest) {
      throw this.#unreachable(
        `${failure.message} and wants to be left alone for ${Math.ceil(failure.wait / 1000)} seconds`,
      );
    }
    const wait = Math.max(failure.wait ?? 0, backOffMs(attempt, base, backOffMaximumMs, Math.random()));
    this.#options.onRetry?.(retryWords(wait, `${this.#address} ${failure.message}`));
    try {
      await sleep(wait, undefined, { signal: this.#signal });
    } catch {
      this.#options.signal?.throwIfAborted();
      throw this.#unreachable(`${failure.message}, and the time is over`, failure.cause);
    }
  }

  #redirected(from: URL, location: string | undefined): URL {
    if (location === undefined || !URL.canParse(location, from.href)) throw this.#refused('redirects to no address');
    const to = new URL(location, from);
    if (to.protocol !== 'https:' && to.protocol !== 'http:') throw this.#refused(`redirects to ${to.protocol}`);
    if (from.protocol === 'https:' && to.protocol === 'http:' && !isLoopback(to.hostname)) {
      throw this.#refused(`redirects from https to ${to.origin}, which anybody could forge`);
    }
    return to;
  }

  /** User and password of the address go to its own host only. */
  #authorization(url: URL): Record<string, string> {
    const { username, password, origin } = this.#start;
    if (username === '' || url.origin !== origin) return {};
    const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
  }

  #refused(message: string, cause?: unknown): FeedError {
    return new FeedError('feed.refused', `${this.#address} ${message}`, { cause });
  }

  #unreachable(message: string, cause?: unknown): FeedError {
    return new FeedError('feed.unreachable', `${this.#address} ${message}`, { cause });
  }

  /** The address without what may be secret in it. */
  get #address(): string {
    return `${this.#start.origin}${this.#start.pathname}`;
  }
}
