import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { ListedOption } from '../config/effective.ts';
import { MemoryQueue } from '../jobs/memory-queue.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { policiesFor, type ScanJobs } from '../jobs/scan-jobs.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { CacheBounds, LayerCache } from '../reading/layer-cache.ts';
import { isPostgresSource } from '../store/postgres/connection-settings.ts';
import { StoredLayerCache } from '../store/stored-layer-cache.ts';
import { isReport } from './access.ts';
import { createApiApp } from './api/api-app.ts';
import { submittedImage } from './api/image-schema.ts';
import type { Caller } from './front.ts';
import { ImageScans, LOCAL_SCANS } from './image-scans.ts';
import { ServiceEvents } from './live/service-events.ts';
import { TrendKeeper } from './live/trend-keeper.ts';
import type { OpenMap } from './map/open-map.ts';
import type { ImageRuns } from './observe/image-runs.ts';
import { ObserveRuns } from './observe/observe-runs.ts';
import { addScanMetrics } from './scan-metrics.ts';
import type { ReadLayerAlone, ScanImage } from './scan-source.ts';
import type { OwnApi, PartContext } from './service-work.ts';
import { UploadSpool } from './spool.ts';

export interface OwnApiOptions {
  readonly ecosystems: readonly Ecosystem[];
  readonly scan: ScanImage;
  /** Absent: layers are read with their images. */
  readonly readLayer?: ReadLayerAlone;
  /** Of what the database keeps of layers, where it is one that processes share; absent: it keeps nothing. */
  readonly layerCache?: CacheBounds;
  /** Absent: no image is run. */
  readonly imageRuns?: ImageRuns;
  /** Absent: there is no map. It is started and stopped with the service. */
  readonly map?: OpenMap;
  /** How the service is configured, to be shown. */
  readonly options?: readonly ListedOption[];
  readonly version: string;
}

/** Makes the own API, with the queues and workers behind it. Nothing of it is loaded by anything but a service. */
export async function openOwnApi(
  { store, settings, log, clock, updater, metrics, sessions }: PartContext,
  { ecosystems, scan, readLayer, layerCache, imageRuns, map, options, version }: OwnApiOptions,
): Promise<OwnApi> {
  let { registryHosts, layerHosts, tokens } = settings;
  const policies = policiesFor(settings.scans);
  const own = log.within('server/api');
  const onError = (error: unknown): void => own.warn({ error }, 'the queue of scans cannot be used');
  const source = settings.store.reveal();
  const local = new MemoryQueue<ScanJobs>(policies, { maximumQueued: LOCAL_SCANS, onError });
  const queue: JobQueue<ScanJobs> = isPostgresSource(source)
    ? await openPostgresQueue(source, policies, settings.scanQueue, onError)
    : new MemoryQueue<ScanJobs>(policies, { maximumQueued: settings.scanQueue, onError });
  // Files of this machine do for a service that is one process.
  const cache: LayerCache | undefined =
    layerCache !== undefined && isPostgresSource(source)
      ? new StoredLayerCache(store.readings, layerCache, log.within('server/layers'))
      : undefined;
  const reading = { registryHosts: () => registryHosts, ...(cache !== undefined && { cache }) };
  let observations: ObserveRuns | undefined;
  const scans = new ImageScans({
    runs: (image) => observations?.holds(image) ?? false,
    store,
    ecosystems,
    queue,
    local,
    alone: !isPostgresSource(source),
    works: settings.roles.has('worker'),
    scan: (from, calls) =>
      scan(from, {
        ...{ ...calls, ...reading },
        // Who may name single layers names the hosts that the v1 API fetches them from, too.
        ...(from.kind === 'layers' && { registryHosts: () => [...registryHosts, ...layerHosts] }),
      }),
    ...(readLayer !== undefined && { readLayer: (layer, signal) => readLayer(layer, { signal, ...reading }) }),
    spool: new UploadSpool(path.join(settings.stateFolder, 'uploads'), settings.uploadLimit),
    log: log.within('server/scans'),
    clock,
    drainTime: settings.drainTime,
  });
  if (imageRuns !== undefined && settings.observe !== undefined) {
    const { runs, queue: waiting } = settings.observe;
    observations = new ObserveRuns({
      ...{ store, ecosystems, images: imageRuns, runs, queue: waiting, clock },
      log: log.within('server/observe'),
      onKept: (image) => scans.followers.look(image),
    });
  }
  const events = new ServiceEvents({
    ...{ fleet: store.fleet, clock, log: own, show: submittedImage },
  });
  const trends = new TrendKeeper(store.fleet, clock, own);
  addScanMetrics(metrics.registry, { shared: queue, local });
  const callers = new WeakMap<object, Caller>();
  const app = await createApiApp({
    store,
    scans,
    queue,
    local,
    ...(observations !== undefined && { observations }),
    ...(map !== undefined && { map }),
    ecosystems,
    clock,
    log: own,
    ...(updater !== undefined && { updater }),
    registryHosts: () => registryHosts,
    layerHosts: () => [...registryHosts, ...layerHosts],
    observeResponse: (route, code, milliseconds) => metrics.observeResponse(route, code, milliseconds),
    tokens: () => tokens,
    sessions,
    events,
    process: randomUUID().slice(0, 8),
    abilities: {
      scan: settings.roles.has('worker'),
      offline: settings.offline,
      uploadLimit: settings.uploadLimit,
    },
    ...(options !== undefined && { options }),
    ...(settings.publicUrl !== undefined && { publicUrl: settings.publicUrl }),
    requestTimeout: settings.requestTimeout,
    version,
    callerOf: (request) => callers.get(request)!,
  });
  return {
    handler: {
      handle(request, response, caller) {
        callers.set(request, caller);
        app.routing(request, response);
      },
      // Each route asks for more where it needs more: it knows what a path means.
      scopeOf: (method, pathname) => (isReport(method, pathname) ? 'report' : 'read'),
    },
    part: {
      async start() {
        scans.start();
        trends.start();
        map?.start();
        await observations?.start();
      },
      reload: (next) => {
        ({ registryHosts, layerHosts, tokens } = next);
      },
      async stop() {
        await Promise.all([events.stop(), trends.stop(), scans.stop(), observations?.stop(), map?.stop()]);
        await app.close();
      },
    },
  };
}

async function openPostgresQueue(
  url: string,
  policies: ReturnType<typeof policiesFor>,
  maximumQueued: number,
  onError: (error: unknown) => void,
): Promise<JobQueue<ScanJobs>> {
  const { PostgresQueue } = await import('../jobs/postgres-queue.ts');
  return await PostgresQueue.open<ScanJobs>(policies, { url, maximumQueued, onError });
}
