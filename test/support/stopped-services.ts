import { createHash } from 'node:crypto';
import { afterEach } from 'vitest';
import type { Scope } from '../../src/config/service-options.ts';
import type { ServiceToken } from '../../src/config/service-tokens.ts';
import type { ApiHandler } from '../../src/server/front.ts';
import { startTestService, type TestService } from './service.ts';

const running: TestService[] = [];

/** As `startTestService`: for a service that is stopped after the test. */
export async function start(...given: Parameters<typeof startTestService>): Promise<TestService> {
  const service = await startTestService(...given);
  running.push(service);
  return service;
}

/** Stops them. Call it once in a test file. */
export function stopAfterEach(): void {
  afterEach(async () => {
    await Promise.all(running.splice(0).map((service) => service.stop()));
  });
}

export const tokenOf = (scope: Scope, text: string, name: string = scope): ServiceToken => ({
  name,
  scope,
  digest: createHash('sha256').update(text).digest(),
});

/** An API below `/api` whose requests are answered when the test says so. */
export function slowApi(): { readonly asked: (() => void)[]; readonly work: { createApi(): ApiHandler } } {
  const asked: (() => void)[] = [];
  const api: ApiHandler = {
    handle: (_, response, { client, requestId }) => {
      asked.push(() => response.end(JSON.stringify({ client: client.name, requestId })));
    },
  };
  return { asked, work: { createApi: () => api } };
}
