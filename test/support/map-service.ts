import type { ServiceSettings } from '../../src/config/service-settings.ts';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { type SteadyClock, systemClock } from '../../src/server/clock.ts';
import type { ControlsOptions } from '../../src/server/map/controls.ts';
import { type OpenMap, openMap } from '../../src/server/map/open-map.ts';
import { openOwnApi } from '../../src/server/own-api.ts';
import { createServiceLog } from '../../src/server/service-log.ts';
import { testReading } from './api-service.ts';
import { startTestService } from './service.ts';
import { type SimulatedHost, simulatedKnowledge } from './simulated-host.ts';
import { temporaryFolder } from './temporary.ts';

/** A service of this process with its page and the real live map, told of hosts that do not exist. */
export interface MapService {
  readonly url: string;
  readonly map: OpenMap;
  /** A second passes on all hosts, and their reporters tell. */
  pass(): void;
  /** The same each second from now on, until the service is closed. */
  run(): void;
  /** What a reload of its files would say. */
  reload(changed: Partial<ServiceSettings>): void;
  close(): Promise<void>;
}

interface MapServiceOptions {
  readonly hosts: readonly Pick<SimulatedHost, 'host' | 'next'>[];
  readonly controls?: ControlsOptions;
  /** Keeps a history, in a folder of its own. */
  readonly history?: boolean;
  /** The service has no map at all. */
  readonly off?: boolean;
  /** Of the service: its tokens, its port. */
  readonly settings?: Partial<ServiceSettings>;
  /** Of the map; absent: that of this machine. */
  readonly clock?: SteadyClock;
}

export async function startMapService({
  hosts,
  controls,
  history = false,
  off = false,
  settings = {},
  clock = systemClock,
}: MapServiceOptions): Promise<MapService> {
  const log = createServiceLog({ write: () => {}, level: 'error' });
  const map = openMap({
    knowledge: simulatedKnowledge(),
    ...(history && { history: { folder: temporaryFolder(), age: 864e5, bytes: 50e6 } }),
    // Each host tells of itself by its id.
    ...(controls !== undefined && {
      own: { host: controls.engine.host, reporter: controls.engine.host },
      controls,
    }),
    clock,
    log,
  });
  const reading = await testReading();
  const service = await startTestService(
    { roles: new Set(['api'] as const), ...settings },
    {
      work: {
        openOwnApi: (context) =>
          openOwnApi(context, {
            ecosystems,
            version: '1.2.3',
            layerCache: { bytes: 1e9, age: 1e9 },
            ...reading,
            ...(!off && { map }),
          }),
      },
    },
  );
  await service.ready;
  let timer: NodeJS.Timeout | undefined;
  let told = Number.POSITIVE_INFINITY;
  const pass = (): void => {
    for (const { next, host } of hosts) {
      const report = next();
      told = Date.parse(report.at);
      map.take(report, host.id);
    }
  };
  return {
    url: service.url,
    map,
    pass,
    run() {
      timer = setInterval(() => {
        // Their clocks go by passes, and a busy machine starts late and skips ticks.
        do pass();
        while (told < Date.now() - 1000);
      }, 1000);
    },
    reload: (changed) => service.reload({ ...service.settings, ...changed }),
    async close() {
      clearInterval(timer);
      await service.stop();
    },
  };
}
