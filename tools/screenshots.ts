import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from 'playwright-core';
import { startBrowser } from '../test/support/browser.ts';
import { closePageServices, startPageService } from '../test/support/page-service.ts';
import { worldImages } from '../test/support/page-world.ts';
import { projectRoot } from '../test/support/program.ts';
import { smallPng } from './small-png.ts';

/**
 * Makes docs/images/page-*.png but that of the map: every page of the service at 1440 and at 390 pixels, in both themes, of a service that it
 * starts and fills itself. The page is the built one: `sh tools/prepare.sh` first.
 */
const folder = path.join(projectRoot, 'docs/images');
mkdirSync(folder, { recursive: true });

const service = await startPageService({ advisories: true });
await service.fill(worldImages());
await service.kill();
writeDays(service.store);
await service.start();

const { images } = (await (await fetch(`${service.url}/api/images`)).json()) as {
  images: readonly { id: string; reference: string }[];
};
const idOf = (name: string): string => images.find(({ reference }) => reference.includes(name))?.id ?? '';

interface Picture {
  readonly name: string;
  readonly address: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

const openFinding = async (page: Page): Promise<void> => {
  await page.getByRole('row').filter({ hasText: 'CVE-2023-4911' }).first().click();
};

const pictures: readonly Picture[] = [
  { name: 'overview', address: '/' },
  { name: 'images', address: '/images' },
  { name: 'image', address: `/images/${idOf('demo')}` },
  { name: 'finding', address: `/images/${idOf('demo')}`, prepare: openFinding },
  { name: 'layers', address: `/images/${idOf('demo')}?tab=layers` },
  { name: 'failed', address: `/images/${idOf('photo')}` },
  { name: 'vulnerabilities', address: '/vulnerabilities' },
  { name: 'vulnerability', address: '/vulnerabilities/CVE-2023-4911' },
  { name: 'compare', address: `/compare?before=${idOf('gateway')}&after=${idOf('billing')}` },
  { name: 'observations', address: '/observations' },
  { name: 'feeds', address: '/feeds' },
  { name: 'notifications', address: '/notifications' },
  { name: 'jobs', address: '/jobs' },
  { name: 'settings', address: '/settings' },
  { name: 'submit', address: '/submit' },
  {
    name: 'palette',
    address: '/images',
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('bill');
      await page.getByRole('option', { name: /billing/ }).waitFor();
    },
  },
];
const chosen = process.argv.slice(2);
if (chosen.length === 0) {
  for (const name of readdirSync(folder)) {
    if (/^page-(?!map-).*-(?:light|dark)\.png$/.test(name)) rmSync(path.join(folder, name));
  }
}

const browser = await startBrowser('whole');
for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    const tab = await browser.open({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
    // The service keeps its data in a folder of another name each time; pictures show where it would be.
    await tab.page.route('**/api/settings', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({
        response: answer,
        body: (await answer.text()).replaceAll(path.dirname(service.store), '/var/lib/drydock'),
      });
    });
    for (const { name, address, prepare } of pictures) {
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      await tab.page.goto(`${service.url}${address}`);
      await tab.page.locator('main h1').waitFor({ state: 'attached' });
      while ((await tab.page.locator('main [aria-busy="true"]').count()) > 0) await tab.page.waitForTimeout(100);
      await prepare?.(tab.page);
      await tab.page.waitForTimeout(300);
      const picture = smallPng(await tab.page.screenshot());
      writeFileSync(path.join(folder, `page-${name}-${width}-${colorScheme}.png`), picture);
    }
    for (const fault of [...tab.violations, ...tab.errors]) console.log(`${width} ${colorScheme}: ${fault}`);
    await tab.close();
  }
}
await Promise.all([browser.close(), closePageServices()]);
const sizes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).size);
console.log(`${sizes.length} files, ${(sizes.reduce((a, b) => a + b, 0) / 1e6).toFixed(1)} MB`);

/** Days before this one, so that there is something to see: fewer images then, and less known of them. */
function writeDays(store: string): void {
  const database = new DatabaseSync(store);
  const today = Math.floor(Date.now() / 86_400_000);
  const add = database.prepare(
    `INSERT OR REPLACE INTO finding_day
      (day, images, vulnerabilities, exploited, critical, high, medium, low, negligible, "unknown", fixable)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (let back = 29; back >= 1; back--) {
    const wave = Math.round(4 * Math.sin(back / 3));
    const high = 44 - back + wave;
    const medium = 20 - Math.round(back / 3) + wave;
    add.run(today - back, 7, 23, 2, back > 12 && back < 20 ? 2 : 0, high, medium, 6, 1, 0, high + medium);
  }
  database.close();
}
