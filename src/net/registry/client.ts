import { createHash } from 'node:crypto';
import type { Progress } from '../../context.ts';
import type { Logger } from '../../log.ts';
import { eitherSignal, timeLimit } from '../../signals.ts';
import type { Dialer } from '../dial.ts';
import { readBlob } from './blob.ts';
import { readDocument } from './body.ts';
import type { CredentialSource } from './credentials.ts';
import { type EndpointOptions, endpointsOf } from './endpoint.ts';
import { connectionError, RegistryError } from './failure.ts';
import { defaultRegistryLimits, type RegistryLimits } from './limits.ts';
import { type Patience, persist } from './patience.ts';
import { Session } from './session.ts';

export interface RegistryClientOptions extends EndpointOptions {
  readonly dialer: Dialer;
  readonly credentials: CredentialSource;
  readonly log: Logger;
  /** Told of every wait before a registry is asked again. */
  readonly progress?: Progress;
  readonly registryLimits?: Partial<RegistryLimits>;
  /** The clock, for tokens that end; default: `Date.now`. */
  readonly clock?: () => number;
}

/** A manifest or index as the registry gave it, with the digest that its bytes have. */
export interface RegistryManifest {
  readonly bytes: Buffer;
  readonly digest: string;
  /** What the registry calls it; its content may say something else. */
  readonly mediaType?: string;
}

/** What a descriptor says of a blob. */
export interface BlobDescriptor {
  readonly digest: string;
  readonly size?: number;
}

/** Manifests that can be read. Without the list, registries give the oldest form there is. */
const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Reads one repository of a registry (OCI distribution specification 1.1, "Pull"; Docker Registry HTTP API V2), from a
 * mirror where there is one that works.
 */
export class RegistryClient {
  readonly #repository: string;
  readonly #options: RegistryClientOptions;
  readonly #limits: RegistryLimits;
  /** Mirrors first, the registry itself last. A mirror that failed is not asked again. */
  #sessions: readonly Session[];

  /**
   * @param registry `docker.io`, `localhost:5000`
   * @param repository `library/alpine`
   */
  constructor(registry: string, repository: string, options: RegistryClientOptions) {
    this.#repository = repository;
    this.#options = options;
    this.#limits = { ...defaultRegistryLimits, ...options.registryLimits };
    const { dialer, credentials, log, clock = Date.now } = options;
    const shared = { dialer, credentials, log, now: clock, limits: this.#limits };
    this.#sessions = endpointsOf(registry, options).map((endpoint) => new Session(endpoint, repository, shared));
  }

  /**
   * A manifest or an index, by tag or digest. Its bytes have the digest that was asked for, and the one that the
   * registry names.
   * @throws RegistryError
   */
  async manifest(reference: string, maximum: number, signal?: AbortSignal): Promise<RegistryManifest> {
    const what = `the manifest ${reference} of ${this.#repository}`;
    if (!/^\w[\w.-]{0,127}$/.test(reference)) this.#checkForm(reference);
    return await this.#each(signal, async (session, patience) => {
      return await persist(() => this.#manifest(session, reference, what, maximum, signal), patience);
    });
  }

  /**
   * The index of what refers to a manifest (OCI distribution specification 1.1, "Listing Referrers"): by its own address,
   * or where the registry has none, by the tag that stands for it. Undefined where there is nothing.
   * @throws RegistryError
   */
  async referrers(digest: string, maximum: number, signal?: AbortSignal): Promise<Buffer | undefined> {
    const what = `what refers to ${digest} of ${this.#repository}`;
    this.#checkForm(digest);
    try {
      return await this.#each(signal, async (session, patience) => {
        const headers = { accept: 'application/vnd.oci.image.index.v1+json' };
        return await persist(async () => {
          return (await this.#small(session, `referrers/${digest}`, what, headers, maximum, signal)).bytes;
        }, patience);
      });
    } catch (error) {
      if (!(error instanceof RegistryError && error.code === 'source.not-found')) throw error;
    }
    try {
      return (await this.manifest(digest.replace(':', '-'), maximum, signal)).bytes;
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'source.not-found') return undefined;
      throw error;
    }
  }

  /**
   * A small blob, whole: its bytes have the size and the digest of the descriptor.
   * @throws RegistryError
   */
  async document(blob: BlobDescriptor, maximum: number, signal?: AbortSignal): Promise<Buffer> {
    const what = `the blob ${blob.digest} of ${this.#repository}`;
    this.#checkForm(blob.digest);
    return await this.#each(signal, async (session, patience) => {
      return await persist(async () => {
        const { bytes } = await this.#small(session, `blobs/${blob.digest}`, what, {}, maximum, signal);
        checkDigest(bytes, blob.digest, what, session.registry);
        if (blob.size !== undefined && blob.size !== bytes.length) {
          throw new RegistryError(
            'source.refused',
            `${what} has ${bytes.length} bytes, the manifest says ${blob.size}`,
          );
        }
        return bytes;
      }, patience);
    });
  }

  /**
   * The bytes of a blob as they come; nobody has checked its digest yet. Each call starts anew.
   * @param maximum bytes that are read where the descriptor tells no size
   * @param from where to begin: what comes before is there already
   * @throws RegistryError when it cannot be had (`source.not-found`: there is none)
   * @throws FormatError when it is shorter or longer than the descriptor says
   */
  async *blob(
    blob: BlobDescriptor,
    maximum: number,
    signal?: AbortSignal,
    from = 0,
  ): AsyncGenerator<Buffer, void, undefined> {
    const what = `the blob ${blob.digest} of ${this.#repository}`;
    this.#checkForm(blob.digest);
    const request = { digest: blob.digest, size: blob.size, maximum, what };
    const position = { bytes: from };
    for (const session of this.#sessions) {
      try {
        yield* readBlob(session, request, position, this.#patience(session, signal));
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (!session.mirror) throw error;
        this.#giveUp(session, error);
      }
    }
  }

  /** A digest that an image names becomes a part of a path. */
  #checkForm(digest: string): void {
    if (/^[a-z0-9]+:[0-9a-f]{32,128}$/.test(digest)) return;
    throw new RegistryError('source.refused', `${JSON.stringify(digest)}, named in ${this.#repository}, is no digest`);
  }

  async #manifest(
    session: Session,
    reference: string,
    what: string,
    maximum: number,
    signal: AbortSignal | undefined,
  ): Promise<RegistryManifest> {
    const headers = { accept: accepted };
    const { bytes, header } = await this.#small(session, `manifests/${reference}`, what, headers, maximum, signal);
    const asked = reference.includes(':') ? reference : undefined;
    if (asked !== undefined) checkDigest(bytes, asked, what, session.registry);
    const stated = header('docker-content-digest');
    if (stated !== undefined && /^sha(?:256|512):[0-9a-f]+$/.test(stated)) {
      checkDigest(bytes, stated, what, session.registry);
    }
    const mediaType = header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
    return { bytes, digest: asked ?? digestOf(bytes, 'sha256'), ...(mediaType ? { mediaType } : {}) };
  }

  /** A body that is read whole, in bounded time. */
  async #small(
    session: Session,
    path: string,
    what: string,
    headers: Readonly<Record<string, string>>,
    maximum: number,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly bytes: Buffer; header(name: string): string | undefined }> {
    const deadline = timeLimit(this.#limits.documentMs);
    const either = signal === undefined ? deadline : eitherSignal([signal, deadline]);
    try {
      const request = { path, what, headers: { ...headers, 'accept-encoding': 'identity' }, signal: either };
      const response = await session.request(request);
      const bytes = await readDocument(response, maximum, session.registry);
      return { bytes, header: (name) => response.header(name) };
    } catch (error) {
      signal?.throwIfAborted();
      if (!deadline.aborted) throw error instanceof Error ? error : connectionError(session.registry, error);
      const words = `${session.registry} takes longer than ${this.#limits.documentMs / 1000} seconds for ${what}`;
      throw new RegistryError('source.unreachable', words, { cause: error });
    }
  }

  async #each<T>(
    signal: AbortSignal | undefined,
    use: (session: Session, patience: Patience) => Promise<T>,
  ): Promise<T> {
    for (const session of this.#sessions) {
      try {
        return await use(session, this.#patience(session, signal));
      } catch (error) {
        signal?.throwIfAborted();
        if (!session.mirror) throw error;
        this.#giveUp(session, error);
      }
    }
    throw new TypeError('a registry has itself as its last endpoint');
  }

  #patience(session: Session, signal: AbortSignal | undefined): Patience {
    const limits = this.#limits;
    return {
      limits,
      attempts: session.mirror ? limits.mirrorAttempts : limits.attempts,
      log: this.#options.log,
      progress: this.#options.progress,
      signal,
    };
  }

  /** A mirror that does not have something may have the rest; one that fails is left. */
  #giveUp(session: Session, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.log.warn(
      { mirror: session.registry, reason },
      'a mirror failed, the next one or the registry is asked',
    );
    if (error instanceof RegistryError && error.code === 'source.not-found') return;
    this.#sessions = this.#sessions.filter((other) => other !== session);
  }
}

/** Algorithms of digests that are checked (OCI image specification, "Digests"). */
function digestOf(bytes: Uint8Array, algorithm: string): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

function checkDigest(bytes: Uint8Array, digest: string, what: string, registry: string): void {
  const algorithm = digest.slice(0, digest.indexOf(':'));
  if (algorithm !== 'sha256' && algorithm !== 'sha512') {
    throw new RegistryError('source.unsupported', `${what}: digests of the kind ${algorithm} cannot be checked`);
  }
  const actual = digestOf(bytes, algorithm);
  if (actual === digest) return;
  throw new RegistryError(
    'source.refused',
    `${registry} gave something else as ${what}: it has the digest ${actual}, not ${digest}`,
  );
}
