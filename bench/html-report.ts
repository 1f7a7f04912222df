import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { html } from '../src/report/html.ts';
import { startBrowser } from '../test/support/browser.ts';
import { largeReport } from '../test/support/large-report.ts';

/**
 * Measures the HTML report with many findings in Chromium: from a key in the search to what is painted, tasks above 50 ms
 * (PerformanceObserver, `longtask`) while it scrolls, memory after a collection. The same list is on the page of the service.
 * Clocks go on while others have the processor, so that the processor time of the page's thread stands beside each (a trace).
 * Run: `node bench/html-report.ts [FINDINGS [SLOWER]]`; SLOWER is how many times slower the processor is made.
 */
const FINDINGS = Number(process.argv[2] ?? 20_000);
const SLOWER = Number(process.argv[3] ?? 1);
const WORDS = ['openssl', 'cve-2019', 'buffer', 'overflow parser', 'zzz'];
const SCROLLS = 120;

/** Milliseconds from each key to the second frame after it, by which it is painted. */
async function typeWords(page: Page): Promise<readonly number[]> {
  const search = page.getByRole('searchbox', { name: 'Search findings' });
  await page.evaluate(`
    globalThis.times = [];
    document.addEventListener('input', () => {
      const began = performance.now();
      const said = document.querySelector('.findings-said').textContent;
      const look = () => requestAnimationFrame(() => {
        // Either the list is another one, or half a second has shown that the key changed nothing.
        if (document.querySelector('.findings-said').textContent === said && performance.now() - began < 500) return look();
        const changed = performance.now() - began;
        requestAnimationFrame(() => setTimeout(() => globalThis.times.push(changed < 500 ? performance.now() - began : -1)));
      });
      look();
    }, true);
  `);
  for (const word of WORDS) {
    await search.focus();
    for (const key of word) {
      await page.keyboard.press(key === ' ' ? 'Space' : key);
      await page.waitForTimeout(600);
    }
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.waitForTimeout(600);
  }
  return (await page.evaluate<number[]>('globalThis.times')).filter((time) => time >= 0);
}

/** Tasks above 50 ms while the list is scrolled by the wheel and by keys: their lengths in milliseconds. */
async function scrollList(page: Page): Promise<readonly number[]> {
  await page.evaluate(`
    globalThis.long = [];
    new PerformanceObserver((list) => globalThis.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  `);
  const grid = page.getByRole('grid', { name: 'Findings' });
  await grid.hover();
  for (let step = 0; step < SCROLLS; step++) {
    await page.mouse.wheel(0, step % 3 === 0 ? 9000 : 400);
    await page.waitForTimeout(16);
  }
  for (const key of [
    'End',
    'PageUp',
    'PageUp',
    'Home',
    ...Array(40).fill('PageDown'),
    ...Array(60).fill('ArrowDown'),
  ]) {
    await grid.press(key);
  }
  return await page.evaluate<number[]>('globalThis.long');
}

interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  /** Processor time of the thread, in microseconds. */
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
}

/** Processor time of the tasks of the page's thread while something is done: milliseconds, with when each began. */
async function tasksWhile(page: Page, act: () => Promise<void>): Promise<readonly { at: number; took: number }[]> {
  await browser.browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
  await act();
  const { traceEvents } = JSON.parse((await browser.browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  return traceEvents
    .filter(({ name, pid, tid }) => name === 'RunTask' && mains.some((main) => main.pid === pid && main.tid === tid))
    .map(({ ts, tdur = 0 }) => ({ at: ts / 1000, took: tdur / 1000 }));
}

/** The sum of what followed each key: everything until the next one, 600 ms later. */
function perKey(tasks: readonly { at: number; took: number }[], keys: number): number {
  return tasks.reduce((sum, { took }) => sum + took, 0) / keys;
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
}

const folder = mkdtempSync(path.join(tmpdir(), 'drydock-html-'));
const browser = await startBrowser('whole');
try {
  const file = path.join(folder, 'report.html');
  writeFileSync(file, html.render([largeReport(FINDINGS)], { width: 80, colour: false }));
  const { page } = await browser.open({ viewport: { width: 1440, height: 900 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  if (SLOWER > 1) await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const began = performance.now();
  await page.goto(`file://${file}`);
  await page.getByRole('grid', { name: 'Findings' }).waitFor();
  const opened = performance.now() - began;
  let times: readonly number[] = [];
  const typing = await tasksWhile(page, async () => {
    times = await typeWords(page);
  });
  const keys = [...times].sort((a, b) => a - b);
  let long: readonly number[] = [];
  const scrolling = await tasksWhile(page, async () => {
    long = await scrollList(page);
  });
  const heap = await heapOf(session);
  const at = (share: number): string =>
    `${(keys[Math.min(keys.length - 1, Math.floor(keys.length * share))] ?? Number.NaN).toFixed(0)} ms`;
  console.table({
    file: `${(statSync(file).size / 1e6).toFixed(1)} MB`,
    'from opening to the list': `${opened.toFixed(0)} ms`,
    'key to paint, median': at(0.5),
    'key to paint, 95 of 100': at(0.95),
    'key to paint, longest': at(1),
    'all work that follows a key, processor time, mean': `${perKey(typing, WORDS.join('').length + WORDS.length).toFixed(0)} ms`,
    'longest task while typing, processor time': `${Math.max(...typing.map(({ took }) => took)).toFixed(0)} ms`,
    'longest task while scrolling, processor time': `${Math.max(...scrolling.map(({ took }) => took)).toFixed(0)} ms`,
    'tasks above 50 ms while scrolling':
      long.length === 0 ? 'none' : `${long.length}, longest ${Math.max(...long).toFixed(0)} ms`,
    'memory (JSHeapUsedSize)': `${(heap / 1e6).toFixed(0)} MB`,
  });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
