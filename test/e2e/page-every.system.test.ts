import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser, type TestBrowser, type WatchedPage, whyNoBrowser } from '../support/browser.ts';
import { hostileTexts } from '../support/hostile-texts.ts';
import { closePageServices, type PageService, startPageService } from '../support/page-service.ts';
import { worldImages } from '../support/page-world.ts';

/** Pages by their addresses; `{demo}` is the id of the image of that name. */
const addresses = [
  '/',
  '/images',
  '/images/{demo}',
  '/images/{photo}',
  '/vulnerabilities',
  '/vulnerabilities/CVE-2023-4911',
  '/compare',
  '/compare?before={gateway}&after={billing}',
  '/observations',
  '/feeds',
  '/notifications',
  '/jobs',
  '/settings',
  '/submit',
  '/nowhere',
];

/** Without a second tab for frames, which no page has: it takes half the time. */
const axeOf = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode();

/** What the browser says by itself of an answer that is no success: the page says it in words. */
const isAnswer = (line: string): boolean =>
  /^Failed to load resource: the server responded with a status of/.test(line);

/** Pages answer in their time: a browser shares the machine with all other tests. */
const eventually = <T>(look: () => Promise<T>) => expect.poll(look);

describe.skipIf(whyNoBrowser() !== undefined)('every page', () => {
  let browser: TestBrowser;
  let service: PageService;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startPageService({ advisories: true })]);
    await service.fill(worldImages());
    const answer = await fetch(`${service.url}/api/images`);
    const { images } = (await answer.json()) as { images: { id: string; reference: string }[] };
    for (const { id, reference } of images) ids.set(/[a-z]+(?=[.](?:tar|jpg)$)/.exec(reference)?.[0] ?? '', id);
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), closePageServices()]);
  });

  const placeOf = (address: string): string => address.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids.get(name)!);

  /** The service answered all that was asked, and it is drawn. */
  const settle = async ({ page }: WatchedPage): Promise<void> => {
    await page.waitForLoadState('networkidle');
    await eventually(() => page.locator('main [aria-busy="true"]').count()).toBe(0);
  };

  const tabs = ['layers', 'packages', 'history', 'coverage', 'sources'].map((name) => `/images/{demo}?tab=${name}`);

  it.each([...addresses, ...tabs])(
    'can be used by everybody, in both themes, and breaks no rule: %s',
    async (address) => {
      const tab = await browser.open({ colorScheme: 'light', viewport: { width: 1280, height: 900 } });
      const { page } = tab;
      await page.goto(service.url + placeOf(address));
      await settle(tab);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await axeOf(page).analyze();
        expect(violations.map(({ id, nodes }) => [colorScheme, id, ...nodes.map(({ html }) => html)])).toEqual([]);
      }
      expect(tab.violations).toEqual([]);
      expect(tab.errors.filter((line) => !isAnswer(line))).toEqual([]);
      expect(tab.strangers).toEqual([]);
      await tab.close();
    },
  );

  it('is seen before its script runs, and stays as it was when it does', async () => {
    const tab = await browser.open({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
    const { page } = tab;
    await page.goto(`${service.url}/settings`);
    await page.getByRole('radio', { name: 'Dark' }).check();
    let begin = (): void => undefined;
    const held = new Promise<void>((done) => {
      begin = done;
    });
    await page.route('**/assets/index-*.js', async (route) => {
      await held;
      await route.continue();
    });
    const look = async (): Promise<readonly unknown[]> =>
      (await page.evaluate(`[document.documentElement.dataset.theme, document.querySelector('main h1')?.textContent,
        [...document.querySelectorAll('.place, main h1, .top-bar > *')].map((each) => [each.textContent,
          each.getAttribute('aria-current'), JSON.stringify(each.getBoundingClientRect())])]`)) as readonly unknown[];
    await page.goto(`${service.url}/vulnerabilities`, { waitUntil: 'commit' });
    await page.getByText('Loading …').waitFor();
    const before = await look();
    expect(before.slice(0, 2)).toEqual(['dark', 'Vulnerabilities']);
    expect(await page.locator('[aria-current]').allTextContents()).toEqual(['Vulnerabilities']);
    expect((await axeOf(page).analyze()).violations).toEqual([]);
    // What nothing would answer yet is not offered.
    expect(await page.getByRole('button').count()).toBe(0);
    const feeds = page.getByRole('link', { name: 'Feeds' });
    await feeds.focus();
    begin();
    await page.getByText('by how far it has spread').waitFor();
    expect(await look()).toEqual(before);
    expect(await feeds.evaluate((link) => link.matches(':focus'))).toBe(true);
    await page.getByRole('button', { name: 'Keys' }).waitFor();
    for (const [address, current] of [
      ['/images/x', ['Images']],
      ['/submit', []],
    ] as const) {
      await page.goto(service.url + address, { waitUntil: 'commit' });
      await page.locator('main').waitFor();
      expect(await page.locator('[aria-current]').allTextContents()).toEqual(current);
    }
    expect([tab.violations, tab.strangers]).toEqual([[], []]);
    await tab.close();
  });

  it('says what to do where its script does not run', async () => {
    const without = await browser.open({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
    await without.page.goto(`${service.url}/images`);
    expect(await without.page.locator('noscript').innerText()).toContain('allow it for this address');
    expect(await without.page.locator('noscript').isVisible()).toBe(true);
    expect(await without.page.getByText('Loading …').isVisible()).toBe(false);
    expect(await without.page.getByRole('button').count()).toBe(0);
    await without.close();
    const tab = await browser.open({ viewport: { width: 1280, height: 900 } });
    for (const missing of ['**/assets/begin-*.js', '**/assets/index-*.js']) {
      await tab.page.route(missing, (route) => route.fulfill({ status: 404, body: 'gone' }));
      await tab.page.goto(`${service.url}/images`);
      await tab.page.getByRole('alert').getByText('could not be loaded').waitFor();
      await tab.page.unroute(missing);
      await tab.page.getByRole('link', { name: 'Load the page again' }).click();
      await tab.page.getByRole('button', { name: 'Keys' }).waitFor();
    }
    expect([tab.violations, tab.strangers]).toEqual([[], []]);
    await tab.close();
  });

  it('has room on a narrow screen', async () => {
    const tab = await browser.open({ viewport: { width: 390, height: 844 } });
    const wide: string[] = [];
    for (const address of addresses) {
      await tab.page.goto(service.url + placeOf(address));
      await settle(tab);
      const over = await tab.page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (Number(over) > 0) wide.push(`${address}: ${over} px`);
    }
    expect(wide).toEqual([]);
    await tab.close();
  });

  it('opens dialogs, menus and the palette that can be used by everybody', async () => {
    const tab = await browser.open({ viewport: { width: 1280, height: 900 } });
    const { page } = tab;
    const check = async (): Promise<readonly string[]> =>
      (await axeOf(page).analyze()).violations.map(({ id, help }) => `${id}: ${help}`);
    await page.goto(`${service.url}${placeOf('/images/{demo}')}`);
    await settle(tab);
    await page.keyboard.press('?');
    expect(await check()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('demo');
    await page.getByRole('option', { name: /demo.tar/ }).waitFor();
    expect(await check()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More' }).first().click();
    expect(await check()).toEqual([]);
    await page.getByRole('menuitem', { name: /Forget/ }).click();
    await page.getByRole('dialog').waitFor();
    expect(await check()).toEqual([]);
    await page.getByRole('button', { name: 'Keep it' }).click();
    await tab.close();
  });

  it('shows hostile texts as text', async () => {
    // The service takes no NUL in a name.
    const names = hostileTexts.map(({ text }) => text.replaceAll('\u0000', ''));
    await service.fill(
      names.map((name, index) => ({ name: `${index} ${name}`.slice(0, 200), bytes: Buffer.from(`no image ${index}`) })),
    );
    await writeVulnerability(service.url, 'CVE-2099-0001', names.join('\n').slice(0, 8000), 'javascript:owned=1');
    const tab = await browser.open({ viewport: { width: 1280, height: 900 } });
    const { page } = tab;
    const owned = async (): Promise<void> => expect(await page.evaluate('globalThis.owned')).toBeUndefined();
    await page.goto(`${service.url}/images`);
    await settle(tab);
    expect(await page.locator('main :is(script, iframe, object, form, base, meta, link, [onmouseover])').count()).toBe(
      0,
    );
    const shown = (await page.locator('.image-rows').textContent()) ?? '';
    expect(names.map((_, index) => index).filter((index) => !shown.includes(`${index} `))).toEqual([]);
    expect(shown).toContain('<script>globalThis.owned=1</script>');
    // Nothing that turns or hides what stands beside it is left as it is.
    expect(shown).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B-\u200F\u0000-\u0008\u001B]/);
    await owned();
    const hrefs = await page.locator('main a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(hrefs.filter((href) => href === null || !href.startsWith('/'))).toEqual([]);
    for (const index of [0, 8, 20, 30, 39]) {
      await page.goto(`${service.url}/images?q=${encodeURIComponent(`${index} `)}`);
      await page.locator('.image-rows a').first().click();
      await page.getByText('This image could not be scanned').waitFor();
      await owned();
    }
    await page.goto(`${service.url}/vulnerabilities/CVE-2099-0001`);
    await settle(tab);
    await page.getByText('<script>globalThis.owned=1</script>').first().waitFor();
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    await owned();
    expect(tab.violations).toEqual([]);
    expect(tab.errors.filter((line) => !isAnswer(line))).toEqual([]);
    expect(tab.strangers).toEqual([]);
    await tab.close();
  });
});

/** What a user of the v1 API says of a vulnerability. */
async function writeVulnerability(url: string, name: string, description: string, link: string): Promise<void> {
  const answer = await fetch(`${url}/v1/namespaces/debian:12/vulnerabilities`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      Vulnerability: { Name: name, NamespaceName: 'debian:12', Description: description, Link: link, Severity: 'High' },
    }),
  });
  if (answer.status !== 201) throw new Error(`the vulnerability was not taken: ${await answer.text()}`);
}
