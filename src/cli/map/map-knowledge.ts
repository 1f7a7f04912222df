import path from 'node:path';
import { cacheFolder } from '../../advisories/location.ts';
import type { Logger } from '../../log.ts';
import type { ImageKnowledge, KnowledgeSource, RunningImage } from '../../model/topology.ts';
import type { Invocation } from '../command.ts';
import { joinKnowledge } from './join-knowledge.ts';
import { ObservedHere } from './observed-here.ts';
import { scanForMap } from './scan-for-map.ts';
import { ScannedKnowledge } from './scanned-knowledge.ts';

/** What is known of images that run, and how many wait for their scan. */
export interface MapKnowledge {
  readonly source: KnowledgeSource;
  waiting(): number;
  stop(): Promise<void>;
}

/**
 * What scans tell of images that run.
 * @param engine whose images are scanned; absent: none are
 * @param stored what is known of images besides
 */
export function mapKnowledge(
  invocation: Invocation,
  engine: 'docker' | 'podman' | undefined,
  log: Logger,
  stored?: KnowledgeSource,
): MapKnowledge {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  const scanned = new ScannedKnowledge({
    folder: path.join(cacheFolder(settings['cache-dir'], io.environment), 'map'),
    ...(engine !== undefined && !settings['no-scan'] && { scan: scanForMap(invocation, engine) }),
    log,
    now: () => Date.now(),
  });
  const known = stored === undefined ? scanned : new JoinedKnowledge(scanned, stored);
  const source = new ObservedHere(known, runsFolder(invocation));
  return {
    source,
    waiting: () => scanned.waiting,
    stop: async () => {
      source.stop();
      await scanned.stop();
    },
  };
}

/** Where `drydock observe` leaves for maps of this machine what it saw. */
export function runsFolder({ configuration: { settings }, io }: Pick<Invocation, 'configuration' | 'io'>): string {
  return path.join(cacheFolder(settings['cache-dir'], io.environment), 'map', 'runs');
}

/** Asks for a scan of its own only where what is stored is not enough. */
class JoinedKnowledge implements KnowledgeSource {
  readonly #scanned: KnowledgeSource;
  readonly #stored: KnowledgeSource;
  /** So that what did not change is the same. */
  readonly #joined = new WeakMap<
    ImageKnowledge,
    { readonly stored: ImageKnowledge; readonly joined: ImageKnowledge }
  >();

  constructor(scanned: KnowledgeSource, stored: KnowledgeSource) {
    this.#scanned = scanned;
    this.#stored = stored;
  }

  get revision(): number {
    return this.#stored.revision ?? 0;
  }

  async of(image: RunningImage): Promise<ImageKnowledge> {
    const stored = await this.#stored.of(image);
    if (stored.state === 'known' && stored.withoutFiles !== true) return stored;
    const own = await this.#scanned.of(image);
    const known = this.#joined.get(own);
    if (known?.stored === stored) return known.joined;
    const joined = joinKnowledge(own, stored);
    this.#joined.set(own, { stored, joined });
    return joined;
  }
}
