import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJson } from '../../src/net/container-engine/answers.ts';
import { removeContainer, startContainer } from '../../src/net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../src/net/container-engine/engine.ts';
import { jsonBody } from '../../src/net/container-engine/requests.ts';
import { HostCollector } from '../../src/runtime/topology/host-collector.ts';
import { type HostLook, ReportSequence } from '../../src/runtime/topology/report-sequence.ts';
import { engineControls } from '../../src/server/map/engine-controls.ts';
import type { MapSnapshot } from '../../src/server/map/map-schema.ts';
import { axeFinds } from '../support/axe.ts';
import { whyNoContainers } from '../support/both-engines.ts';
import { startBrowser, type TestBrowser, whyNoBrowser } from '../support/browser.ts';
import { busyboxArchive } from '../support/busybox-image.ts';
import { type MapService, startMapService } from '../support/map-service.ts';
import { type RealEngine, startDocker } from '../support/real-engines.ts';
import { randomSecret } from '../support/service.ts';
import { temporaryFolder } from '../support/temporary.ts';

const reason = whyNoContainers('dockerd') ?? whyNoBrowser();

describe.skipIf(reason !== undefined)(
  `controls of real containers${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let real: RealEngine;
    let engine: Engine;
    let collector: HostCollector;
    let browser: TestBrowser;
    let service: MapService;
    const sequence = new ReportSequence('controls');
    const told = async (): Promise<HostLook> => {
      const look = await collector.look();
      service.map.take(sequence.next(look), look.host.id);
      return look;
    };
    /** What the engine says of it. */
    const stateOf = async (id: string) => (await told()).containers.find((one) => one.id === id)?.state;

    beforeAll(async () => {
      real = await startDocker();
      const archive = path.join(temporaryFolder(), 'image.tar');
      writeFileSync(archive, busyboxArchive({ tag: 'talk:1' }));
      real.load(archive);
      engine = await connectEngine('docker', { environment: real.environment });
      collector = new HostCollector({
        connect: (signal) => connectEngine('docker', { environment: real.environment, signal }),
      });
      const { host } = await collector.look();
      const allowed = new Set(['logs', 'stop', 'start', 'pause', 'unpause'] as const);
      const controls = { allowed, engine: engineControls(engine, host.id) };
      [browser, service] = await Promise.all([startBrowser(), startMapService({ hosts: [], controls })]);
    });

    afterAll(async () => {
      await browser?.close();
      await service?.close();
      await collector?.stop();
      for (const { id } of (await collector?.look())?.containers ?? []) await removeContainer(engine, id);
      await real?.stop();
    });

    /** Without a network: a browser ends what it loads when those of the machine change. */
    async function start(name: string, command: string, isRemoved = false): Promise<string> {
      const response = await engine.request({
        method: 'POST',
        path: `/containers/create?name=${name}`,
        ...jsonBody({
          Image: 'talk:1',
          Cmd: ['sh', '-c', command],
          HostConfig: { NetworkMode: 'none', AutoRemove: isRemoved },
        }),
      });
      const { Id: id } = (await readJson(response, 'the engine')) as { Id: string };
      await startContainer(engine, id);
      return id;
    }

    it('shows what a container wrote as text, and does what was confirmed, in words', async () => {
      // Escapes of terminals, markup, a line of 10 MB, and no end.
      const hostile = `printf '\\033[31m<img src=x onerror=globalThis.owned=1>\\n'; echo to-error >&2`;
      // The first process of a container is not ended by a signal that it does not ask for.
      const ending = 'trap exit TERM';
      const long = 'head -c 10000000 /dev/zero | tr "\\0" x; echo';
      const name = `noisy-${randomSecret().slice(0, 8)}`;
      const id = await start(name, `${ending}; ${long}; while true; do ${hostile}; sleep 0.1; done`);
      await sleep(1500);
      await told();
      const tab = await browser.open({ viewport: { width: 1440, height: 900 } });
      const { page } = tab;
      const { nodes } = (await (await fetch(`${service.url}/api/map`)).json()) as MapSnapshot;
      const node = nodes.find(({ label }) => label === name)!;
      await page.goto(`${service.url}/map?node=${encodeURIComponent(node.id)}`);
      await page.locator(`[data-details="${node.id}"]`).waitFor();
      // Not among those that the service was started with.
      expect(await page.getByRole('button', { name: 'Restart' }).count()).toBe(0);

      await page.getByRole('button', { name: 'Logs' }).click();
      const dialog = page.getByRole('dialog');
      const lines = dialog.getByRole('region', { name: 'The last lines' });
      await lines.waitFor();
      const text = await lines.innerText();
      expect(text).toContain('<img src=x onerror=globalThis.owned=1>');
      expect(text).toContain('to-error');
      expect(text).not.toMatch(/\u001b/);
      expect(text.length).toBeLessThan(500 * 2200);
      expect(await lines.locator('img').count()).toBe(0);
      expect(await page.evaluate('globalThis.owned')).toBeUndefined();
      expect(await axeFinds(page, 'dialog')).toEqual([]);
      await dialog.getByRole('button', { name: 'Close' }).last().click();

      const isState = async (state: string): Promise<void> => {
        await expect.poll(() => stateOf(id), { interval: 1000 }).toBe(state);
        await page.locator('.map-side .badge', { hasText: new RegExp(`^${state}$`) }).waitFor();
      };
      const does = async (control: string, says: RegExp): Promise<void> => {
        await page.getByRole('button', { name: control, exact: true }).click();
        expect(await dialog.innerText()).toContain('Who does what is written down.');
        expect(await dialog.innerText()).toContain(name);
        if (control === 'Pause') expect(await axeFinds(page, 'dialog')).toEqual([]);
        await dialog.getByRole('button', { name: control, exact: true }).click();
        await dialog.getByText(says).waitFor();
        await dialog
          .getByText(new RegExp(`^${control === 'Go on' ? 'unpause' : control.toLowerCase()} done`))
          .waitFor();
        await dialog.getByRole('button', { name: 'Close' }).last().click();
      };
      await does('Pause', /^It is paused/);
      await isState('paused');
      await does('Go on', /^It goes on/);
      await isState('running');
      await does('Stop', /^It is stopped/);
      await isState('exited');

      // Who leaves it changes nothing.
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await dialog.getByRole('button', { name: 'Leave it' }).click();
      expect(await stateOf(id)).toBe('exited');
      // It went without the map: what the engine says is said.
      await removeContainer(engine, id);
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await dialog.getByRole('button', { name: 'Start', exact: true }).click();
      await dialog.getByText('It was not done').waitFor();
      await dialog.getByRole('button', { name: 'Try again' }).waitFor();
      expect(await axeFinds(page, 'dialog')).toEqual([]);
      await dialog.getByRole('button', { name: 'Close' }).last().click();

      // One that is removed when it is stopped takes what is told of it along; what came of the control is read all the same.
      const passing = `passing-${randomSecret().slice(0, 8)}`;
      await start(passing, `${ending}; sleep 1000 & wait`, true);
      await told();
      const later = (await (await fetch(`${service.url}/api/map`)).json()) as MapSnapshot;
      const short = later.nodes.find(({ label }) => label === passing)!;
      await page.goto(`${service.url}/map?node=${encodeURIComponent(short.id)}`);
      await page.locator(`[data-details="${short.id}"]`).waitFor();
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await dialog.getByRole('button', { name: 'Stop', exact: true }).click();
      await dialog.getByText(/^It is stopped/).waitFor();
      await expect.poll(async () => (await told()).containers.some(({ name: each }) => each === passing)).toBe(false);
      await page.locator('.map-side .badge', { hasText: /^gone/ }).waitFor();
      await dialog.getByText(/^It is stopped/).waitFor();
      const { violations, errors, strangers } = tab;
      expect({ violations, errors, strangers }).toEqual({ violations: [], errors: [], strangers: [] });
      await tab.close();
    });
  },
);
