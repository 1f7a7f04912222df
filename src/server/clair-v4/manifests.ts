import { setMaxListeners } from 'node:events';
import type { Report } from '../../model/report.ts';
import { manifestName } from '../../store/clair-manifest.ts';
import type { StoredImage } from '../../store/image-shelf.ts';
import type { Store } from '../../store/store.ts';
import type { ImageScans } from '../image-scans.ts';
import type { AddressedLayer } from '../scan-source.ts';

/** Records of one manifest that are looked at in one go: one is the rule, two while it is read anew. */
const MOST = 64;

/** Manifests that are read at a time, as far as it is remembered which layers they have. */
const MOST_READ = 10_000;

/** What is kept of a manifest. */
export interface KnownManifest {
  readonly image: StoredImage;
  /** The report without vulnerabilities, where it was read. */
  readonly document?: Report;
}

export interface ManifestsOptions {
  readonly store: Pick<Store, 'images'>;
  readonly scans: Pick<ImageScans, 'submitHere' | 'followers'>;
  /** Of this program: what an older one read of a manifest is read again. */
  readonly version: string;
}

/**
 * Manifests of clients of Clair v4. Each is an image like others, called by its hash, which nobody can check: the layers
 * are, by theirs, but the manifest itself is never seen.
 */
export class Manifests {
  readonly #options: ManifestsOptions;
  /** By hash and layers: what is being read for whoever waits in this process. */
  readonly #reading = new Map<string, Promise<StoredImage | undefined>>();
  /** Layers of what this process reads, by the id of its image: the store knows them at its end. */
  readonly #layers = new Map<string, readonly AddressedLayer[]>();

  constructor(options: ManifestsOptions) {
    this.#options = options;
  }

  /** The last that was read whole, or else the last there is; undefined: none. */
  async find(hash: string): Promise<KnownManifest | undefined> {
    const { images } = this.#options.store;
    const name = manifestName(hash);
    const [image] = [...(await images.ofReference(name, 1, ['done'])), ...(await images.ofReference(name, 1))];
    if (image === undefined) return undefined;
    const document = image.state === 'done' ? await images.document(image.id) : undefined;
    return { image, ...(document !== undefined && { document: JSON.parse(document) as Report }) };
  }

  /**
   * Has a manifest read, unless that was done, by this program and of the same layers, or is being done. Whoever asks
   * for it at once gets the same.
   * @param signal ends the wait, not the work
   * @throws DrydockError `service.busy`
   */
  async index(
    hash: string,
    layers: readonly AddressedLayer[],
    signal: AbortSignal,
  ): Promise<KnownManifest | undefined> {
    const known = await this.find(hash);
    if (known !== undefined && this.#isCurrent(known, layers)) return known;
    // Nobody can check the hash: who submits other layers under it gets what is in those.
    const key = JSON.stringify([hash, ...layers.map(({ digest }) => digest)]);
    let reading = this.#reading.get(key);
    if (reading === undefined) {
      reading = this.#read(hash, layers).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    const image = await reading;
    if (image === undefined) return undefined;
    const ended = await this.#settled(image.id, signal);
    if (ended === undefined) return undefined;
    const document = ended.state === 'done' ? await this.#options.store.images.document(ended.id) : undefined;
    this.#layers.delete(image.id);
    // Who fails again and again leaves one failure, and what was read before.
    await this.#forgetOthers(hash, ended);
    if (ended.state !== 'done') return { image: ended };
    // Not what was read of other layers meanwhile.
    return document === undefined ? undefined : { image: ended, document: JSON.parse(document) as Report };
  }

  /** @returns whether there was anything */
  async remove(hash: string): Promise<boolean> {
    const { images } = this.#options.store;
    const all = async (): Promise<readonly StoredImage[]> => await images.ofReference(manifestName(hash), MOST);
    let known = await all();
    const isThere = known.length > 0;
    for (; known.length > 0; known = await all()) for (const { id } of known) await images.remove(id);
    return isThere;
  }

  #isCurrent({ image, document }: KnownManifest, layers: readonly AddressedLayer[]): boolean {
    return (
      document?.tool.version === this.#options.version &&
      image.layers.length === layers.length &&
      image.layers.every((digest, index) => digest === layers[index]?.digest)
    );
  }

  async #read(hash: string, layers: readonly AddressedLayer[]): Promise<StoredImage | undefined> {
    const { store, scans } = this.#options;
    // Somebody may have begun, or come to its end, since it was looked for.
    const all = await store.images.ofReference(manifestName(hash), MOST, ['queued', 'scanning']);
    const begun = all.find(({ id }) => areSame(this.#layers.get(id), layers));
    if (begun !== undefined) return begun;
    const known = await this.find(hash);
    if (known !== undefined && this.#isCurrent(known, layers)) return known.image;
    const name = manifestName(hash);
    const image = await scans.submitHere(name, { kind: 'layers', name, layers });
    this.#layers.set(image.id, layers);
    // Of those that nobody waited for.
    for (const id of [...this.#layers.keys()].slice(0, -MOST_READ)) this.#layers.delete(id);
    // What came to nothing before is told no longer.
    if (known?.image.state === 'failed') await store.images.remove(known.image.id);
    return image;
  }

  async #settled(id: string, signal: AbortSignal): Promise<StoredImage | undefined> {
    setMaxListeners(0, signal);
    for await (const progress of this.#options.scans.followers.follow(id, signal)) {
      const state = progress?.image.state;
      if (state === 'done' || state === 'failed') return progress?.image;
    }
    return undefined;
  }

  async #forgetOthers(hash: string, { id: kept, state: ended }: StoredImage): Promise<void> {
    const { images } = this.#options.store;
    const states = ended === 'done' ? (['done', 'failed'] as const) : (['failed'] as const);
    for (let removed = 1; removed > 0; ) {
      const known = await images.ofReference(manifestName(hash), MOST, states);
      // Of two failures at once each would remove the other.
      const place = known.findIndex(({ id }) => id === kept);
      const others = known.filter(
        ({ id }, index) => id !== kept && !this.#layers.has(id) && (ended === 'done' || (place >= 0 && index > place)),
      );
      for (const { id } of others) await images.remove(id);
      removed = others.length;
    }
  }
}

function areSame(some: readonly AddressedLayer[] | undefined, others: readonly AddressedLayer[]): boolean {
  return some?.length === others.length && some.every(({ digest }, index) => digest === others[index]?.digest);
}
