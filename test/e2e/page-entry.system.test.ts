import { createHash } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser, type TestBrowser, whyNoBrowser } from '../support/browser.ts';
import { closePageServices, type PageService, startPageService } from '../support/page-service.ts';
import { worldImages } from '../support/page-world.ts';
import { randomSecret } from '../support/service.ts';

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');
const demo = worldImages().find(({ name }) => name === 'demo.tar')!;

/** Pages answer in their time: a browser shares the machine with all other tests. */
const eventually = <T>(look: () => Promise<T>) => expect.poll(look);

describe.skipIf(whyNoBrowser() !== undefined)('the way in', () => {
  let browser: TestBrowser;
  let service: PageService;
  const [reader, admin] = [randomSecret(), randomSecret()];

  beforeAll(async () => {
    const tokens = `reader:read:${digest(reader)},boss:admin:${digest(admin)}`;
    [browser, service] = await Promise.all([
      startBrowser('whole'),
      startPageService({ flags: ['--tokens', tokens], token: admin }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), closePageServices()]);
  });

  it('asks for a token, and shows then what was asked for', async () => {
    const tab = await browser.open({ viewport: { width: 1280, height: 800 } });
    const { page } = tab;
    await page.goto(`${service.url}/jobs`);
    await page.getByRole('heading', { name: 'Sign in to Drydock' }).waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.type(randomSecret());
    await page.keyboard.press('Enter');
    await page.getByText('The service does not know this token').waitFor();
    // A browser that keeps no cookies.
    await page.route('**/api/session', async (route) => {
      const response = await route.fetch();
      const { 'set-cookie': _, ...headers } = response.headers();
      await page.context().clearCookies();
      await route.fulfill({ response, headers });
    });
    await page.getByLabel('Token').fill(reader);
    await page.keyboard.press('Enter');
    await page.getByText('this browser kept no session').waitFor();
    await page.unroute('**/api/session');
    await page.getByLabel('Token').fill(reader);
    await page.keyboard.press('Enter');
    await eventually(() => page.title()).toBe('Jobs · Drydock');
    // Nothing of the token is where a script could read it.
    expect(await page.evaluate('document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)')).toBe(
      '{}{}',
    );
    await page.getByRole('link', { name: 'Submit', exact: true }).click();
    await page.getByText('Your token may read; this needs scan.').waitFor();
    expect(tab.violations).toEqual([]);
    await tab.close();
  });

  it('says that a session ended, and goes on where it was', async () => {
    const { page, close } = await browser.open({ viewport: { width: 1280, height: 800 } });
    const signIn = async (token: string): Promise<void> => {
      await page.getByLabel('Token').fill(token);
      await page.keyboard.press('Enter');
    };
    await page.goto(`${service.url}/images?q=nothing`);
    await signIn(admin);
    await page.getByText('No image fits').waitFor();
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Notifications' }).click();
    await page.getByText('Your session has ended').waitFor();
    await signIn(admin);
    await eventually(() => page.title()).toBe('Notifications · Drydock');
    await page.getByRole('button', { name: /Signed in as .*boss/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Drydock' }).waitFor();
    expect(await page.getByText('Your session has ended').count()).toBe(0);
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in to Drydock' }).waitFor();
    await close();
  });

  it('holds in all tabs: who signs out in one is signed out in the others, and comes back to where each was', async () => {
    const tab = await browser.open({ viewport: { width: 1280, height: 800 } });
    const { page } = tab;
    await page.goto(`${service.url}/feeds`);
    await page.getByLabel('Token').fill(admin);
    await page.keyboard.press('Enter');
    await eventually(() => page.title()).toBe('Feeds and health · Drydock');
    const other = await page.context().newPage();
    await other.goto(`${service.url}/images?q=two&state=failed`);
    await other.getByText('No image fits').waitFor();
    const menu = page.getByRole('button', { name: /Signed in as .*boss/ });
    // What fails is said, and whoever leaves is told that they are still there.
    await page.route('**/api/session', async (route) => {
      if (route.request().method() === 'DELETE') await route.fulfill({ status: 500, body: 'broken' });
      else await route.continue();
    });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    const stillIn = page.getByRole('dialog', { name: 'You are still signed in' });
    await stillIn.getByText(/status 500/).waitFor();
    await page.unroute('**/api/session');
    await stillIn.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Sign in to Drydock' }).waitFor();
    await other.getByText('Your session has ended').waitFor();
    await other.getByLabel('Token').fill(admin);
    await other.keyboard.press('Enter');
    await other.getByText('No image fits').waitFor();
    expect(other.url()).toBe(`${service.url}/images?q=two&state=failed`);
    await eventually(() => page.title()).toBe('Feeds and health · Drydock');
    await other.getByRole('button', { name: 'Theme' }).click();
    await other.getByRole('menuitemradio', { name: 'Dark' }).click();
    await eventually(() => page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    expect(tab.violations).toEqual([]);
    await tab.close();
  });

  it('says on every kind of page that the session ended, and comes back to it', async () => {
    const { page, close, errors } = await browser.open({ viewport: { width: 1280, height: 800 } });
    const signIn = async (): Promise<void> => {
      await page.getByLabel('Token').fill(admin);
      await page.keyboard.press('Enter');
    };
    await page.goto(service.url);
    await signIn();
    await page.getByText('No image was scanned yet').waitFor();
    for (const [place, beside] of [
      ['Vulnerabilities', 'Jobs'],
      ['Settings', 'Images'],
      ['Feeds and health', 'Live map'],
      ['Notifications', 'Jobs'],
    ] as const) {
      await page.getByRole('link', { name: place, exact: true }).click();
      await eventually(() => page.title()).toBe(`${place} · Drydock`);
      // What the page still asks waits for the click: refused before it, it would bring the way in at the first place.
      const clicked = Promise.withResolvers<void>();
      await page.route('**/api/**', async (route) => {
        await clicked.promise;
        await route.continue();
      });
      await page.context().clearCookies();
      await page.getByRole('link', { name: beside, exact: true }).click();
      clicked.resolve();
      await page.getByText('Your session has ended').waitFor();
      await page.unrouteAll({ behavior: 'wait' });
      await signIn();
      await eventually(() => page.title()).toBe(`${beside} · Drydock`);
    }
    // A stream is all that asks here: it is refused when the service is back.
    await page.goto(`${service.url}/feeds?x=1`);
    await eventually(() => page.title()).toBe('Feeds and health · Drydock');
    await page.context().clearCookies();
    await service.kill();
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(request.url()));
    await service.start();
    await page.getByText('Your session has ended').waitFor();
    const before = asked.length;
    await page.waitForTimeout(1200);
    expect(asked.length - before).toBeLessThan(3);
    await signIn();
    await eventually(() => page.title()).toBe('Feeds and health · Drydock');
    expect(page.url()).toBe(`${service.url}/feeds?x=1`);
    expect(errors.filter((line) => !/Failed to load resource|EventSource|ERR_/.test(line))).toEqual([]);
    await close();
  });

  it('takes a token from the address where nobody is signed in, and leaves a session as it is', async () => {
    const { page, close } = await browser.open({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${service.url}/jobs#token=${reader}`);
    await eventually(() => page.title()).toBe('Jobs · Drydock');
    expect(page.url()).toBe(`${service.url}/jobs`);
    await page.goto(`${service.url}/feeds#token=${admin}`);
    await page.getByText('the token was not used').waitFor();
    expect(page.url()).toBe(`${service.url}/feeds`);
    await page.getByRole('button', { name: /Signed in as .*reader/ }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.getByText('the token was not used').count()).toBe(0);
    await close();
  });

  it('says why a token of the address did not sign in', async () => {
    const { page, close } = await browser.open({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${service.url}/jobs#token=${randomSecret()}`);
    await page.getByRole('alert').getByText('The service does not know this token').waitFor();
    expect(page.url()).toBe(`${service.url}/jobs`);
    await page.goto(`${service.url}/jobs#token=%E0%A4%A`);
    await page.getByRole('alert').getByText('it was cut off or changed').waitFor();
    await page.route('**/api/session', async (route) => {
      if (route.request().method() === 'POST') await route.abort();
      else await route.continue();
    });
    await page.goto(`${service.url}/jobs#token=${reader}`);
    await page.getByRole('alert').getByText('The service does not answer').waitFor();
    await page.unroute('**/api/session');
    await page.getByLabel('Token').fill(reader);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await eventually(() => page.title()).toBe('Jobs · Drydock');
    await page.getByRole('button', { name: /Signed in as/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await close();
  });

  it('leads from an empty store to the explanation of a finding in four clicks', async () => {
    const own = await startPageService();
    const tab = await browser.open({ viewport: { width: 1280, height: 800 } });
    const { page } = tab;
    await page.goto(own.url);
    await page.getByText('No image was scanned yet').waitFor();
    let clicks = 0;
    const click = async (target: ReturnType<typeof page.getByRole>): Promise<void> => {
      clicks++;
      await target.click();
    };
    await click(page.getByRole('link', { name: 'Submit an image' }));
    const chooser = page.waitForEvent('filechooser');
    await click(page.getByRole('button', { name: 'Choose an archive' }));
    // One click more in the dialog of the system.
    clicks++;
    await (await chooser).setFiles({ name: demo.name, mimeType: 'application/x-tar', buffer: demo.bytes });
    const finding = page.getByRole('row').filter({ hasText: 'removed-in-later-run' });
    await finding.waitFor();
    await click(finding);
    await page.getByText('How it was decided').waitFor();
    expect(clicks).toBeLessThanOrEqual(4);
    expect(tab.violations).toEqual([]);
    expect(tab.errors).toEqual([]);
    await tab.close();
    await own.close();
  });

  it('says of an upload that it is too large, cut off or cancelled', async () => {
    const own = await startPageService({ flags: ['--upload-limit', '1'] });
    const { page, close } = await browser.open({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${own.url}/submit`);
    const archives = page.getByLabel('Archives of images');
    const send = async (name: string, megabytes: number): Promise<void> =>
      await archives.setInputFiles({ name, mimeType: 'application/x-tar', buffer: Buffer.alloc(megabytes * 1e6, 1) });
    await archives.waitFor({ state: 'attached' });
    await send('huge.tar', 3);
    await page.getByText('failed', { exact: true }).waitFor();
    expect(await page.locator('.upload-row .wrong').textContent()).toMatch(/It is too large|this one has more/);
    await page.route('**/api/images/upload**', (route) => route.abort('connectionreset'));
    await send('cut.tar', 1);
    await page.getByText(/connection ended before all of it was sent/).waitFor();
    await page.unroute('**/api/images/upload**');
    await page.route('**/api/images/upload**', () => undefined);
    await send('slow.tar', 1);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('cancelled', { exact: true }).waitFor();
    await close();
    await own.close();
  });
});
