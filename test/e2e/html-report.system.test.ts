import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { html } from '../../src/report/html.ts';
import { findingKey } from '../../web/src/report/findings/finding-key.ts';
import { startBrowser, type TestBrowser, type WatchedPage, whyNoBrowser } from '../support/browser.ts';
import { hostileReport } from '../support/hostile-report.ts';
import { hostileTexts } from '../support/hostile-texts.ts';
import { largeReport } from '../support/large-report.ts';
import { makeReport } from '../support/report.ts';
import { runDrydock } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

const why = whyNoBrowser();
const tabs = ['findings', 'layers', 'packages', 'history', 'run', 'coverage', 'sources'];

const fileOf = (...reports: readonly Report[]): string =>
  writeTemporary('report.html', html.render(reports, { width: 80, colour: false }));

const addressOf = (file: string, words: Readonly<Record<string, string>> = {}): string =>
  `file://${file}#${new URLSearchParams(words)}`;

/** What a page may not do, and that no text of an image ran in it. */
async function expectNoFault({ page, violations, errors, strangers }: WatchedPage): Promise<void> {
  expect({ violations, errors, strangers }).toEqual({ violations: [], errors: [], strangers: [] });
  expect(await page.evaluate('globalThis.owned')).toBeUndefined();
}

/** Without frames, of which there are none, it takes no further tab for each answer. */
const axe = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode();

/** Every element that is not of the page itself would be one that a text of the image made. */
const foreign =
  'iframe, object, embed, base, form, link, img, script:not(#report):not([type=module]), [onerror], [onload]';

async function bodyText(page: Page): Promise<string> {
  return (await page.locator('body').innerText()).replaceAll(/\s+/g, ' ');
}

/** A piece of a hostile text that is to be read as it stands: the longest between what is not seen, or is a blank. */
function pieceOf(text: string): string {
  const pieces = text.split(/[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\s]+/u);
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest)).slice(0, 60);
}

/** What is not to be seen as it is anywhere: it moves or hides what stands beside it. */
const unseen = /[\0-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufeff\u{e0041}]/u;

describe.skipIf(why !== undefined)(`the HTML report in a browser${why === undefined ? '' : ` (${why})`}`, () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const open = async (address: string, options = {}): Promise<WatchedPage> => {
    const watched = await browser.open({ viewport: { width: 1440, height: 900 }, ...options });
    await watched.page.goto(address);
    await watched.page.locator('.report, .notice').first().waitFor();
    return watched;
  };

  it('tells a real scan from a file: problems, counts, findings, and how one was decided', async () => {
    const folder = temporaryFolder();
    const { status, stdout, stderr } = await runDrydock(['demo', '-f', 'html', '-o', `${folder}/demo.html`], {
      folder,
    });
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toContain('html written to demo.html');

    const watched = await open(`file://${folder}/demo.html`);
    const { page } = watched;

    expect(await page.title()).toContain('demo.tar - Drydock report');
    expect(await page.getByRole('region', { name: 'Incomplete' }).innerText()).toContain('advisories.starter');
    await page.getByRole('searchbox', { name: 'Search findings' }).fill('glibc "in syslog"');
    await page.getByText('3 of 30 findings').waitFor();
    await page.getByRole('row', { name: /CVE-2023-6779/ }).click();
    const details = page.getByRole('region', { name: 'CVE-2023-6779' });
    expect(await details.innerText()).toContain('glibc 2.36-9+deb12u2 < 2.36-9+deb12u4');
    expect(await details.innerText()).toContain('apt-get install --only-upgrade libc6');
    await expectNoFault(watched);
    await watched.close();
  });

  it('shows forty hostile texts as text in every part, and runs none of them', async () => {
    const report = hostileReport();
    const watched = await open(addressOf(fileOf(report)));
    const { page } = watched;

    for (const tab of tabs) {
      await page.goto(addressOf(new URL(page.url()).pathname, { tab }));
      await page.locator(`.report-part.of-${tab}`).waitFor();
      for (let press = page.getByRole('button', { name: /^Show/ }); (await press.count()) > 0; )
        await press.first().click();
      const text = await bodyText(page);
      // Long lists are drawn by their window: the other parts have all of them at once.
      if (tab !== 'findings' && tab !== 'packages') {
        for (const { name, text: hostile } of hostileTexts)
          expect(text.includes(pieceOf(hostile)), `${tab}: ${name}`).toBe(true);
      }
      expect(unseen.exec(text)?.[0].codePointAt(0), tab).toBeUndefined();
      expect(await page.locator(foreign).count(), tab).toBe(0);
    }
    await expectNoFault(watched);
    await watched.close();
  });

  it('shows hostile texts as text in the details of findings, and follows no address but of the web', async () => {
    const report = hostileReport();
    const watched = await open(addressOf(fileOf(report)));
    const { page } = watched;
    const file = new URL(page.url()).pathname;

    for (const [place, { name, text }] of hostileTexts.entries()) {
      const finding = report.findings.filter(({ kind }) => kind === 'malware')[place * 2]!;
      await page.goto(addressOf(file, { finding: findingKey(finding), accepted: 'all' }));
      const details = page.locator('.finding-details');
      await details.waitFor();
      const shown = (await details.innerText()).replaceAll(/\s+/g, ' ');
      expect(shown.includes(pieceOf(text)), name).toBe(true);
      expect(unseen.exec(shown)?.[0].codePointAt(0), name).toBeUndefined();
      for (const link of await details.locator('a').all()) {
        expect(await link.getAttribute('href')).toMatch(/^(#|https?:\/\/)/);
      }
    }
    expect(await page.locator(foreign).count()).toBe(0);
    await expectNoFault(watched);
    await watched.close();
  });

  it('has nothing for axe to find, in both themes', async () => {
    const report = largeReport(120);
    const file = fileOf(report);
    const watched = await open(addressOf(file));
    const { page } = watched;
    const states: readonly Readonly<Record<string, string>>[] = [
      ...tabs.map((tab) => ({ tab })),
      { finding: findingKey(report.findings[0]!), accepted: 'all' },
      { group: 'package', severity: 'critical' },
      { q: 'nothing has this' },
    ];
    for (const words of states) {
      await page.goto(addressOf(file, words));
      await page.locator('.report-part').waitFor();
      const found = await axe(page).analyze();
      // Of what axe asks, the theme changes colours alone.
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await axe(page).withRules(['color-contrast']).analyze();
      await page.emulateMedia({ colorScheme: 'light' });
      const violations = [...found.violations, ...dark.violations];
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
        JSON.stringify(words),
      ).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    for (const words of states) {
      await page.goto(addressOf(file, words));
      expect(await page.evaluate('document.documentElement.scrollWidth'), JSON.stringify(words)).toBe(390);
    }
    await expectNoFault(watched);
    await watched.close();
  });

  it('is reached by the keyboard alone: search, list, details and back, tabs', async () => {
    const watched = await open(addressOf(fileOf(largeReport(300))));
    const { page } = watched;
    const focus = () =>
      page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
    const tabTo = async (name: string): Promise<void> => {
      for (let step = 0; step < 80 && (await focus()) !== name; step++) await page.keyboard.press('Tab');
      expect(await focus()).toBe(name);
    };

    const grid = page.getByRole('grid', { name: 'Findings' });
    const rows = () => grid.getAttribute('aria-rowcount');
    const all = await rows();
    await tabTo('Search findings');
    await page.keyboard.type('curl');
    // A list that is not made yet has no row to go to.
    await expect.poll(rows).not.toBe(all);
    await tabTo('Findings');
    const current = async () => {
      const id = await grid.getAttribute('aria-activedescendant');
      return id === null ? undefined : await page.locator(`[id="${id}"]`).getAttribute('aria-rowindex');
    };
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(current).toBe('4');
    await page.keyboard.press('End');
    await expect.poll(current).toBe(await rows());
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.locator('.finding-details').waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('finding-title');
    await page.keyboard.press('Escape');
    await page.locator('.finding-details').waitFor({ state: 'detached' });
    await expect.poll(focus).toBe('Findings');
    await expect.poll(current).toBe('2');

    await page.goBack();
    await page.locator('.finding-details').waitFor();
    await expectNoFault(watched);
    await watched.close();
  });

  it('keeps filters, groups and order in the address, which shows the same to others', async () => {
    const file = fileOf(largeReport(300));
    const first = await open(addressOf(file));
    await first.page.getByRole('checkbox', { name: /^Critical/ }).check();
    await first.page.getByRole('combobox', { name: 'Groups' }).selectOption('package');
    await first.page.getByRole('searchbox').fill('curl');
    await expect.poll(() => new URL(first.page.url()).hash).toContain('q=curl');
    const address = first.page.url();
    const said = await first.page.locator('.findings-said').innerText();

    const second = await open(address);

    expect(await second.page.locator('.findings-said').innerText()).toBe(said);
    expect(await second.page.getByRole('searchbox').inputValue()).toBe('curl');
    expect(await second.page.getByRole('checkbox', { name: /^Critical/ }).isChecked()).toBe(true);
    expect(await second.page.getByRole('treegrid').count()).toBe(1);
    await first.close();
    await second.close();
  });

  it('has a choice of several images', async () => {
    const [a, b] = ['one:1', 'two:2'].map((reference): Report => {
      const report = makeReport();
      return { ...report, image: { ...report.image, reference } };
    });
    const watched = await open(addressOf(fileOf(a!, b!)));
    const { page } = watched;

    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('one:1');
    await page.getByRole('combobox', { name: 'Image' }).selectOption({ index: 1 });
    await page.getByRole('heading', { level: 1, name: 'two:2' }).waitFor();
    await expectNoFault(watched);
    await watched.close();
  });

  it('says what there is not: no layers, no findings, no packages, no report', async () => {
    const report = makeReport();
    const bare: Report = { ...report, packages: [], image: { reference: 'empty', layers: [], history: [] } };
    const file = fileOf(bare);
    const watched = await open(addressOf(file));
    const { page } = watched;
    for (const [tab, words] of [
      ['findings', 'No findings'],
      ['layers', 'No layers'],
      ['packages', 'No packages'],
      ['history', 'No history'],
    ] as const) {
      await page.goto(addressOf(file, { tab }));
      await page.getByRole('heading', { name: words }).waitFor();
    }
    await expectNoFault(watched);
    await page.goto(addressOf(fileOf()));
    await page.getByText('There is no report in this file.').waitFor();
    await watched.close();
  });

  it('says so where the file was cut off', async () => {
    const whole = html.render([largeReport(300)], { width: 80, colour: false });
    const data = whole.indexOf('id="report">') + 12;
    const cut = `${whole.slice(0, data + 400)}${whole.slice(whole.indexOf('<', data))}`;
    const watched = await open(addressOf(writeTemporary('cut.html', cut)));

    await watched.page.getByText('The report in this file cannot be read').waitFor();
    expect(watched.violations).toEqual([]);
    await watched.close();
  });

  it('opens a report of 100,000 findings, and says that it has the first half', async () => {
    const watched = await open(addressOf(fileOf(largeReport(100_000))));
    const { page } = watched;

    await page.getByText('the 50,000 findings that come first by priority, of 100,000').waitFor();
    const grid = page.getByRole('grid', { name: 'Findings' });
    expect(Number(await grid.getAttribute('aria-rowcount'))).toBeGreaterThan(48_000);
    await grid.press('End');
    await grid.getByRole('row').nth(5).waitFor();
    expect(await page.locator('[role=row]').count()).toBeLessThan(80);
    await expectNoFault(watched);
    await watched.close();
  });

  it('is whole on paper, up to a bound that it says', async () => {
    const watched = await open(addressOf(fileOf(largeReport(1500))));
    const { page } = watched;

    await page.emulateMedia({ media: 'print' });

    await page.getByText('the first 1,000 of them are printed').waitFor();
    const headings = await page.locator('.printed section > h2').allInnerTexts();
    expect(headings.map((text) => text.trim()).filter((text) => /^[A-Z]\w+$/.test(text))).toEqual(
      expect.arrayContaining(['Findings', 'Layers', 'Packages', 'History', 'Run', 'Coverage', 'Sources']),
    );
    expect(await page.locator('.printed-findings tbody tr').count()).toBe(1000);
    expect(await page.getByRole('searchbox').isVisible()).toBe(false);
    await expectNoFault(watched);
    await watched.close();
  });
});
