import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { type Logger, silent } from '../../src/log.ts';
import { measureStore } from '../../src/server/measured-store.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { createHealthHandler, createV1Handler, type V1Options } from '../../src/server/v1/handler.ts';
import { createLayerIndexer } from '../../src/server/v1/indexing/indexer.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryFolder } from './temporary.ts';
import { serve, type TestServer } from './v1-servers.ts';

/** A v1 API in this process. */
export interface V1Service {
  readonly host: string;
  readonly healthHost: string;
  readonly store: Store;
  close(): Promise<void>;
}

export interface V1ServiceOptions {
  readonly store: Store;
  readonly roots: readonly string[];
  readonly hosts: readonly string[];
  readonly timeout?: number;
  readonly log?: Logger;
  readonly options?: Partial<V1Options>;
}

/** Serves a store, which stays open when the service is closed. */
export async function startV1Service(options: V1ServiceOptions): Promise<V1Service> {
  const { roots, hosts, timeout = 60_000, log = silent } = options;
  const metrics = createMetrics();
  const store = measureStore(options.store, metrics);
  const stop = new AbortController();
  const indexer = createLayerIndexer({
    store,
    ecosystems,
    sources: { roots, hosts, compat: false },
    log,
    temporary: mkdtempSync(path.join(temporaryFolder(), 'spool-')),
  });
  const main: TestServer = await serve(
    createV1Handler({
      store,
      indexer,
      paginationKey: Buffer.alloc(32, 7),
      timeout,
      log,
      metrics,
      signal: stop.signal,
      ...options.options,
    }),
  );
  const health = await serve(createHealthHandler({ store, timeout, log }));
  return {
    host: main.host,
    healthHost: health.host,
    store,
    async close() {
      stop.abort(new Error('the test is over'));
      await Promise.all([main.close(), health.close()]);
      await indexer.close();
    },
  };
}
