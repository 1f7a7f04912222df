import { availableParallelism } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../advisories/location.ts';
import type { OptionName } from '../config/options.ts';
import type { ScanContext } from '../context.ts';
import { layerThreads } from '../layer-threads.ts';
import { LayerCache } from '../reading/layer-cache.ts';
import type { ScanOptions } from '../scan.ts';
import type { Invocation } from './command.ts';

/** Options of every command that reads images. */
export const readingOptionNames: readonly OptionName[] = [
  'platform',
  'timeout',
  'threads',
  'cache-dir',
  'layer-cache-size',
  'layer-cache-age',
];

const MiB = 1024 * 1024;
const DAY = 24 * 3_600_000;

/** More threads than this wait for each other's memory. */
const MAXIMUM_THREADS = 4;

/** How images are read, as this command line wants it. */
export function readingOptions(
  { configuration, io }: Pick<Invocation, 'configuration' | 'io'>,
  context: ScanContext,
): Pick<ScanOptions, 'platform' | 'cache' | 'helpers'> {
  const { settings } = configuration;
  const threads = settings.threads ?? Math.min(MAXIMUM_THREADS, availableParallelism());
  return {
    helpers: layerThreads(threads - 1, context.temporary),
    cache: openLayerCache({ configuration, io }),
    ...(settings.platform !== undefined && { platform: settings.platform }),
  };
}

/** The cache of layers that every command of this user shares. */
export function openLayerCache({ configuration, io }: Pick<Invocation, 'configuration' | 'io'>): LayerCache {
  const { settings } = configuration;
  const folder = path.join(cacheFolder(settings['cache-dir'], io.environment), 'layers');
  const bounds = { bytes: settings['layer-cache-size'] * MiB, age: settings['layer-cache-age'] * DAY };
  return new LayerCache(folder, bounds, io.log);
}
