import { AdvisoriesError, FeedError, FormatError } from '../../errors.ts';
import { formatImageReference, type ImageReference } from '../../image/reference.ts';
import { RegistryClient, type RegistryClientOptions } from '../../net/registry/client.ts';
import { RegistryError } from '../../net/registry/failure.ts';
import { type ArtefactHead, openArtefact, readHead } from './artefact-file.ts';
import { PartFile } from './download.ts';
import { explaining } from './explaining.ts';
import { admit, type InstallOptions, type InstallSummary, installAdvisories } from './install.ts';
import { readProvenance } from './installed.ts';
import { refused } from './manifest.ts';
import { bytesOf, chainOf, type OciArtefact, type OciDelta, readOciManifest } from './oci.ts';

export interface PullOptions extends Omit<InstallOptions, 'artefact' | 'called'> {
  readonly reference: ImageReference;
  readonly registry: RegistryClientOptions;
  /** Bytes of an artefact. */
  readonly maximumDownload?: number;
  /** Told of what went wrong with deltas, before the whole database is fetched. */
  onFallback?(reason: string): void;
}

export interface PullSummary extends InstallSummary {
  /** Bytes that were fetched. */
  readonly received: number;
  /** How many deltas were applied; 0: the whole database was fetched. */
  readonly deltas: number;
}

const MANIFEST_BYTES = 4 * 1024 * 1024;
const DOWNLOAD_BYTES = 1024 ** 3;

/**
 * Takes the database that a registry has. What is signed is fetched first: where it is that of the database in use,
 * or not to be believed, no more is. Deltas are fetched where they lead from the database in use and are shorter.
 * @throws AdvisoriesError `advisories.refused` or `advisories.not-writable`
 * @throws FeedError `feed.unreachable` where the registry does not give it
 */
export async function pullAdvisories(options: PullOptions): Promise<PullSummary> {
  const { reference, signal } = options;
  const called = formatImageReference(reference);
  const client = new RegistryClient(reference.registry, reference.repository, options.registry);
  try {
    const asked = reference.digest ?? reference.tag!;
    const { bytes } = await client.manifest(asked, MANIFEST_BYTES, signal);
    return await explaining(called, options.path, async () => {
      return await new Pull(client, readOciManifest(bytes), options).run(called);
    });
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new FeedError('feed.unreachable', error.message, { cause: error });
  }
}

class Pull {
  readonly #client: RegistryClient;
  readonly #artefact: OciArtefact;
  readonly #options: PullOptions;
  #received = 0;

  constructor(client: RegistryClient, artefact: OciArtefact, options: PullOptions) {
    this.#client = client;
    this.#artefact = artefact;
    this.#options = options;
  }

  async run(called: string): Promise<PullSummary> {
    const part = this.#part(this.#artefact.whole.digest, this.#artefact.whole.size);
    let keep = false;
    try {
      const head = await this.#headOf(part);
      const unchanged = await admit(head, this.#options);
      if (unchanged !== undefined) return { ...unchanged, received: this.#received, deltas: 0 };
      const applied = await this.#applyDeltas(head, called);
      if (applied !== undefined) return applied;
      await this.#fetch(part);
      await part.check();
      const summary = await installAdvisories({ ...this.#options, artefact: part.path, called });
      return { ...summary, received: this.#received, deltas: 0 };
    } catch (error) {
      // What came already is worth something to the next attempt, unless it is wrong.
      keep = !(error instanceof AdvisoriesError);
      throw error;
    } finally {
      if (!keep) part.remove();
    }
  }

  #part(digest: string, size: number): PartFile {
    return new PartFile(this.#options.path, digest, size, this.#options.maximumDownload ?? DOWNLOAD_BYTES);
  }

  async #fetch(part: PartFile, enough?: () => number): Promise<void> {
    const { progress, signal } = this.#options;
    const { digest, size } = part;
    const more = (from: number) => this.#client.blob({ digest, size }, size, signal, from);
    try {
      this.#received += await part.fetch(more, progress, enough);
    } catch (error) {
      if (error instanceof FormatError) throw refused(error.message, error);
      throw error;
    }
  }

  /** Fetches as much as says what it is, and who says so. */
  async #headOf(part: PartFile): Promise<ArtefactHead> {
    await this.#fetch(part, () => part.headBytes());
    const file = await openArtefact(part.path);
    try {
      return await readHead(file, this.#options.trust);
    } finally {
      await file.close();
    }
  }

  /** @returns undefined where the whole database has to be fetched */
  async #applyDeltas({ manifest }: ArtefactHead, called: string): Promise<PullSummary | undefined> {
    const { whole, deltas } = this.#artefact;
    const installed = await readProvenance(this.#options.path);
    if (installed === undefined || installed.updatedSince) return undefined;
    const chain = chainOf(deltas, installed.content, manifest.content);
    if (chain === undefined || chain.length === 0 || bytesOf(chain) >= whole.size) return undefined;
    let summary: InstallSummary | undefined;
    try {
      for (const delta of chain) summary = await this.#apply(delta, called, delta === chain.at(-1));
      const isThere = summary?.manifest.content === manifest.content;
      return isThere ? { ...summary!, manifest, received: this.#received, deltas: chain.length } : undefined;
    } catch (error) {
      if (!(error instanceof AdvisoriesError) || error.code !== 'advisories.refused') throw error;
      this.#options.onFallback?.(error.message);
      return undefined;
    }
  }

  async #apply(delta: OciDelta, called: string, isLast: boolean): Promise<InstallSummary> {
    const part = this.#part(delta.digest, delta.size);
    try {
      await this.#fetch(part);
      await part.check();
      // Those on the way may be as old as they are: what counts is where they lead.
      const leniency = isLast ? {} : { allowExpired: true };
      const options = { ...this.#options, ...leniency, artefact: part.path, called: `a delta of ${called}` };
      return await installAdvisories(options);
    } finally {
      part.remove();
    }
  }
}
