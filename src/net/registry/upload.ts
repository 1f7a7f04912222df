import type { DialRequest, DialResponse } from '../dial.ts';
import type { BlobDescriptor, RegistryClientOptions } from './client.ts';
import { endpointsOf } from './endpoint.ts';
import { RegistryError } from './failure.ts';
import { defaultRegistryLimits } from './limits.ts';
import { type Patience, persist } from './patience.ts';
import { Session } from './session.ts';

/** Writes to one repository of a registry (OCI distribution specification 1.1, "Push"). Mirrors are not written to. */
export class RegistryUploader {
  readonly #repository: string;
  readonly #session: Session;
  readonly #patience: Omit<Patience, 'signal'>;

  /**
   * @param registry `ghcr.io`, `localhost:5000`
   * @param repository `example/advisories`
   */
  constructor(registry: string, repository: string, options: RegistryClientOptions) {
    this.#repository = repository;
    const { dialer, credentials, log, progress, clock = Date.now, plainHttp = [] } = options;
    const limits = { ...defaultRegistryLimits, ...options.registryLimits };
    const [endpoint] = endpointsOf(registry, { plainHttp });
    this.#session = new Session(endpoint!, repository, {
      dialer,
      credentials,
      log,
      now: clock,
      limits,
      actions: 'pull,push',
    });
    this.#patience = { limits, attempts: limits.attempts, log, progress };
  }

  /**
   * Uploads a blob, unless the registry has it.
   * @param open its bytes, for each attempt anew
   * @returns false where it was there already
   * @throws RegistryError
   */
  async blob(blob: Required<BlobDescriptor>, open: () => DialRequest['body'], signal?: AbortSignal): Promise<boolean> {
    if (await this.#has(blob.digest, signal)) return false;
    const what = `leave to write to ${this.#repository}`;
    await this.#persist(signal, async () => {
      const started = await this.#send({ path: 'blobs/uploads/', what, method: 'POST', headers: noBody, signal });
      const at = this.#continuation(started);
      at.searchParams.append('digest', blob.digest);
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) };
      await this.#send({ path: '', at, what, method: 'PUT', headers, body: open, signal });
    });
    return true;
  }

  /**
   * Writes a manifest under a tag or its digest, after all of its blobs.
   * @returns `subject`: what the registry has listed it as a referrer of; absent where it keeps no such lists
   * @throws RegistryError
   */
  async manifest(
    reference: string,
    bytes: Uint8Array,
    mediaType: string,
    signal?: AbortSignal,
  ): Promise<{ readonly subject?: string }> {
    const what = `leave to write to ${this.#repository}`;
    const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) };
    let subject: string | undefined;
    await this.#persist(signal, async () => {
      const path = `manifests/${reference}`;
      const response = await this.#send({ path, what, method: 'PUT', headers, body: () => bytes, signal });
      subject = response.header('oci-subject');
    });
    return subject === undefined ? {} : { subject };
  }

  async #has(digest: string, signal: AbortSignal | undefined): Promise<boolean> {
    const what = `the blob ${digest} of ${this.#repository}`;
    try {
      await this.#persist(signal, async () => {
        await this.#send({ path: `blobs/${digest}`, what, method: 'HEAD', headers: {}, signal });
      });
      return true;
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'source.not-found') return false;
      throw error;
    }
  }

  async #persist(signal: AbortSignal | undefined, attempt: () => Promise<void>): Promise<void> {
    await persist(attempt, { ...this.#patience, signal });
  }

  async #send(request: Parameters<Session['request']>[0]): Promise<DialResponse> {
    const response = await this.#session.request(request);
    response.discard();
    return response;
  }

  /** Where an upload that was begun goes on. */
  #continuation(response: DialResponse): URL {
    const location = response.header('location');
    const base = this.#session.origin;
    const refused = (words: string): RegistryError =>
      new RegistryError('source.refused', `${this.#session.registry} ${words}`);
    if (location === undefined || !URL.canParse(location, base)) throw refused('does not say where an upload goes');
    const url = new URL(location, base);
    const isSafe = url.protocol === 'https:' || url.origin === base;
    if (!isSafe) throw refused(`wants an upload to go on at ${url.protocol}//${url.host}, which anybody could read`);
    url.username = '';
    url.password = '';
    return url;
  }
}

const noBody = { 'content-length': '0' };
