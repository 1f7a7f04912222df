import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import path from 'node:path';
import { Secret } from '../../src/config/service-secret.ts';
import type { LogLevel, ServiceSettings } from '../../src/config/service-settings.ts';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { systemClock } from '../../src/server/clock.ts';
import { type RunningService, type ServiceDependencies, startService } from '../../src/server/service.ts';
import { createServiceLog } from '../../src/server/service-log.ts';
import { beginWork, type ServiceWorkOptions } from '../../src/server/service-work.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryFolder } from './temporary.ts';

/** Settings of a service for a test: free ports, a database in a temporary folder, nothing in the background. */
export function testSettings(changed: Partial<ServiceSettings> = {}): ServiceSettings {
  const stateFolder = path.join(temporaryFolder(), 'state');
  return {
    listen: { host: '127.0.0.1', port: 0 },
    healthListen: { host: '127.0.0.1', port: 0 },
    insecureListen: false,
    page: true,
    tokens: [],
    logLevel: 'info',
    layerHosts: [],
    layerRoots: [],
    registryHosts: [],
    uploadLimit: 64 * 1024 * 1024,
    scans: 2,
    scanQueue: 100,
    compat: false,
    roles: new Set(['api']),
    stateFolder,
    store: new Secret(path.join(stateFolder, 'service.db')),
    databaseWait: 5000,
    requestTimeout: 30_000,
    drainTime: 5000,
    clientRequests: 64,
    clientQueue: 256,
    insecureTls: false,
    updateInterval: 0,
    offline: true,
    notify: { attempts: 1, renotifyInterval: 3_600_000 },
    ...changed,
  };
}

export interface TestService extends RunningService {
  readonly url: string;
  readonly healthUrl: string;
  /** Lines of the log so far. */
  readonly lines: readonly string[];
  readonly settings: ServiceSettings;
}

/** Starts a service of this process with the real store and the real APIs. Whoever starts it stops it. */
export async function startTestService(
  changed: Partial<ServiceSettings> = {},
  more: Partial<ServiceDependencies> & { readonly work?: Partial<ServiceWorkOptions>; readonly level?: LogLevel } = {},
): Promise<TestService> {
  const settings = testSettings(changed);
  const lines: string[] = [];
  const log = createServiceLog({ write: (line) => lines.push(line), level: more.level ?? settings.logLevel });
  const advisories = { feeds: [], open: () => Promise.reject(new Error('there is none')) };
  const service = await startService(settings, {
    log,
    clock: systemClock,
    openStore: (url, watch) => openStore({ ecosystems, url, watch }),
    begin: (store, own) => beginWork(store, own, { ecosystems, log, clock: systemClock, advisories, ...more.work }),
    ...more,
  });
  const scheme = settings.tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://127.0.0.1:${service.address.port}`,
    healthUrl: `http://127.0.0.1:${service.healthAddress.port}`,
    lines,
    settings,
    ready: service.ready,
    address: service.address,
    healthAddress: service.healthAddress,
    reload: (next) => service.reload(next),
    stop: () => service.stop(),
  };
}

/** An answer. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request with exactly these headers, which `fetch` would not send: `Host`, `Origin`. */
export async function ask(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<TestAnswer> {
  return await new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const asked = request(url, { method, headers: { ...headers }, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces).toString('utf8'),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Something that nobody would write into a log by chance. */
export function randomSecret(): string {
  return randomBytes(18).toString('base64url');
}
