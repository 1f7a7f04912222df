import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startBrowser, type TestBrowser, type WatchedPage, whyNoBrowser } from '../support/browser.ts';
import { closePageServices, type PageService, startPageService } from '../support/page-service.ts';
import { worldImages } from '../support/page-world.ts';

/** Pages answer in their time: a browser shares the machine with all other tests. */
const eventually = <T>(look: () => Promise<T>) => expect.poll(look);

describe.skipIf(whyNoBrowser() !== undefined)('the page of the service', () => {
  let browser: TestBrowser;
  let service: PageService;
  const tabs: WatchedPage[] = [];

  const open = async (address: string): Promise<WatchedPage> => {
    const tab = await browser.open({ viewport: { width: 1280, height: 800 } });
    tabs.push(tab);
    await tab.page.goto(`${service.url}${address}`);
    return tab;
  };

  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startPageService({ advisories: true })]);
    await service.fill(worldImages());
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), closePageServices()]);
  });

  it('keeps what is looked for in the address, and goes back to it', async () => {
    const { page } = await open('/images?q=gate');
    const rows = page.locator('.image-rows li');
    await eventually(() => rows.count()).toBe(1);
    await page.getByRole('searchbox').fill('thumb');
    await eventually(async () => page.url()).toContain('q=thumb');
    await page.getByRole('link', { name: /thumbnails/ }).click();
    await eventually(() => page.title()).toBe('thumbnails.tar · Drydock');
    await page.goBack();
    await eventually(() => page.getByRole('searchbox').inputValue()).toBe('thumb');
    await eventually(() => rows.count()).toBe(1);
    await page.goForward();
    await eventually(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('thumbnails.tar');
  });

  it('is walked by the keyboard alone', async () => {
    const { page } = await open('/');
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.getByRole('heading', { level: 1 }).waitFor();
    await press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Skip to the content');
    await press('g', 'i');
    await eventually(() => page.title()).toBe('Images · Drydock');
    await eventually(() => page.evaluate('document.activeElement.textContent')).toBe('Images');
    await press('/');
    await page.keyboard.type('billing');
    await eventually(() => page.locator('.image-rows li').count()).toBe(1);
    // Filters, then the only row.
    for (let steps = 0; steps < 12; steps++) {
      await press('Tab');
      if (String(await page.evaluate('document.activeElement.textContent')).includes('billing.tar')) break;
    }
    await press('Enter');
    await eventually(() => page.title()).toBe('billing.tar · Drydock');
    await eventually(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
    await press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await press('Escape');
    await eventually(() => page.getByRole('dialog').count()).toBe(0);
  });

  it('finds pages, images and vulnerabilities by the palette', async () => {
    const { page } = await open('/feeds');
    await page.getByText('debian-tracker').waitFor();
    const find = async (text: string, option: string | RegExp): Promise<void> => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /Find a page/ }).waitFor();
      await page.keyboard.type(text);
      await page.getByRole('option', { name: option }).first().waitFor();
      await page.keyboard.press('Enter');
    };
    await find('CVE-2023-4911', /CVE-2023-4911/);
    await eventually(() => page.title()).toBe('CVE-2023-4911 · Drydock');
    await eventually(() => page.getByText('3 images', { exact: true }).count()).toBe(1);
    await find('gateway', /gateway/);
    await eventually(() => page.title()).toBe('gateway.tar · Drydock');
    await find('notif', 'Notifications');
    await eventually(() => page.title()).toBe('Notifications · Drydock');
    await find('theme: dark', /dark/);
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.reload();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  });

  it.each([
    ['/nowhere/at/all', 'There is no page at this address'],
    ['/images/b241cb1a-a362-4382-b26a-b37d17e4ac26', 'There is no such image'],
    ['/images/%00%2e%2e%2f', /could not be loaded|no such image/],
    ['/vulnerabilities/CVE-1999-0001', 'No feed speaks of it'],
    ['/observations/b241cb1a-a362-4382-b26a-b37d17e4ac26', /no such run|could not be loaded/],
  ])('says at %s what is not there', async (address, text) => {
    const { page, violations } = await open(address);
    await page.getByText(text).first().waitFor();
    expect(violations).toEqual([]);
  });

  it.each<[string, string, { status: number; contentType: string; body: string }]>([
    [
      'that nothing is there',
      'nobody knows this',
      { status: 404, contentType: 'application/problem+json', body: '{"status":404,"detail":"nobody knows this"}' },
    ],
    ['of a proxy that fails', 'status 500', { status: 500, contentType: 'text/html', body: '<h1>Oops</h1>' }],
    ['of somebody else', 'is not Drydock', { status: 200, contentType: 'text/html', body: '<title>Portal</title>' }],
  ])('says on every page what it is about an answer %s', async (_, text, answer) => {
    const { page, errors } = await open('/jobs');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.route(/\/api\/(?!events|session)/, (route) => route.fulfill(answer));
    const names = ['Overview', 'Images', 'Vulnerabilities', 'Feeds and health', 'Notifications'];
    for (const name of names) {
      await page.getByRole('link', { name, exact: true }).click();
      await eventually(() => page.title()).toBe(`${name} · Drydock`);
      await page.locator('main').getByText(text).first().waitFor();
    }
    for (const address of ['/images/b241cb1a-a362-4382-b26a-b37d17e4ac26', '/vulnerabilities/CVE-2023-4911']) {
      await page.goto(service.url + address);
      await page
        .locator('main')
        .getByText(answer.status === 404 ? /no such image|No feed/ : text)
        .first()
        .waitFor();
    }
    expect(await page.getByText('could not be drawn').count()).toBe(0);
    expect(errors.filter((line) => !line.startsWith('Failed to load resource'))).toEqual([]);
  });

  it('opens, filters and prints an image of 100,000 findings', async () => {
    const { page } = await open('/images?q=demo');
    const row = page.getByRole('link', { name: /demo/ }).first();
    const id = String(await row.getAttribute('href'))
      .split('/')
      .at(-1)!;
    // Made in the page: what stands between the test and the browser takes no answer of that size.
    await page.evaluate(`{
      const ask = fetch;
      globalThis.fetch = async (address, ...rest) => {
        const answer = await ask(address, ...rest);
        if (!String(address).endsWith('/${id}/report')) return answer;
        const report = await answer.json();
        const own = report.findings;
        report.findings = Array.from({ length: 100_000 }, (_, at) => ({ ...own[at % own.length], id: 'CVE-2031-' + at }));
        return { ok: true, status: 200, json: async () => report };
      };
    }`);
    await row.click();
    await page.getByText('100,000', { exact: true }).first().waitFor();
    await page.getByRole('searchbox').fill('CVE-2031-99999');
    await eventually(() => page.locator('[role="row"], tbody tr').filter({ hasText: 'CVE-2031-99999' }).count()).toBe(
      1,
    );
    await page.getByRole('searchbox').fill('');
    await eventually(() => page.locator('[role="row"], tbody tr').count()).toBeLessThan(200);
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    expect(usedSize / 1e6).toBeLessThan(400);
    await page.emulateMedia({ media: 'print' });
    await eventually(() => page.locator('.printed-findings tbody tr').count()).toBe(1000);
    await page.getByText('the first 1,000 of them are printed').waitFor();
    expect(await page.getByRole('navigation', { name: 'Pages' }).isVisible()).toBe(false);
  });

  it('takes an archive that is dropped on any page, and follows its scan', async () => {
    const { page, violations } = await open('/feeds');
    await page.getByText('debian-tracker').waitFor();
    const [demo] = worldImages().filter(({ name }) => name === 'demo.tar');
    const transfer = await page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob('${demo!.bytes.toString('base64')}'), (each) => each.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], 'dropped.tar', { type: 'application/x-tar' }));
      return data;
    })()`);
    await page.dispatchEvent('main', 'dragenter', { dataTransfer: transfer });
    await page.getByText('Drop an image archive to have it scanned').waitFor();
    await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
    await page.getByRole('link', { name: /dropped.tar/ }).click();
    await eventually(() => page.title()).toBe('dropped.tar · Drydock');
    await page.getByRole('row').filter({ hasText: 'CVE-2023-4911' }).first().waitFor();
    expect(violations).toEqual([]);
  });

  it('tells a browser that is too old', async () => {
    const tab = await browser.open();
    await tab.page.addInitScript('CSS.supports = () => false');
    await tab.page.goto(service.url);
    await tab.page.getByText('This page needs a browser of 2024 or later').waitFor();
    expect(tab.errors).toEqual([]);
    await tab.close();
  });

  it('compares two images', async () => {
    const { page } = await open('/compare');
    await page
      .getByRole('region', { name: 'Before' })
      .getByRole('button', { name: /gateway/ })
      .click();
    await page
      .getByRole('region', { name: 'After' })
      .getByRole('button', { name: /billing/ })
      .click();
    await page.getByText('CVE-2025-15467').waitFor();
    const shared = page.url();
    const other = await open(shared.slice(service.url.length));
    await other.page.getByText('CVE-2025-15467').waitFor();
    await page.getByRole('button', { name: 'Swap' }).click();
    await page.getByRole('link', { name: 'New 3' }).waitFor();
  });

  it('shows what was there while an answer is slow', async () => {
    const { page } = await open('/images');
    await page.locator('.image-rows li').first().waitFor();
    await page.route('**/api/images?**', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await route.continue();
    });
    await page.getByRole('searchbox').fill('static');
    await page.locator('.stale .image-rows').waitFor();
    expect(await page.locator('.image-rows li').count()).toBeGreaterThan(1);
    await eventually(() => page.locator('.image-rows li').count()).toBe(1);
  });

  it('says that an upload is no image, and follows one that is', async () => {
    const { page } = await open('/submit');
    const archives = page.getByLabel('Archives of images');
    await archives.setInputFiles({ name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('dear reader\n') });
    await page.getByText(/could not be scanned/).waitFor();
    await page.goBack();
    const [demo] = worldImages().filter(({ name }) => name === 'demo.tar');
    await archives.setInputFiles({ name: 'again.tar', mimeType: 'application/x-tar', buffer: demo!.bytes });
    await eventually(() => page.title()).toBe('again.tar · Drydock');
    await eventually(() => page.locator('.badge', { hasText: 'scanned' }).count()).toBe(1);
  });

  it('says of an image that somebody else removed that it is not there', async () => {
    const { images } = (await (await fetch(`${service.url}/api/images?q=again.tar`)).json()) as {
      readonly images: readonly { readonly id: string }[];
    };
    const address = `/images/${images[0]!.id}`;
    const { page } = await open(address);
    await eventually(() => page.title()).toBe('again.tar · Drydock');
    expect((await fetch(`${service.url}/api${address}`, { method: 'DELETE' })).ok).toBe(true);
    await page.getByText('There is no such image').waitFor();
  });

  it('says that the service is gone, and that it is back', async () => {
    const { page } = await open('/feeds');
    await page.getByText('debian-tracker').waitFor();
    await service.kill();
    onTestFinished(() => service.start());
    await page.getByRole('link', { name: 'Images' }).click();
    await page.getByText(/The service does not answer/).waitFor();
    await service.start();
    await page.getByText('The service is back.', { exact: true }).waitFor();
    await page.getByRole('link', { name: /gateway/ }).waitFor();
    await eventually(() => page.getByText('The service is back.', { exact: true }).count()).toBe(0);
  });
});
