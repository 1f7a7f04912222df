import type { Page } from 'playwright-core';
import { type SteadyClock, systemClock } from '../src/server/clock.ts';
import type { MapSnapshot } from '../src/server/map/map-schema.ts';
import { type MapService, type MapServiceOptions, startMapService } from '../test/support/map-service.ts';
import { shopHosts, shopKnowledge } from '../test/support/shop-world.ts';
import { simulatedHost } from '../test/support/simulated-host.ts';

/** A picture of the live map. */
export interface MapPicture {
  readonly name: string;
  readonly url: string;
  readonly prepare: Prepare;
}

type Prepare = (page: Page) => Promise<void>;

/** So many looks, and milliseconds between them, are told before the pictures: enough for curves. */
const LOOKS = 40;
const STEP = 15_000;

/**
 * Starts services whose map is that of a small shop and that of 300 containers. Their time stands still once they are
 * filled, so that no host is late and each look is the same.
 */
export async function startMapPictures(): Promise<{
  readonly pictures: readonly MapPicture[];
  close(): Promise<void>;
}> {
  const start = Date.now();
  const shop = await standing({ hosts: shopHosts(start, STEP), knowledge: shopKnowledge() }, start, LOOKS, STEP);
  const large = await standing(
    {
      hosts: Array.from({ length: 5 }, (_, i) =>
        simulatedHost({
          ...{ name: `host-${i + 1}`, seed: i + 1, start, changing: 0 },
          ...{ containers: 60, processes: 600, connections: 2000 },
        }),
      ),
    },
    start,
    2,
    1000,
  );
  const { nodes } = await known(shop);
  await known(large);
  const api = nodes.find(({ label }) => label === 'shop-api-1')!.id;
  const of = (
    name: string,
    query = '',
    { url }: MapService = shop,
    then: Prepare = async () => undefined,
  ): MapPicture => ({
    name: `map${name}`,
    url: `${url}/map${query}`,
    prepare: async (page) => {
      await page.locator('.map-canvas canvas, .map-table').first().waitFor();
      await page.waitForTimeout(2500);
      await then(page);
    },
  });
  return {
    pictures: [
      of(''),
      of('-details', `?node=${encodeURIComponent(api)}`),
      of('-projects', '?by=project&layout=layered'),
      of('-table', '?as=table'),
      of('-large', '', large),
    ],
    close: async () => void (await Promise.all([shop.close(), large.close()])),
  };
}

async function standing(
  options: Pick<MapServiceOptions, 'hosts' | 'knowledge'>,
  start: number,
  looks: number,
  step: number,
): Promise<MapService> {
  let [time, isFilling] = [start, true];
  const clock: SteadyClock = {
    steady: () => clock.now(),
    now: () => time,
    // What is done every few seconds is done with each look, and never again.
    sleep: (pause, signal) => systemClock.sleep(isFilling ? Math.min(pause, 50) : pause * 100, signal),
  };
  const service = await startMapService({ ...options, clock });
  for (let look = 0; look < looks; look++) {
    service.pass();
    time += step;
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  // What is known of images is asked for in between, and told with the next look.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  service.pass();
  isFilling = false;
  return service;
}

/** The map once its images are looked up: that begins when somebody asks. */
async function known({ url }: MapService): Promise<MapSnapshot> {
  for (;;) {
    const map = (await (await fetch(`${url}/api/map`)).json()) as MapSnapshot;
    if (map.nodes.some(({ worst }) => worst !== undefined)) return map;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
