import { encodeEnrichment } from '../../src/advisories/enrichment-encoding.ts';
import { type ServiceReading, serviceReading } from '../../src/cli/service-scan.ts';
import type { ServiceSettings } from '../../src/config/service-settings.ts';
import { resolveConfiguration } from '../../src/config/settings.ts';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { silent } from '../../src/log.ts';
import type { Advisory } from '../../src/model/advisory.ts';
import type { Enrichment } from '../../src/model/enrichment.ts';
import { networkDialer } from '../../src/net/network-dialer.ts';
import type { Clock } from '../../src/server/clock.ts';
import type { OpenMap } from '../../src/server/map/open-map.ts';
import type { ImageRuns } from '../../src/server/observe/image-runs.ts';
import { openOwnApi } from '../../src/server/own-api.ts';
import type { ScanImage } from '../../src/server/scan-source.ts';
import { createServiceLog } from '../../src/server/service-log.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { checkAnswer } from './openapi-check.ts';
import { ask, startTestService, type TestAnswer, type TestService } from './service.ts';
import { temporaryFolder } from './temporary.ts';

export interface ApiService extends TestService {
  readonly store: Store;
  /** A request with a body of JSON, and its answer read. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  /** Waits until an image was scanned, or could not be. */
  settled(id: string): Promise<Record<string, unknown>>;
}

export interface ApiAnswer extends TestAnswer {
  /** The body, where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all forms
  readonly json: any;
}

/** Scans as `drydock serve` does. */
export async function testScan(flags: Readonly<Record<string, string>> = {}): Promise<ScanImage> {
  return (await testReading(flags)).scan;
}

/** Reads images and single layers as `drydock serve` does. */
export async function testReading(flags: Readonly<Record<string, string>> = {}): Promise<ServiceReading> {
  const folder = temporaryFolder();
  const environment = { HOME: folder };
  const configuration = await resolveConfiguration({
    flags: new Map(Object.entries({ 'cache-dir': folder, threads: '1', ...flags })),
    environment,
    folder,
    withoutFile: true,
  });
  const log = createServiceLog({ write: () => {}, level: 'error' });
  const io = { environment, log: silent } as unknown as Parameters<typeof serviceReading>[0]['io'];
  return serviceReading({ configuration, io }, networkDialer(), log);
}

/**
 * A service with its own API, on a store that the test can use, too.
 * @param clock of the own API and its scans, instead of the one of the system
 * @param imageRuns what runs images, where the settings say that it does
 * @param map it starts and stops with the service
 */
export async function startApiService(
  changed: Partial<ServiceSettings> = {},
  scan?: ScanImage | ServiceReading,
  clock?: Clock,
  imageRuns?: ImageRuns,
  map?: OpenMap,
): Promise<ApiService> {
  let store: Store | undefined;
  const given = scan ?? (await testReading());
  const reading = typeof given === 'function' ? { scan: given } : given;
  const layerCache = { bytes: 1e9, age: 1e9 };
  const service = await startTestService(
    { roles: new Set(['api', 'worker'] as const), drainTime: 2000, ...changed },
    {
      openStore: async (url) => {
        store = await openStore({ ecosystems, url });
        return store;
      },
      work: {
        openOwnApi: (context) =>
          openOwnApi(
            { ...context, clock: clock ?? context.clock },
            {
              ecosystems,
              version: '1.2.3',
              layerCache,
              ...reading,
              ...(imageRuns !== undefined && { imageRuns }),
              ...(map !== undefined && { map }),
            },
          ),
      },
    },
  );
  await service.ready;
  const call: ApiService['call'] = async (method, path, body, headers = {}) => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await ask(`${service.url}${path}`, {
      method,
      headers: {
        Host: new URL(service.url).host,
        ...(text !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    });
    const [route = ''] = path.split('?');
    if (route === '/api' || route.startsWith('/api/')) await checkAnswer(method, route, answer);
    const isJson = /json/.test(String(answer.headers['content-type'] ?? ''));
    return { ...answer, json: isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined };
  };
  return {
    ...service,
    store: store!,
    call,
    async settled(id) {
      for (let tries = 0; tries < 3000; tries++) {
        const { json } = await call('GET', `/api/images/${id}`);
        if (json.state === 'done' || json.state === 'failed') return json;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('the image is not scanned');
    },
  };
}

/** Gives a store these advisories, as an update does. */
export async function give(
  store: Store,
  records: Readonly<Record<string, readonly Advisory[]>>,
  enrichments: Readonly<Record<string, readonly Enrichment[]>> = {},
): Promise<void> {
  const generation = (await store.advisories.generation()) + 1;
  const upserts = Object.entries(records).flatMap(([feed, own]) => own.map((advisory) => ({ feed, advisory })));
  const rows = Object.entries(enrichments).flatMap(([feed, own]) =>
    own.map((enrichment) => ({ feed, name: enrichment.name, detail: encodeEnrichment(enrichment) })),
  );
  await store.advisories.apply({
    generation,
    upserts,
    removals: [],
    enrichments: { rows, complete: true },
    notify: generation > 1,
    complete: true,
  });
}
