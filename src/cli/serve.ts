import { writeFile } from 'node:fs/promises';
import { listOptions } from '../config/effective.ts';
import { type OptionName, type OptionSpec, optionNames, optionTable } from '../config/options.ts';
import { reloadableSettings, type ServiceSettings, serviceSettings } from '../config/service-settings.ts';
import type { Configuration } from '../config/settings.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { DrydockError, exitStatus } from '../errors.ts';
import { type Dialer, offlineDialer } from '../net/dial.ts';
import { networkDialer } from '../net/network-dialer.ts';
import { canReport } from '../server/access.ts';
import { systemClock } from '../server/clock.ts';
import { knownSecrets } from '../server/known-secrets.ts';
import { type RunningService, startService } from '../server/service.ts';
import { createServiceLog, type ServiceLog } from '../server/service-log.ts';
import { beginWork, type PartContext } from '../server/service-work.ts';
import type { LocalAdvisories } from '../server/updater.ts';
import { openStore } from '../store/open.ts';
import { databaseOf } from './advisory-supply.ts';
import type { Invocation } from './command.ts';
import type { HostMap } from './map/host-map.ts';
import { layerCacheBounds } from './reading-options.ts';
import { allFeeds, selectFeeds } from './select-feeds.ts';
import { serviceReading } from './service-scan.ts';
import { toolVersion } from './tool-version.ts';

/** Options that are about the service. */
const served = optionNames.filter((name) => (optionTable[name] as OptionSpec).section === 'server');

/** What SIGHUP reads anew; anything else is decided at the start. */
const reloadable: ReadonlySet<OptionName> = new Set<OptionName>([
  'tokens',
  'token-file',
  'clair-psk-file',
  'clair-psk-issuers',
  'tls-certificate',
  'tls-key',
  'client-ca',
  'log-level',
  'layer-hosts',
  'layer-roots',
  'registry-hosts',
  'compat',
]);

/** Runs the service until a signal ends it. The log goes to standard output, as Clair's does. */
export async function serve(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const settings = serviceSettings(configuration, io.environment);
  let written = Promise.resolve();
  const log = createServiceLog({
    level: settings.logLevel,
    // A log that nobody reads is no reason to stop serving.
    write: (line) => {
      written = io.stdout.write(line).catch(() => {});
    },
  });
  const status = await runService(invocation, settings, { log, reloads: true });
  await written;
  return status;
}

export interface ServiceRun {
  readonly log: ServiceLog;
  /** SIGHUP reads the configuration again. */
  readonly reloads: boolean;
  /** Told when it is ready. */
  readonly onReady?: (service: RunningService) => Promise<void>;
}

/** Runs a service with these settings until a signal ends it. */
export async function runService(
  invocation: Invocation,
  settings: ServiceSettings,
  { log, reloads, onReady }: ServiceRun,
): Promise<number> {
  const { configuration, io } = invocation;
  for (const secret of knownSecrets(settings, io.environment)) log.hide(secret);
  const dialer = settings.offline ? offlineDialer() : networkDialer();
  const advisories = await localAdvisories(invocation, settings.feeds, dialer);
  const reading = serviceReading(invocation, dialer, log);
  const { observe, map: mapSettings } = settings;
  // Loaded by those who run images.
  const { serviceRuns } = observe === undefined ? {} : await import('./service-observe.ts');
  const imageRuns = observe && serviceRuns && (await serviceRuns(invocation, observe, dialer, log));
  let hostMap: HostMap | undefined;
  const profile = await startProfile(configuration.settings['cpu-profile']);
  const mention = configuration.mentions.get('listen');
  const isDefault = configuration.origins.get('listen') === 'default';
  io.takeSignals();
  const signals = catchSignals();
  try {
    const service = await startService(settings, {
      log,
      clock: systemClock,
      ...(mention !== undefined && !isDefault && { listenMention: mention }),
      openStore: (url, watch) => openStore({ ecosystems, url, watch }),
      begin: (store, own) =>
        beginWork(store, own, {
          ecosystems,
          log,
          clock: systemClock,
          advisories,
          openOwnApi: async (context) => {
            const { openOwnApi } = await import('../server/own-api.ts');
            const layerCache = layerCacheBounds(configuration);
            if (mapSettings !== undefined) hostMap = await openMapOf(invocation, mapSettings, context);
            return await openOwnApi(context, {
              ...{ ecosystems, version: toolVersion, layerCache, ...reading },
              ...(imageRuns !== undefined && { imageRuns }),
              options: listOptions(configuration, served),
              ...(hostMap !== undefined && { map: hostMap.map }),
            });
          },
        }),
    });
    if (reloads) signals.onReload(() => reload(service, invocation, log));
    try {
      await Promise.race([service.ready, signals.stop]);
      if (!signals.stopped) {
        hostMap?.start();
        await onReady?.(service);
      }
      log.info({ signal: await signals.stop }, 'a signal ends the service');
    } finally {
      await hostMap?.stop();
      await service.stop();
    }
    return exitStatus.done;
  } finally {
    signals.release();
    await dialer.close();
    await profile?.();
  }
}

/** Loaded by those who have a map. */
async function openMapOf(
  invocation: Invocation,
  settings: NonNullable<ServiceSettings['map']>,
  { store, settings: { stateFolder, tokens }, log, clock }: PartContext,
): Promise<HostMap> {
  const [{ openHostMap }, { StoredKnowledge }] = await Promise.all([
    import('./map/host-map.ts'),
    import('../server/map/stored-knowledge.ts'),
  ]);
  const stored = new StoredKnowledge({ store, ecosystems, clock, log: log.within('server/map') });
  const isSender = (name: string): boolean => canReport(name, tokens);
  return openHostMap(invocation, { settings, stateFolder, log, clock: systemClock, stored, isSender });
}

interface Signals {
  /** Resolves with the first signal that asks for the end; a second one ends the process at once. */
  readonly stop: Promise<string>;
  /** One came. */
  readonly stopped: boolean;
  onReload(reload: () => Promise<void>): void;
  release(): void;
}

function catchSignals(): Signals {
  const { promise: stop, resolve } = Promise.withResolvers<string>();
  let isStopping = false;
  let reloading: (() => Promise<void>) | undefined;
  let last: Promise<void> = Promise.resolve();
  const onStop = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (isStopping) process.exit(signal === 'SIGINT' ? exitStatus.interrupted : exitStatus.terminated);
    isStopping = true;
    resolve(signal);
  };
  const onReload = (): void => {
    // One after the other, so that the last one holds.
    last = last.then(() => (isStopping ? undefined : reloading?.()));
  };
  process.on('SIGINT', onStop).on('SIGTERM', onStop).on('SIGHUP', onReload);
  return {
    stop,
    get stopped() {
      return isStopping;
    },
    onReload: (reload) => {
      reloading = reload;
    },
    release: () => void process.off('SIGINT', onStop).off('SIGTERM', onStop).off('SIGHUP', onReload),
  };
}

async function reload(service: RunningService, invocation: Invocation, log: ServiceLog): Promise<void> {
  try {
    const configuration = await invocation.reconfigure();
    for (const warning of configuration.warnings) log.warn({ warning }, 'a warning of the configuration');
    const settings = reloadableSettings(configuration);
    const fixed = changedOptions(invocation.configuration, configuration).filter((name) => !reloadable.has(name));
    if (fixed.length > 0) log.warn({ options: fixed }, 'these options changed, but only a restart makes them hold');
    service.reload(settings);
  } catch (error) {
    log.error({ error }, 'the configuration cannot be used; the one before it still holds');
  }
}

function changedOptions(before: Configuration, after: Configuration): readonly OptionName[] {
  return optionNames.filter((name) => JSON.stringify(before.settings[name]) !== JSON.stringify(after.settings[name]));
}

async function localAdvisories(
  { configuration, io }: Invocation,
  names: readonly string[] | undefined,
  dialer: Dialer,
): Promise<LocalAdvisories> {
  const { settings } = configuration;
  const feeds = selectFeeds(names ?? [], await allFeeds());
  const path = databaseOf(settings, io.environment);
  const { mirror } = settings;
  return {
    feeds: feeds.map(({ name }) => name),
    open: async () => {
      const { openAdvisories } = await import('../advisories/database.ts');
      return await openAdvisories(path);
    },
    ...(!dialer.offline && {
      fetch: async (signal: AbortSignal) => {
        const { updateAdvisories } = await import('../advisories/update.ts');
        const now = new Date();
        return await updateAdvisories({ path, feeds, dialer, now, signal, ...(mirror !== undefined && { mirror }) });
      },
    }),
  };
}

/** @returns what ends the profile and writes it */
async function startProfile(file: string | undefined): Promise<(() => Promise<void>) | undefined> {
  if (file === undefined) return undefined;
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    try {
      await writeFile(file, JSON.stringify(profile));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new DrydockError('output.not-writable', `${file} could not be written (${code}).`, { cause: error });
    }
  };
}
