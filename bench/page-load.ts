import { startBrowser } from '../test/support/browser.ts';
import { closePageServices, startPageService } from '../test/support/page-service.ts';
import { worldImages } from '../test/support/page-world.ts';

/**
 * First load of the page, cold, on loopback with the processor held to a quarter: bytes as they are sent, the first paint of
 * content (navigation and heading, which are built into the page), and the overview with its figures. Limits: 250 kB, 1 s to the first content.
 *
 *   node bench/page-load.ts [ROUNDS]
 */
const rounds = Number(process.argv[2] ?? 5);
const service = await startPageService({ advisories: true });
await service.fill(worldImages());
const browser = await startBrowser('whole');

interface Load {
  readonly bytes: number;
  readonly requests: number;
  readonly first: number;
  /** The script of the page is here; the overview was asked for; it was answered: milliseconds, as all that follows `first`. */
  readonly script: number;
  readonly asked: number;
  readonly answered: number;
  readonly whole: number;
}
const loads: Load[] = [];
for (let round = 0; round < rounds; round++) {
  const tab = await browser.open({ viewport: { width: 1440, height: 900 } });
  const session = await tab.page.context().newCDPSession(tab.page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await session.send('Network.enable');
  let [bytes, requests] = [0, 0];
  const ours = new Set<string>();
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!new URL(request.url).pathname.startsWith('/api/')) ours.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!ours.has(requestId)) return;
    bytes += encodedDataLength;
    requests++;
  });
  await tab.page.goto(service.url, { waitUntil: 'commit' });
  await tab.page.locator('.severity-figures').waitFor();
  const whole = Number(await tab.page.evaluate('performance.now()'));
  const first = Number(
    await tab.page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`),
  );
  const [script, asked, answered] = (await tab.page.evaluate(`(() => {
    const of = (part) => performance.getEntriesByType('resource').find(({ name }) => name.includes(part));
    const overview = of('/api/overview');
    return [of('/assets/index-')?.responseEnd, overview?.startTime, overview?.responseEnd].map((time) => time ?? NaN);
  })()`)) as [number, number, number];
  loads.push({ bytes, requests, first, script, asked, answered, whole });
  await tab.close();
}
await Promise.all([browser.close(), closePageServices()]);

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
console.log('| what | median | least | most |\n|---|---|---|---|');
for (const [label, pick] of [
  ['compressed bytes of the page', (load: Load) => load.bytes],
  ['requests for it', (load: Load) => load.requests],
  ['first content, ms', (load: Load) => Math.round(load.first)],
  ['script of the page is here, ms', (load: Load) => Math.round(load.script)],
  ['overview asked for, ms', (load: Load) => Math.round(load.asked)],
  ['overview answered, ms', (load: Load) => Math.round(load.answered)],
  ['figures of the overview, ms', (load: Load) => Math.round(load.whole)],
] as const) {
  const values = loads.map(pick);
  console.log(`| ${label} | ${median(values)} | ${Math.min(...values)} | ${Math.max(...values)} |`);
}
