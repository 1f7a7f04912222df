import path from 'node:path';
import { cacheFolder } from '../../advisories/location.ts';
import type { Logger } from '../../log.ts';
import type { KnowledgeSource } from '../../model/topology.ts';
import type { Invocation } from '../command.ts';
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
  return {
    source: {
      async of(image) {
        const [own, other] = await Promise.all([scanned.of(image), stored?.of(image)]);
        if (other?.state !== 'known') return own;
        // Which files it has only a scan of this map knows; its page only the service.
        return own.state === 'known' ? { ...own, ...(other.page !== undefined && { page: other.page }) } : other;
      },
    },
    waiting: () => scanned.waiting,
    stop: () => scanned.stop(),
  };
}
