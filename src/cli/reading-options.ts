import { availableParallelism } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../advisories/location.ts';
import type { OptionName } from '../config/options.ts';
import type { ScanContext } from '../context.ts';
import { UsageError } from '../errors.ts';
import { formatImageReference, parseImageReference } from '../image/reference.ts';
import { layerThreads } from '../layer-threads.ts';
import type { CheckSettings } from '../model/check.ts';
import type { Dialer } from '../net/dial.ts';
import { canonicalRegistry } from '../net/registry/endpoint.ts';
import type { CacheBounds } from '../reading/layer-cache.ts';
import { FolderLayerCache } from '../reading/layer-cache-folder.ts';
import type { ScanOptions } from '../scan.ts';
import type { Invocation } from './command.ts';

/** Options of every command that reads images. */
export const readingOptionNames: readonly OptionName[] = [
  'platform',
  'offline',
  'registry-mirror',
  'plain-http',
  'registry-auth-file',
  'containerd-root',
  'containerd-namespace',
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
  dialer: Dialer,
  checkSettings?: CheckSettings,
): Pick<ScanOptions, 'platform' | 'imageName' | 'cache' | 'helpers'> & Required<Pick<ScanOptions, 'elsewhere'>> {
  const { settings } = configuration;
  const authFile = settings['registry-auth-file'];
  // The variable is that of ctr and nerdctl.
  const namespace = settings['containerd-namespace'] ?? io.environment['CONTAINERD_NAMESPACE'];
  const threads = settings.threads ?? Math.min(MAXIMUM_THREADS, availableParallelism());
  return {
    helpers: layerThreads(threads - 1, context.temporary, { ...(checkSettings && { checkSettings }) }),
    cache: openLayerCache({ configuration, io }),
    elsewhere: {
      dialer,
      environment: io.environment,
      log: io.log,
      progress: context.progress,
      mirrors: mirrorsOf(settings['registry-mirror']),
      plainHttp: settings['plain-http'],
      ...(authFile !== undefined && { authFile }),
      containerd: {
        root: settings['containerd-root'],
        ...(namespace !== undefined && namespace !== '' && { namespace }),
      },
    },
    ...(settings.platform !== undefined && { platform: settings.platform }),
    ...imageNameOf(settings['image-name']),
  };
}

/** What the user says that the image is, where it is a file, which would say anything of itself. */
function imageNameOf(text: string | undefined): Pick<ScanOptions, 'imageName'> {
  if (text === undefined) return {};
  try {
    return { imageName: formatImageReference(parseImageReference(text)) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError('usage.option', `--image-name: ${error.message}`, { cause: error });
  }
}

/** @throws UsageError where one name would be said of several images */
export function checkImageName(images: readonly string[], { settings }: Invocation['configuration']): void {
  if (settings['image-name'] === undefined || images.length < 2) return;
  throw new UsageError('usage.option', `--image-name: ${images.length} images are given, and it is the name of one.`);
}

/** `docker.io=a,docker.io=b`: each registry with its mirrors, in the order in which they stand. */
export function mirrorsOf(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const pairs = words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 1 || equals === word.length - 1) {
      const what = JSON.stringify(word);
      throw new UsageError(
        'usage.option',
        `--registry-mirror: ${what} is not of the form REGISTRY=HOST[:PORT][/PATH].`,
      );
    }
    return [canonicalRegistry(word.slice(0, equals)), word.slice(equals + 1)] as const;
  });
  const groups = Map.groupBy(pairs, ([registry]) => registry);
  return new Map([...groups].map(([registry, group]) => [registry, group.map(([, mirror]) => mirror)]));
}

/** How much may be kept of layers: in the folder of this user, or in the database of a service. */
export function layerCacheBounds({ settings }: Invocation['configuration']): CacheBounds {
  return { bytes: settings['layer-cache-size'] * MiB, age: settings['layer-cache-age'] * DAY };
}

/** The cache of layers that every command of this user shares. */
export function openLayerCache({ configuration, io }: Pick<Invocation, 'configuration' | 'io'>): FolderLayerCache {
  const folder = path.join(cacheFolder(configuration.settings['cache-dir'], io.environment), 'layers');
  return new FolderLayerCache(folder, layerCacheBounds(configuration), io.log);
}
