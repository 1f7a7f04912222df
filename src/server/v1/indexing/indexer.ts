import { tmpdir } from 'node:os';
import { StoreError } from '../../../errors.ts';
import { defaultLimits, type Limits } from '../../../limits.ts';
import type { Logger } from '../../../log.ts';
import type { Analyzer } from '../../../model/analyzer.ts';
import type { Ecosystem } from '../../../model/ecosystem.ts';
import type { ConnectionOptions } from '../../../net/connections.ts';
import type { Dialer } from '../../../net/dial.ts';
import { networkDialer } from '../../../net/network-dialer.ts';
import type { RegistryLimits } from '../../../net/registry/limits.ts';
import type { IndexedLayer, StoredLayer } from '../../../store/layer-shelf.ts';
import type { Store } from '../../../store/store.ts';
import { IndexError, type LayerIndexer, type LayerRequest } from '../layer-indexer.ts';
import { type LayerFormat, layerFormats } from './layer-members.ts';
import { installPackages, type LayerStatement } from './layer-packages.ts';
import { type CheckedPolicy, checkPolicy, openLayerSource, type SourcePolicy } from './layer-source.ts';
import { readStatement } from './read-statement.ts';
import { SharedWork } from './shared-work.ts';
import { Turns } from './turns.ts';

/** The rules that layers are indexed by, as Clair v2 counts them: 3. */
export const ENGINE_VERSION = 3;

export interface LayerIndexerOptions {
  readonly store: Pick<Store, 'layers'>;
  readonly ecosystems: readonly Ecosystem[];
  /** Readers of package databases and release files; default: those of the ecosystems. */
  readonly analyzers?: readonly Analyzer[];
  /** Where layers may come from, until `allow` says otherwise. */
  readonly sources: SourcePolicy;
  readonly log: Logger;
  readonly limits?: Limits;
  /** Folder for unlinked temporary files: databases of rpm that come over the network. */
  readonly temporary?: string;
  /** Layers that are read at the same time; default: 4. The others wait. */
  readonly concurrency?: number;
  /** Certificates of hosts that layers come from are not checked. */
  readonly insecureTls?: boolean;
  /** How names are looked up and addresses judged; default: as the system does it, and as they are. */
  readonly network?: Pick<ConnectionOptions, 'lookup' | 'scopeOf'>;
  /** How long and how often a host is asked for the rest of a layer. */
  readonly patience?: Partial<RegistryLimits>;
}

/** An indexer with what its owner may do. */
export interface OwnedLayerIndexer extends LayerIndexer {
  /**
   * Changes where layers may come from. Layers that are being read are not concerned.
   * @throws UsageError `usage.configuration` for a host that is none; then nothing is changed
   */
  allow(sources: SourcePolicy): void;
  /** Gives up connections. Whoever waits for a layer should have been told to stop. */
  close(): Promise<void>;
}

/**
 * Indexes layers as Clair v2 does: one after the other for one layer, several at a time for different ones. Nothing of a
 * layer is kept but what it says.
 * @throws UsageError `usage.configuration` for a host that is none
 */
export function createLayerIndexer(options: LayerIndexerOptions): OwnedLayerIndexer {
  return new Indexer(options);
}

class Indexer implements OwnedLayerIndexer {
  readonly engineVersion: number = ENGINE_VERSION;
  readonly #options: LayerIndexerOptions;
  readonly #analyzers: readonly Analyzer[];
  readonly #dialer: Dialer;
  readonly #work: SharedWork = new SharedWork();
  readonly #turns: Turns;
  #policy: CheckedPolicy;

  constructor(options: LayerIndexerOptions) {
    this.#options = options;
    // Clair lists packages of distributions alone.
    const distributions = options.ecosystems.filter(({ detect }) => detect !== undefined);
    const listed = options.analyzers ?? distributions.flatMap((ecosystem) => ecosystem.analyzers);
    // An analyzer that several ecosystems list runs once.
    this.#analyzers = [...new Map(listed.map((analyzer) => [analyzer.name, analyzer])).values()];
    this.#turns = new Turns(options.concurrency ?? 4);
    this.#policy = this.#check(options.sources);
    const { insecureTls = false, network } = options;
    this.#dialer = networkDialer({ ...network, direct: true, insecureTls });
  }

  allow(sources: SourcePolicy): void {
    this.#policy = this.#check(sources);
  }

  #check(sources: SourcePolicy): CheckedPolicy {
    const policy = checkPolicy(sources);
    if (policy.compat) {
      this.#options.log.warn({}, 'compat: clients may have any file read that this process may read');
    }
    return policy;
  }

  async close(): Promise<void> {
    await this.#dialer.close();
  }

  async index(request: LayerRequest, signal: AbortSignal): Promise<void> {
    const { name, path, parent, format } = request;
    const order = JSON.stringify([path, parent ?? null, format.toLowerCase(), [...request.headers].sort()]);
    await this.#work.run(name, order, signal, async (ownSignal) => {
      try {
        await this.#index(request, ownSignal);
      } catch (error) {
        if (error instanceof IndexError) {
          const { failure, message: reason } = error;
          this.#options.log.warn({ layer: name, failure, reason }, 'a layer was not indexed');
        }
        throw error;
      }
    });
  }

  async #index(request: LayerRequest, signal: AbortSignal): Promise<void> {
    const { layers } = this.#options.store;
    const known = await layers.find(request.name);
    if (known !== undefined && known.engineVersion >= ENGINE_VERSION) return;
    // What a known layer stands on does not change.
    const parentName = known === undefined ? request.parent : known.parent;
    const parent = parentName === undefined ? undefined : await layers.find(parentName);
    if (parentName !== undefined && parent === undefined) {
      throw new IndexError('unknown-parent', `the parent ${JSON.stringify(parentName)} is not known`);
    }
    const statement = await this.#read(request, signal);
    signal.throwIfAborted();
    await this.#keep(request.name, known, parent, statement);
  }

  async #read(request: LayerRequest, signal: AbortSignal): Promise<LayerStatement> {
    const { ecosystems, limits = defaultLimits, log, temporary = tmpdir(), patience } = this.#options;
    const leave = await this.#turns.take(signal);
    try {
      const dialing = { dialer: this.#dialer, limits, log, signal, ...(patience !== undefined && { patience }) };
      const source = await openLayerSource(request, this.#policy, dialing);
      try {
        const context = { ecosystems, analyzers: this.#analyzers, limits, temporary, log, signal };
        return await readStatement(request.name, source.content, formatOf(request.format), context);
      } finally {
        source.close();
      }
    } finally {
      leave();
    }
  }

  async #keep(
    name: string,
    known: StoredLayer | undefined,
    parent: StoredLayer | undefined,
    statement: LayerStatement,
  ): Promise<void> {
    const { log, store } = this.#options;
    const namespace = statement.namespace ?? parent?.namespace;
    const inherited = parent === undefined ? [] : ((await store.layers.packages(parent.name, { builds: true })) ?? []);
    const { packages, namespaces } = installPackages({ ...statement, ...(namespace && { namespace }) }, inherited);
    const layer: IndexedLayer = {
      name,
      ...(parent !== undefined && { parent: parent.name }),
      ...(namespace !== undefined && { namespace }),
      engineVersion: ENGINE_VERSION,
      packages,
      namespaces: namespaces.filter((one) => one.name !== namespace?.name),
    };
    try {
      await (known === undefined ? store.layers.insert(layer) : store.layers.replace(layer));
    } catch (error) {
      throw indexError(error);
    }
    log.info({ layer: name, namespace: namespace?.name, packages: packages.length }, 'a layer was indexed');
  }
}

function formatOf(text: string): LayerFormat {
  const format = layerFormats.find((one) => one === text.toLowerCase());
  if (format === undefined) throw new IndexError('unsupported-format', `${JSON.stringify(text)} is no image format`);
  return format;
}

/** What the store refuses because of the layer. */
function indexError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  if (error.code === 'store.unknown-parent') return new IndexError('unknown-parent', error.message, { cause: error });
  if (error.code === 'store.bad-version') return new IndexError('bad-version', error.message, { cause: error });
  return error;
}
