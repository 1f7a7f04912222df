import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/server/clock.ts';
import type { MapSnapshot } from '../../src/server/map/map-schema.ts';
import { axeFinds } from '../support/axe.ts';
import { startBrowser, type TestBrowser, type WatchedPage, whyNoBrowser } from '../support/browser.ts';
import { hostileTexts } from '../support/hostile-texts.ts';
import { type MapService, startMapService } from '../support/map-service.ts';
import { randomSecret } from '../support/service.ts';
import { type SimulatedHost, simulatedHost } from '../support/simulated-host.ts';
import { tokenOf } from '../support/stopped-services.ts';

const reason = whyNoBrowser();

/** What the canvas shows, as Cytoscape has it. */
interface Drawn {
  readonly nodes: readonly {
    id: string;
    label: string;
    x: number;
    y: number;
    classes: readonly string[];
    parent: boolean;
  }[];
  readonly edges: readonly { id: string; source: string; target: string; classes: readonly string[] }[];
  readonly zoom: number;
}

/** Cytoscape notes itself at its element. */
const readDrawn = `(() => {
  const cy = document.querySelector('.map-canvas')?._cyreg?.cy;
  if (cy === undefined) return { nodes: [], edges: [], zoom: 0 };
  return {
    nodes: cy.nodes().map((node) => ({ id: node.id(), label: node.data('label'), ...node.position(), classes: node.classes(), parent: node.isParent() })),
    edges: cy.edges().map((edge) => ({ id: edge.id(), source: edge.source().id(), target: edge.target().id(), classes: edge.classes() })),
    zoom: cy.zoom(),
  };
})()`;

/** Asks until it is so: slow machines draw a map in seconds. */
const poll = <T>(read: () => T) => expect.poll(read);

const drawn = async (page: Page): Promise<Drawn> => (await page.evaluate(readDrawn)) as Drawn;

/** A canvas without a graphics processor, beside other tests: slow machines draw a map in seconds. */
const PATIENCE = { timeout: 60_000 };

describe.skipIf(reason !== undefined)('the page of the live map', PATIENCE, () => {
  let browser: TestBrowser;
  let service: MapService;
  let hosts: readonly SimulatedHost[];
  const services: MapService[] = [];
  const tabs: WatchedPage[] = [];

  const start = async (...args: Parameters<typeof startMapService>): Promise<MapService> => {
    const started = await startMapService(...args);
    services.push(started);
    return started;
  };
  const open = async (address: string, options: BrowserContextOptions = {}, url = service.url): Promise<Page> => {
    const tab = await browser.open({ viewport: { width: 1440, height: 900 }, ...options });
    tabs.push(tab);
    await tab.page.goto(`${url}${address}`);
    return tab.page;
  };
  const openMap = async (query = '', options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await open(`/map${query}`, options);
    await poll(async () => (await drawn(page)).nodes.length).toBeGreaterThan(0);
    return page;
  };
  const map = async (query = ''): Promise<MapSnapshot> =>
    (await (await fetch(`${service.url}/api/map${query}`)).json()) as MapSnapshot;
  const container = async (name: string) => (await map()).nodes.find(({ label }) => label.includes(name))!;
  const select = async (page: Page, id: string): Promise<void> =>
    void (await page.evaluate(
      `void document.querySelector('.map-canvas')._cyreg.cy.getElementById(${JSON.stringify(id)}).emit('tap')`,
    ));

  beforeAll(async () => {
    hosts = ['alpha', 'bravo'].map((name, i) =>
      simulatedHost({
        name,
        seed: i + 1,
        containers: 12,
        processes: 50,
        connections: 60,
        start: Date.now(),
        changing: 0,
      }),
    );
    [browser, service] = await Promise.all([startBrowser(), start({ hosts, history: true })]);
    service.pass();
    service.run();
  });

  afterEach(async () => {
    for (const { violations, errors, strangers, close } of tabs.splice(0)) {
      await close();
      expect({ violations, errors, strangers }).toEqual({ violations: [], errors: [], strangers: [] });
    }
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), ...services.map((each) => each.close())]);
  });

  it('draws what the service tells, and has the same in its table', async () => {
    const page = await openMap();
    const told = await map();
    const ids = (things: readonly { id: string }[]) => things.map(({ id }) => id).sort();

    const seen = await drawn(page);
    expect(ids(seen.nodes)).toEqual(ids(told.nodes));
    expect(ids(seen.edges)).toEqual(ids(told.edges));
    for (const { id, source, target } of told.edges) {
      expect(seen.edges.find((edge) => edge.id === id)).toMatchObject({ source, target });
    }
    expect(await page.getByRole('img', { name: /Map of containers/ }).getAttribute('aria-label')).toContain(
      '24 container',
    );

    await page.keyboard.press('t');
    await page.getByRole('region', { name: 'The map as a table' }).waitFor();
    expect(page.url()).toContain('as=table');
    const rows = async (name: string) =>
      (
        (await page.evaluate(
          `[...document.querySelectorAll('tr[data-${name}]')].map((row) => row.dataset.${name})`,
        )) as string[]
      ).sort();
    expect(await rows('node')).toEqual(ids(told.nodes));
    expect(await rows('edge')).toEqual(ids(told.edges));
    const text = await page.locator(`tr[data-node="${told.nodes[0]!.id}"]`).innerText();
    for (const part of [
      'project-0-nginx-0',
      'Container',
      'alpha',
      'running',
      'Critical',
      'CVE-2026-1001 in nginx',
      'Published',
    ]) {
      expect(text).toContain(part);
    }
    await page.getByRole('button', { name: 'Name' }).click();
    const first = await page.locator('tr[data-node] .map-link').first().innerText();
    await page.getByRole('button', { name: 'Name' }).click();
    expect(await page.locator('tr[data-node] .map-link').first().innerText()).not.toBe(first);
  });

  it.each(['hosts', 'images', 'networks', 'processes'])('shows %s', async (view) => {
    const page = await openMap();
    await page
      .getByRole('link', { name: view[0]!.toUpperCase() + view.slice(1), exact: true })
      .last()
      .click();
    const told = await map(`?view=${view}`);
    await poll(async () => (await drawn(page)).nodes.map(({ id }) => id).sort()).toEqual(
      told.nodes.map(({ id }) => id).sort(),
    );
    expect(page.url()).toContain(`view=${view}`);
  });

  it('opens a container, keeps that in its address, and closes it; nothing else moves for good', async () => {
    const page = await openMap();
    const { id } = await container('project-0-api-1');
    const before = await drawn(page);
    await page.evaluate(
      `void document.querySelector('.map-canvas')._cyreg.cy.getElementById(${JSON.stringify(id)}).emit('dbltap')`,
    );
    await poll(async () => (await drawn(page)).nodes.some((node) => node.id === id && node.parent)).toBe(true);
    const told = await map(`?expand=${encodeURIComponent(id)}`);
    expect((await drawn(page)).nodes).toHaveLength(told.nodes.length);

    await page.reload();
    await poll(async () => (await drawn(page)).nodes.length).toBe(told.nodes.length);
    await select(page, id);
    await page.getByRole('button', { name: 'Close it on the map' }).click();
    await poll(async () => (await drawn(page)).nodes.length).toBe(before.nodes.length);
    const places = ({ nodes }: Drawn) =>
      nodes.filter(({ parent }) => !parent).map((node) => [node.id, Math.round(node.x), Math.round(node.y)]);
    expect(places(await drawn(page)).sort()).toEqual(places(before).sort());
  });

  it('looks for what is typed, and hides nothing', async () => {
    const page = await openMap();
    const before = (await drawn(page)).nodes.length;
    await page.keyboard.press('/');
    await page.keyboard.type('image:nginx');
    const fits = async () => (await drawn(page)).nodes.filter(({ classes }) => classes.includes('match')).length;
    await poll(fits).toBeGreaterThan(2);
    const wide = await fits();
    expect((await drawn(page)).nodes).toHaveLength(before);
    await page.keyboard.press('Enter');
    await poll(() => page.url()).toContain('q=image%3Anginx');
    await page.keyboard.type('host:bravo');
    await page.keyboard.press('Enter');
    await poll(fits).toBeLessThan(wide);
    await page.getByRole('button', { name: 'Remove image:nginx' }).click();
    await page.getByRole('button', { name: 'Clear' }).click();
    await poll(fits).toBe(0);
    expect(new URL(page.url()).search).toBe('');
  });

  it('leaves out what a filter does not fit', async () => {
    const page = await openMap();
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByLabel('Host', { exact: true }).selectOption('bravo');
    await poll(async () => (await drawn(page)).nodes.some(({ label }) => label === 'alpha')).toBe(false);
    expect(page.url()).toContain('host=bravo');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove Host: bravo' }).click();
    await poll(async () => (await drawn(page)).nodes.some(({ label }) => label === 'alpha')).toBe(true);
  });

  it('tells all of a node, and leads on', async () => {
    const page = await openMap();
    const { id } = await container('project-0-nginx-0');
    await select(page, id);
    const side = page.getByRole('region', { name: 'About what is selected' });
    await side.getByRole('heading', { name: 'project-0-nginx-0' }).waitFor();
    const text = await side.innerText();
    for (const part of [
      'CVE-2026-1001',
      'fixed in',
      'Why in use',
      '/usr/sbin/nginx',
      'Listens on',
      '80/tcp',
      'Called by',
      'Is in',
      'alpha',
    ]) {
      expect(text).toContain(part);
    }
    expect(page.url()).toContain(`node=${encodeURIComponent(id)}`);
    const edges = (await drawn(page)).edges.filter(({ classes }) => classes.includes('near'));
    expect(edges.length).toBeGreaterThan(0);
    expect(edges.every(({ source, target }) => source === id || target === id)).toBe(true);
    await side.getByRole('button', { name: 'alpha' }).last().click();
    await side.getByRole('heading', { name: 'alpha' }).waitFor();
    await page.keyboard.press('Escape');
    await poll(() => side.count()).toBe(0);
  });

  it('is walked by the keyboard', async () => {
    const page = await openMap();
    const frame = page.getByRole('application', { name: /Map/ });
    await frame.focus();
    await page.keyboard.press('ArrowDown');
    const selected = async () => (await drawn(page)).nodes.find(({ classes }) => classes.includes('selected'))?.id;
    await poll(selected).toBeDefined();
    const seen = new Set([await selected()]);
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowRight']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(80);
      seen.add(await selected());
    }
    expect(seen.size).toBeGreaterThan(2);
    const { zoom } = await drawn(page);
    await page.keyboard.press('+');
    expect((await drawn(page)).zoom).toBeGreaterThan(zoom);
    await page.keyboard.press('-');
    expect((await drawn(page)).zoom).toBeCloseTo(zoom);
    await page.keyboard.press(' ');
    await poll(() => page.evaluate('document.activeElement.tagName')).toBe('H2');
    await page.keyboard.press('Escape');
    expect(await selected()).toBeUndefined();
    await poll(() => page.evaluate(`document.activeElement.getAttribute('role')`)).toBe('application');
  });

  it('keeps everything in its place while things come and go, and fades what is gone', async () => {
    const moving = [
      simulatedHost({
        name: 'moving',
        seed: 7,
        containers: 30,
        processes: 90,
        connections: 120,
        start: Date.now(),
        changing: 0.05,
      }),
    ];
    const other = await start({ hosts: moving });
    other.pass();
    const page = await open('/map', {}, other.url);
    await poll(async () => (await drawn(page)).nodes.length).toBeGreaterThan(20);
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    const before = await drawn(page);
    const stopped = moving[0]!
      .look()
      .connections.find(({ client, server }) => client.container !== undefined && server.container !== undefined)!;
    moving[0]!.stop(stopped.server.container!);
    for (let look = 0; look < 8; look++) {
      other.pass();
      await page.waitForTimeout(400);
    }
    await poll(
      async () => (await drawn(page)).edges.filter(({ classes }) => classes.includes('gone')).length,
    ).toBeGreaterThan(0);
    const after = await drawn(page);
    const spots = new Map(after.nodes.filter(({ parent }) => !parent).map((node) => [node.id, node]));
    const shifts = before.nodes
      .filter(({ id, parent }) => !parent && spots.has(id))
      .map((node) => Math.hypot(node.x - spots.get(node.id)!.x, node.y - spots.get(node.id)!.y));
    expect(shifts.length).toBeGreaterThan(20);
    expect(Math.max(...shifts)).toBe(0);
    expect(after.zoom).toBe(before.zoom);
    const opacity = await page.evaluate(
      `document.querySelector('.map-canvas')._cyreg.cy.edges('.gone').map((edge) => Number(edge.style('opacity')))`,
    );
    for (const each of opacity as number[]) expect(each).toBeLessThan(0.7);
  });

  it('goes back in time, and is live again', async () => {
    const page = await openMap();
    // A record is made every ten seconds.
    await poll(
      async () =>
        ((await (await fetch(`${service.url}/api/map/history`)).json()) as { moments: unknown[] }).moments.length,
    ).toBeGreaterThan(1);
    await page.reload();
    const slider = page.getByRole('slider', { name: 'Moment that is shown' });
    await slider.waitFor();
    await slider.focus();
    await page.keyboard.press('Home');
    await poll(() => page.url()).toContain('at=');
    await poll(async () => (await drawn(page)).nodes.length).toBeGreaterThan(0);
    expect(await axeFinds(page, 'main')).toEqual([]);
    // What is told meanwhile changes nothing of what is looked at.
    const then = await drawn(page);
    const id = hosts[0]!.look().containers.findLast(({ state }) => state === 'running')!.id;
    hosts[0]!.stop(id);
    await poll(async () => (await map()).nodes.find((node) => node.id.endsWith(id))?.state).toBe('exited');
    expect(await drawn(page)).toEqual(then);
    await page.getByRole('button', { name: 'Live again' }).click();
    await poll(() => page.url()).not.toContain('at=');
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    await page.getByRole('button', { name: 'What changed' }).click();
    await page.getByLabel('Compared with').selectOption({ label: 'An hour ago' });
    await poll(() => page.url()).toContain('ago=hour');
    await page.reload();
    expect(await page.getByLabel('Compared with').inputValue()).toBe('hour');
    await poll(() => page.locator('.map-side').innerText()).toContain('nothing older is kept');
    expect(await axeFinds(page, '.map-side')).toEqual([]);
  });

  it('saves pictures and files', async () => {
    const page = await openMap();
    const save = async (label: string): Promise<string> => {
      await page.getByRole('button', { name: 'Save the map' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: label }).click(),
      ]);
      return readFileSync(await file.path()).toString('latin1');
    };
    expect(await save('Picture (PNG)')).toMatch(/^\x89PNG/);
    expect((JSON.parse(await save('JSON')) as MapSnapshot).nodes).toHaveLength((await map()).nodes.length);
    await page.getByRole('button', { name: 'Save the map' }).click();
    await page.getByRole('menu').waitFor();
    expect(await axeFinds(page)).toEqual([]);
  });

  it('says what there is to do where nothing is to be seen', async () => {
    const [empty, off] = await Promise.all([start({ hosts: [] }), start({ hosts: [], off: true })]);
    const page = await open('/map', {}, empty.url);
    await page.getByRole('heading', { name: 'No host tells what runs on it' }).waitFor();
    expect(await page.locator('pre').innerText()).toContain(`drydock map --report-to ${empty.url}`);
    const tab = await browser.open();
    await tab.page.goto(`${off.url}/map`);
    await tab.page.getByRole('heading', { name: 'This service makes no map' }).waitFor();
    expect({ violations: tab.violations, strangers: tab.strangers }).toEqual({ violations: [], strangers: [] });
    await tab.close();
  });

  it('keeps showing what it had when the service is gone, and says so', async () => {
    const other = await startMapService({ hosts: [simulatedHost({ containers: 6, start: Date.now() })] });
    other.pass();
    const tab = await browser.open();
    await tab.page.goto(`${other.url}/map`);
    await poll(async () => (await drawn(tab.page)).nodes.length).toBeGreaterThan(5);
    await other.close();
    await tab.page.getByRole('button', { name: 'Not live' }).waitFor();
    expect((await drawn(tab.page)).nodes.length).toBeGreaterThan(5);
    expect(tab.violations).toEqual([]);
    await tab.close();
  });

  it('shows hostile names as text', async () => {
    const host = simulatedHost({
      name: '<img src=x onerror=globalThis.owned=1>\u202e',
      containers: hostileTexts.length,
      start: Date.now(),
      changing: 0,
    });
    const other = await start({ hosts: [] });
    const report = host.next();
    const containers = report.changed.containers.map((each, i) => ({
      ...each,
      name: hostileTexts[i]!.text,
      image: { ...each.image, reference: hostileTexts[(i + 1) % hostileTexts.length]!.text },
      labels: { [hostileTexts[i]!.text]: hostileTexts[i]!.text },
    }));
    other.map.take({ ...report, changed: { ...report.changed, containers } }, 'a');
    const page = await open('/map', {}, other.url);
    await poll(async () => (await drawn(page)).nodes.length).toBeGreaterThan(30);
    const labels = (await drawn(page)).nodes.map(({ label }) => label);
    expect(Math.max(...labels.map((label) => label.length))).toBeLessThan(120);
    for (const label of labels)
      expect(label).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
    await page.keyboard.press('t');
    await page.getByRole('region', { name: 'The map as a table' }).waitFor();
    for (const { id } of ((await (await fetch(`${other.url}/api/map`)).json()) as MapSnapshot).nodes.slice(0, 12)) {
      await page.locator(`tr[data-node="${id}"] .map-link`).first().click();
      await page.locator(`[data-details="${id}"]`).waitFor();
    }
    expect(await page.evaluate('globalThis.owned')).toBeUndefined();
    expect(
      await page.locator('.map-page iframe, .map-page object, .map-page img[onerror], .map-page form[action]').count(),
    ).toBe(0);
  });

  it('draws containers together by what is chosen, and says so in its address', async () => {
    const page = await openMap();
    const frames = async () =>
      (await drawn(page)).nodes
        .filter(({ parent }) => parent)
        .map(({ label }) => label)
        .sort();
    await poll(frames).toEqual(['alpha', 'bravo']);
    const by = page.getByLabel('Containers are drawn together');
    await by.selectOption({ label: 'By Compose project' });
    await poll(frames).toEqual(['project-0']);
    expect(page.url()).toContain('by=project');
    await by.selectOption({ label: 'By image' });
    await poll(frames).toContain('nginx:1.29');
    await page.reload();
    await poll(frames).toContain('nginx:1.29');
    await by.selectOption({ label: 'Not grouped' });
    await poll(frames).toEqual([]);
    await by.selectOption({ label: 'By host' });
    await poll(frames).toEqual(['alpha', 'bravo']);
    expect(new URL(page.url()).search).toBe('');
    const critical = page.getByRole('button', { name: /^\d+ critical/ });
    await critical.click();
    await poll(async () => (await drawn(page)).nodes.filter(({ classes }) => classes.includes('match')).length).toBe(
      Number.parseInt(await critical.innerText(), 10),
    );
  });

  it('asks again who looks when the session has ended, and is where it was', async () => {
    const secret = randomSecret();
    const tokens = [tokenOf('read', secret)];
    const own = simulatedHost({ containers: 8, start: Date.now(), changing: 0 });
    const other = await start({ hosts: [own], settings: { tokens } });
    other.pass();
    const tab = await browser.open({ viewport: { width: 1440, height: 900 } });
    const { page } = tab;
    const signIn = async (): Promise<void> => {
      await page.getByLabel('Token').fill(secret);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await page.goto(`${other.url}/map?layout=layered`);
    await signIn();
    await poll(async () => (await drawn(page)).nodes.length).toBeGreaterThan(5);
    const { id } = (await drawn(page)).nodes.find(({ parent }) => !parent)!;
    await select(page, id);
    await page.locator(`[data-details="${id}"]`).waitFor();
    expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    const before = await drawn(page);
    const address = page.url();
    other.reload({ tokens: [tokenOf('read', randomSecret())] });
    await page.getByText('Your session has ended.').waitFor();
    expect(page.url()).toBe(address);
    other.reload({ tokens });
    await signIn();
    await page.locator(`[data-details="${id}"]`).waitFor();
    await poll(async () => (await drawn(page)).nodes.length).toBe(before.nodes.length);
    const places = ({ nodes }: Drawn) =>
      nodes.filter(({ parent }) => !parent).map((node) => [node.id, Math.round(node.x), Math.round(node.y)]);
    expect(places(await drawn(page)).sort()).toEqual(places(before).sort());
    expect({ violations: tab.violations, strangers: tab.strangers }).toEqual({ violations: [], strangers: [] });
    await tab.close();
  });

  it('says on the map which host is late, and whose clock is off', async () => {
    let ahead = 0;
    const quick = simulatedHost({ name: 'quick', seed: 1, containers: 3, start: Date.now(), changing: 0 });
    const wrong = simulatedHost({ name: 'wrong', seed: 2, containers: 3, start: Date.now() + 90_000, changing: 0 });
    const clock = {
      ...systemClock,
      now: () => Date.now() + ahead,
      steady: () => performance.now() + ahead,
    };
    const other = await start({ hosts: [quick, wrong], clock });
    other.pass();
    const page = await open('/map', {}, other.url);
    const hostNames = async () =>
      (await drawn(page)).nodes
        .filter(({ parent }) => parent)
        .map(({ label }) => label)
        .sort();
    await poll(hostNames).toEqual(['quick', 'wrong (its clock is off)']);
    await page.getByRole('button', { name: /2 hosts/ }).click();
    await page.getByText(/Its clock is [6-9]\d s ahead of that of the service/).waitFor();
    ahead = 20_000;
    other.map.take(wrong.next(), wrong.host.id);
    await poll(hostNames).toContain('quick (late)');
    ahead = 90_000;
    other.map.take(wrong.next(), wrong.host.id);
    await poll(hostNames).toContain('quick (not heard of)');
  });

  it('fits a narrow screen where nobody tells of a host', async () => {
    const empty = await start({ hosts: [] });
    const page = await open('/map', { viewport: { width: 390, height: 844 } }, empty.url);
    const heading = page.getByRole('heading', { name: 'No host tells what runs on it' });
    await heading.waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const [command, copy, title, tools] = await Promise.all(
      [page.locator('.code-block'), page.locator('.empty .with-copy button'), heading, page.locator('.map-top')].map(
        async (one) => (await one.boundingBox())!,
      ),
    );
    expect(command!.x).toBeGreaterThanOrEqual(0);
    expect(copy!.x + copy!.width).toBeLessThanOrEqual(390);
    expect(title!.y).toBeGreaterThanOrEqual(tools!.y + tools!.height);
  });

  it('fits a narrow screen', async () => {
    const page = await openMap('?panel=changes', { viewport: { width: 390, height: 844 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const box = await page.locator('.map-stage').boundingBox();
    expect(box!.height).toBeGreaterThan(150);
    await page.goto(`${service.url}/map`);
    await poll(async () => (await drawn(page)).nodes.length).toBeGreaterThan(20);
    // What is drawn has the shape of the screen, and names are larger there than things are.
    await poll(async () => {
      const { x1, x2 } = (await page.evaluate(
        `document.querySelector('.map-canvas')._cyreg.cy.nodes().renderedBoundingBox()`,
      )) as { readonly x1: number; readonly x2: number };
      return (x2 - x1) / 390;
    }).toBeGreaterThan(0.45);
    // Smaller ones are not drawn.
    await poll(async () => {
      const size = (await page.evaluate(
        `document.querySelector('.map-canvas')._cyreg.cy.nodes(':childless')[0].numericStyle('font-size')`,
      )) as number;
      return size * (await drawn(page)).zoom;
    }).toBeGreaterThan(7);
  });

  it.each(['light', 'dark'] as const)('has nothing that axe finds, %s', async (colorScheme) => {
    const { id } = await container('project-0-nginx-0');
    const page = await openMap('', { colorScheme });
    const found: unknown[] = [];
    // One of the lists beside the map for each theme: a slow machine takes seconds for each look.
    const panel = colorScheme === 'light' ? '?panel=legend' : '?panel=changes';
    for (const query of ['', '?as=table', `?node=${encodeURIComponent(id)}`, panel]) {
      await page.evaluate(`history.pushState(null, '', '/map${query}')`);
      await page
        .locator(
          query.includes('node') ? `[data-details="${id}"]` : query.includes('table') ? '.map-table' : '.map-canvas',
        )
        .waitFor();
      if (query.includes('panel')) await poll(() => page.locator('.map-side-content > :nth-child(2)').count()).toBe(1);
      // What is around every page is looked at by the tests of the page.
      const axe = new AxeBuilder({ page })
        .setLegacyMode()
        .include('main')
        .options({ resultTypes: ['violations'] });
      // Only colours differ from theme to theme; the second list is looked at as a whole.
      const isWhole = colorScheme === 'light' || query === panel;
      const { violations } = await (isWhole ? axe : axe.withRules(['color-contrast'])).analyze();
      found.push(
        ...violations.map(({ id: rule, nodes }) => [query, rule, nodes.map(({ html }) => html.slice(0, 200))]),
      );
    }
    expect(found).toEqual([]);
  });
});
