import type { Page } from 'playwright-core';
import { startBrowser } from '../test/support/browser.ts';
import { startMapService } from '../test/support/map-service.ts';
import { simulatedHost } from '../test/support/simulated-host.ts';

/**
 * Measures the page of the live map with 300 containers, 3,000 processes and 10,000 connections on five simulated hosts, told
 * of each second, in Chromium without a graphics processor: what is drawn, how long the first layout takes (from the opening of
 * the page), how long an update takes (from its event to the frame after it), and how far anything moved that was there before.
 * Run: `node bench/map-page.ts [ROUNDS]`; the page has to be built (`sh tools/prepare.sh`).
 */
const HOSTS = 5;
const UPDATES = 15;

interface Measured {
  readonly first: number;
  readonly updates: readonly number[];
}

interface Spots {
  readonly elements: number;
  readonly nodes: readonly (readonly [id: string, x: number, y: number])[];
}

/** Notes in the page when the first node is drawn, and for each `change` when the frame after it was painted. */
const watch = `
  globalThis.measured = { first: 0, updates: [] };
  const look = () => {
    const cy = document.querySelector('.map-canvas')?._cyreg?.cy;
    if (cy !== undefined && cy.nodes().length > 0) globalThis.measured.first = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const Plain = globalThis.EventSource;
  globalThis.EventSource = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener('change', () => {
        const begin = performance.now();
        if (globalThis.measured.first === 0) return;
        // The second frame begins when what the first one drew is painted.
        requestAnimationFrame(() => requestAnimationFrame(() => globalThis.measured.updates.push(performance.now() - begin)));
      });
    }
  };`;

const readSpots = `(() => {
  const cy = document.querySelector('.map-canvas')._cyreg.cy;
  return {
    elements: cy.elements().length,
    nodes: cy.nodes().filter((node) => !node.isParent()).map((node) => [node.id(), node.position('x'), node.position('y')]),
  };
})()`;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Asks from outside: the policy of the page lets it evaluate no text. */
async function until(page: Page, what: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if ((await page.evaluate(what)) === true) return;
    await page.waitForTimeout(200);
  }
  throw new Error(`it did not come to ${what}`);
}

const rounds = Number(process.argv[2] ?? 3);
const browser = await startBrowser('whole');
const rows: Record<string, number>[] = [];
for (let round = 0; round < rounds; round++) {
  const service = await startMapService({
    hosts: Array.from({ length: HOSTS }, (_, i) =>
      simulatedHost({
        ...{ seed: i + 1, name: `host-${i}`, start: Date.now(), changing: 0.01 },
        ...{ containers: 300 / HOSTS, processes: 3000 / HOSTS, connections: 10_000 / HOSTS },
      }),
    ),
  });
  service.pass();
  const { page, close, violations, errors } = await browser.open({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(watch);
  await page.goto(`${service.url}/map`);
  await until(page, 'globalThis.measured.first > 0');
  const before = (await page.evaluate(readSpots)) as Spots;
  service.run();
  await until(page, `globalThis.measured.updates.length >= ${UPDATES}`);
  const after = (await page.evaluate(readSpots)) as Spots;
  const { first, updates } = (await page.evaluate('globalThis.measured')) as Measured;
  const spots = new Map(after.nodes.map(([id, x, y]) => [id, [x, y] as const]));
  const shifts = before.nodes.flatMap(([id, x, y]) => {
    const now = spots.get(id);
    return now === undefined ? [] : [Math.hypot(now[0] - x, now[1] - y)];
  });
  rows.push({
    'elements drawn': Math.max(before.elements, after.elements),
    'first layout, ms': Math.round(first),
    'update, median ms': Math.round(median(updates)),
    'update, slowest ms': Math.round(Math.max(...updates)),
    'nodes that stayed': shifts.length,
    'furthest shift': Math.max(...shifts),
    'violations and errors': violations.length + errors.length,
  });
  await close();
  await service.close();
}
await browser.close();
console.table(rows);
