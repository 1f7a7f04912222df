import { availableParallelism, tmpdir } from 'node:os';
import type { ReloadableSettings, ServiceSettings } from '../config/service-settings.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import { Notifier } from '../notify/notifier.ts';
import { openTargets } from '../notify/open-targets.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import { type ApiHandler, pathOf } from './front.ts';
import { measureStore } from './measured-store.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { paginationKeyOf } from './pagination-key.ts';
import type { ServiceWork } from './service.ts';
import type { ServiceLog } from './service-log.ts';
import { Sessions } from './session/sessions.ts';
import { storedKey } from './stored-key.ts';
import { tellOfWrites } from './telling-store.ts';
import { type LocalAdvisories, Updater } from './updater.ts';
import { addUpdaterMetrics } from './updater-metrics.ts';
import { createHealthHandler, createV1Handler, type V1Handler } from './v1/handler.ts';
import { createLayerIndexer } from './v1/indexing/indexer.ts';
import type { SourcePolicy } from './v1/indexing/layer-source.ts';

/** What goes on in the background beside the updater: the notifier, workers. */
export interface BackgroundPart {
  start(): void | Promise<void>;
  /** Takes what SIGHUP read anew. */
  reload?(settings: ReloadableSettings): void;
  stop(): Promise<void>;
}

/** What another part of the service gets when it is made. */
export interface PartContext {
  readonly store: Store;
  readonly settings: ServiceSettings;
  readonly metrics: Metrics;
  readonly log: ServiceLog;
  readonly clock: Clock;
  /** Of browsers. */
  readonly sessions: Sessions;
  /** Of the last update: see updater-state.ts for what it leaves in the store. */
  readonly updater?: Updater;
}

export interface ServiceWorkOptions {
  readonly ecosystems: readonly Ecosystem[];
  readonly log: ServiceLog;
  readonly clock: Clock;
  readonly advisories: LocalAdvisories;
  readonly createApi?: (context: PartContext) => ApiHandler;
  /** The own API, with what works for it in the background. */
  readonly openOwnApi?: (context: PartContext) => Promise<OwnApi>;
}

export interface OwnApi {
  readonly handler: ApiHandler;
  readonly part: BackgroundPart;
}

const sourcesOf = ({ layerHosts, layerRoots, compat }: ReloadableSettings, offline: boolean): SourcePolicy => ({
  hosts: offline ? [] : layerHosts,
  roots: layerRoots,
  compat,
});

function openNotifier(
  store: Store,
  { roles, notify, offline, drainTime }: ServiceSettings,
  { log, clock, metrics }: { readonly log: ServiceLog; readonly clock: Clock; readonly metrics: Metrics },
): Notifier | undefined {
  const { webhook, json, mail, clairV4 } = notify;
  const isAsked = [webhook, json, mail, clairV4].some((target) => target !== undefined);
  if (offline && isAsked) log.warn({}, 'no network is allowed, so that no notification is sent');
  if (offline || !isAsked || !roles.has('notifier')) {
    log.info({}, 'notifier service is disabled');
    return undefined;
  }
  const targets = openTargets(notify, { notifications: store.notifications, clock, log });
  const { attempts, renotifyInterval } = notify;
  return new Notifier({ store, targets, attempts, renotifyInterval, log, clock, metrics, drainTime });
}

/** A process that has no API still says how it is. */
function metricsOnly(v1: V1Handler): V1Handler {
  return (request, response, client) => {
    if (pathOf(request.url ?? '/') !== '/v1/metrics') request.url = '/';
    v1(request, response, client);
  };
}

/** Puts together what serves and what works in the background, and starts it. */
export async function beginWork(
  opened: Store,
  settings: ServiceSettings,
  { ecosystems, log, clock, advisories, createApi, openOwnApi }: ServiceWorkOptions,
): Promise<ServiceWork> {
  const metrics = createMetrics();
  let notifier: Notifier | undefined;
  // What other processes write is found at the next look.
  const store = tellOfWrites(measureStore(opened, metrics), () => notifier?.wake());
  addUpdaterMetrics(metrics.registry, store.values, clock);
  const stopping = new AbortController();
  const indexer = createLayerIndexer({
    store,
    ecosystems,
    sources: sourcesOf(settings, settings.offline),
    log: log.within('server/indexer'),
    temporary: tmpdir(),
    concurrency: settings.analyses ?? availableParallelism(),
    insecureTls: settings.insecureTls,
  });
  const v1Log = log.within('server/v1');
  const v1 = createV1Handler({
    store,
    indexer,
    paginationKey: await paginationKeyOf(settings.paginationKey, store),
    timeout: settings.requestTimeout,
    // The front writes a line about each request: a second one would be one too many.
    log: { ...v1Log, info: v1Log.debug },
    metrics,
    clock: () => clock.now(),
    signal: stopping.signal,
  });
  const health = createHealthHandler({ store, timeout: settings.requestTimeout, log: { ...v1Log, info: v1Log.debug } });
  const updates = settings.roles.has('updater') && settings.updateInterval > 0;
  const updater = updates
    ? new Updater({
        store,
        advisories,
        interval: settings.updateInterval,
        clock,
        log: log.within('server/updater'),
        metrics,
      })
    : undefined;
  if (!updates) log.info({}, 'updater service is disabled');
  notifier = openNotifier(store, settings, { log: log.within('notify'), clock, metrics });
  const sessions = new Sessions(await storedKey('server/session-key', store), clock);
  const context: PartContext = {
    store,
    settings,
    metrics,
    log,
    clock,
    sessions,
    ...(updater !== undefined && { updater }),
  };
  const own = await openOwnApi?.(context);
  const api = own?.handler ?? createApi?.(context);
  const parts: readonly BackgroundPart[] = [
    ...(updater === undefined ? [] : [updater]),
    ...(notifier === undefined ? [] : [notifier]),
    ...(own === undefined ? [] : [own.part]),
  ];
  for (const part of parts) await part.start();
  return {
    handlers: settings.roles.has('api') ? { v1, ...(api !== undefined && { api, sessions }) } : { v1: metricsOnly(v1) },
    health,
    reload: (next) => {
      indexer.allow(sourcesOf(next, settings.offline));
      for (const part of parts) part.reload?.(next);
    },
    async stopBackground() {
      await Promise.all(parts.map((part) => part.stop()));
    },
    async close() {
      stopping.abort(new Error('the service is stopping'));
      await indexer.close();
    },
  };
}
