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
const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 20_000 });

describe.skipIf(whyNoBrowser() !== undefined)('every page', { timeout: 240_000 }, () => {
  let browser: TestBrowser;
  let service: PageService;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startPageService({ advisories: true })]);
    await service.fill(worldImages());
    const answer = await fetch(`${service.url}/api/images`);
    const { images } = (await answer.json()) as { images: { id: string; reference: string }[] };
    for (const { id, reference } of images) ids.set(/[a-z]+(?=[.](?:tar|jpg)$)/.exec(reference)?.[0] ?? '', id);
  }, 120_000);

  afterAll(async () => {
    await Promise.all([browser?.close(), closePageServices()]);
  });

  const placeOf = (address: string): string => address.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids.get(name)!);

  /** The service answered all that was asked, and it is drawn. */
  const settle = async ({ page }: WatchedPage): Promise<void> => {
    await page.waitForLoadState('networkidle');
    await eventually(() => page.locator('main [aria-busy="true"]').count()).toBe(0);
  };

  it.each(['light', 'dark'] as const)(
    'can be used by everybody, in the %s theme, and breaks no rule',
    async (theme) => {
      const tab = await browser.open({ colorScheme: theme, viewport: { width: 1280, height: 900 } });
      const found: string[] = [];
      for (const address of addresses) {
        await tab.page.goto(service.url + placeOf(address));
        await settle(tab);
        const axe = axeOf(tab.page);
        // Only colours differ from theme to theme, and all rules take as long as all pages.
        const { violations } = await (theme === 'light' ? axe : axe.withRules(['color-contrast'])).analyze();
        for (const { id, nodes } of violations) {
          found.push(`${address}: ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
        }
      }
      expect(found).toEqual([]);
      expect(tab.violations).toEqual([]);
      expect(tab.errors.filter((line) => !isAnswer(line))).toEqual([]);
      expect(tab.strangers).toEqual([]);
      await tab.close();
    },
  );

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
