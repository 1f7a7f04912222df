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
const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 20_000 });

describe.skipIf(whyNoBrowser() !== undefined)('the way in', { timeout: 60_000 }, () => {
  let browser: TestBrowser;
  let service: PageService;
  const [reader, admin] = [randomSecret(), randomSecret()];

  beforeAll(async () => {
    const tokens = `reader:read:${digest(reader)},boss:admin:${digest(admin)}`;
    [browser, service] = await Promise.all([
      startBrowser(),
      startPageService({ flags: ['--tokens', tokens], token: admin }),
    ]);
  }, 120_000);

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
    await finding.waitFor({ timeout: 15_000 });
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
