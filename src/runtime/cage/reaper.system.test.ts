import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { engineWith, runningEngines, whyNoContainers } from '../../../test/support/both-engines.ts';
import { startFakeEngine } from '../../../test/support/fake-engine.ts';
import type { RealEngine } from '../../../test/support/real-engines.ts';
import { projectRoot } from '../../../test/support/run.ts';
import { tar } from '../../../test/support/tar.ts';
import { createContainer, listContainers, removeContainer } from '../../net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../net/container-engine/engine.ts';
import { importImage, listImages, removeImage } from '../../net/container-engine/image-store.ts';
import { createNetwork, listNetworks } from '../../net/container-engine/networks.ts';
import { createVolume, listVolumes, removeVolume } from '../../net/container-engine/volumes.ts';
import { expiresLabel, newRunId, objectName, ownerLabel, runLabel, runLabels } from './labels.ts';
import { ownerState, ownOwner } from './owner.ts';
import { reap } from './reaper.ts';
import { beginRun } from './run.ts';

const IMAGE = 'docker.io/example/left:1';
const dead = (): string => ownOwner().replace(/\/[^/]*$/, '/1');

describe('ownerState', () => {
  it('knows this process', () => {
    expect(ownerState(ownOwner())).toBe('alive');
  });

  it.each([
    ['another start of the same id', (own: string) => own.replace(/\d+$/, '1'), 'dead'],
    ['an id that nobody has', (own: string) => own.replace(/^\d+/, '4194304'), 'dead'],
    ['another boot', (own: string) => own.replace(/\/[^/]+\//, '/other-boot/'), 'dead'],
    ['another machine', (own: string) => own.replace('@', '@x'), 'unknown'],
    ['other numbers of processes', (own: string) => own.replace(/\/(\d+)\//, '/1/'), 'unknown'],
    ['nothing', () => '', 'unknown'],
    ['nonsense', () => '../..@/x', 'unknown'],
    ['an endless one', (own: string) => own + '1'.repeat(100_000), 'unknown'],
  ])('judges %s', (_, change, expected) => {
    expect(ownerState(change(ownOwner()))).toBe(expected);
  });
});

describe('reap', () => {
  const releases: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const release of releases.splice(0)) await release();
  });

  it('says what it could not do, and goes on', async () => {
    const run = newRunId();
    const filters = JSON.stringify({ label: [`${runLabel}=${run}`] });
    const Labels = runLabels(run, 0);
    const fake = await startFakeEngine({
      answers: {
        [`/containers/json?all=1&filters=${filters}`]: {
          json: [{ Id: 'abc', Names: [`/${objectName(run, 'cage')}`], Labels }],
        },
        '/containers/abc?v=1&force=1': { status: 500, json: { message: 'device busy' } },
        [`/networks?filters=${filters}`]: { status: 500, json: { message: 'no networks today' } },
        ['/volumes?filters={"label":[]}']: { json: { Volumes: [{ Name: objectName(run, 'out'), Labels }] } },
        [`/volumes/${objectName(run, 'out')}`]: { status: 204, body: '' },
        [`/images/json?filters=${filters}`]: { json: 'nonsense' },
      },
    });
    releases.push(() => fake.close());
    const engine = await connectEngine('docker', fake);
    const { failures, ...counts } = await reap(engine, { run });
    expect(counts).toEqual({ containers: 0, networks: 0, volumes: 1, images: 0 });
    expect(failures).toEqual([
      expect.stringContaining('device busy'),
      expect.stringMatching(/^networks of this run could not be listed: .*no networks today/),
    ]);
  });
});

describe.each(runningEngines)('$title', (one) => {
  describe.skipIf(whyNoContainers(one.program))('is cleaned', () => {
    let real: RealEngine;
    let engine: Engine;

    const labelled = (run: string, owner: string, expires: number): Record<string, string> => ({
      [runLabel]: run,
      [ownerLabel]: owner,
      [expiresLabel]: String(expires),
    });
    const container = (name: string, labels: Record<string, string>): Promise<{ id: string }> =>
      createContainer(engine, { image: IMAGE, name, network: 'none', labels });

    beforeAll(async () => {
      ({ real, engine } = await engineWith(one, { tag: IMAGE, config: { Cmd: ['sleep', '600'] } }));
    });
    afterAll(async () => {
      await real.stop();
    });

    it('of everything that a dead owner left', async () => {
      const run = newRunId();
      const labels = labelled(run, dead(), Date.now() + 1_000_000);
      await container(objectName(run, 'cage-1'), labels);
      await createNetwork(engine, { name: objectName(run, 'net-1'), internal: true, labels });
      await createVolume(engine, objectName(run, 'out'), labels);
      await importImage(
        engine,
        { repository: `localhost/${objectName(run, 'tools')}`, tag: '1' },
        tar([{ path: 'a', content: 'b' }]),
        { changes: Object.entries(labels).map(([key, value]) => `LABEL ${key}=${value}`) },
      );
      expect(await reap(engine)).toEqual({ containers: 1, networks: 1, volumes: 1, images: 1, failures: [] });
      expect(await listContainers(engine, { [runLabel]: run })).toEqual([]);
      expect(await listNetworks(engine, { [runLabel]: run })).toEqual([]);
      expect(await listVolumes(engine, { [runLabel]: run })).toEqual([]);
      expect(await listImages(engine, { [runLabel]: run })).toEqual([]);
    });

    it('not of what somebody uses, unless that is asked for', async () => {
      const [own, foreign, expired] = [newRunId(), newRunId(), newRunId()];
      const elsewhere = ownOwner().replace('@', '@elsewhere-');
      // A clock that was set does not end what its owner still uses.
      await container(objectName(own, 'cage-1'), labelled(own, ownOwner(), 0));
      await container(objectName(foreign, 'cage-1'), labelled(foreign, elsewhere, Date.now() + 1_000_000));
      await container(objectName(expired, 'cage-1'), labelled(expired, elsewhere, Date.now() - 1));
      expect((await reap(engine)).containers).toBe(1);
      expect((await listContainers(engine, { [runLabel]: true })).map(({ labels }) => labels[runLabel]).sort()).toEqual(
        [own, foreign].sort(),
      );
      expect((await reap(engine, { run: own })).containers).toBe(1);
      expect((await reap(engine, { everything: true })).containers).toBe(1);
    });

    it("not of the user's own, whatever labels an image gives to it", async () => {
      const run = newRunId();
      const labels = labelled(run, dead(), 0);
      await importImage(engine, { repository: 'localhost/evil', tag: '1' }, tar([{ path: 'a', content: 'b' }]), {
        changes: Object.entries(labels).map(([key, value]) => `LABEL ${key}=${value}`),
      });
      const { id } = await createContainer(engine, {
        image: 'localhost/evil:1',
        name: 'production',
        command: ['/a'],
        network: 'none',
      });
      expect(await listContainers(engine, { [runLabel]: run })).toHaveLength(1);
      const everything = await reap(engine, { everything: true });
      expect(everything).toMatchObject({ containers: 0, images: 0, failures: [] });
      await removeContainer(engine, id);
      await removeImage(engine, 'localhost/evil:1');
    });

    it('of what an engine still makes of a run that was cut short', async () => {
      const { id, labels, close } = beginRun(engine, 600);
      await close(false);
      // As where its request was under way. The volume has gone by then; Podman makes it anew without labels.
      const volumes = { '/out': { name: objectName(id, 'out') } };
      const name = objectName(id, 'cage-1');
      await createContainer(engine, { image: IMAGE, name, network: 'none', labels, volumes });
      const left = async (): Promise<readonly string[]> => [
        ...(await listContainers(engine, { [runLabel]: id })).map(({ names }) => names[0]!),
        ...(await listVolumes(engine, {})).map((volume) => volume.name),
      ];
      expect(await left()).toEqual([name, objectName(id, 'out')]);
      await expect.poll(left, { timeout: 30_000, interval: 200 }).toEqual([]);
    });

    it('of a volume without labels that is named as those of a run are', async () => {
      await createVolume(engine, objectName(newRunId(), 'out'), {});
      await createVolume(engine, 'drydock-production', {});
      expect((await reap(engine)).volumes).toBe(1);
      expect((await listVolumes(engine, {})).map(({ name }) => name)).toEqual(['drydock-production']);
      await removeVolume(engine, 'drydock-production');
    });

    it('by the guardian within seconds when its owner is killed, and by the next start at the latest', async () => {
      const program = path.join(projectRoot, 'test/support/caged-process.ts');
      const running = await Promise.all(
        [0, 1, 2].map(async () => {
          const child = spawn(process.execPath, [program, one.kind, IMAGE], {
            env: { PATH: process.env['PATH'] ?? '', ...real.environment },
            stdio: ['ignore', 'pipe', 'inherit'],
          });
          const run = await new Promise<string>((resolve) =>
            child.stdout.once('data', (text) => resolve(String(text))),
          );
          return { child, run: run.trim() };
        }),
      );
      expect(await listContainers(engine, { [runLabel]: true })).toHaveLength(3);
      for (const { child } of running) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await gone;
      }
      const [first] = running;
      for (let waited = 0; waited < 60_000; waited += 200) {
        if ((await listContainers(engine, { [runLabel]: first!.run })).length === 0) break;
        await sleep(200);
      }
      expect(await listContainers(engine, { [runLabel]: first!.run })).toEqual([]);
      await reap(engine);
      // The guardian of another one may be at it at this moment: the engine tells a second remover so, and lists it until it is gone.
      await expect.poll(() => listContainers(engine, { [runLabel]: true })).toEqual([]);
    });
  });
});
