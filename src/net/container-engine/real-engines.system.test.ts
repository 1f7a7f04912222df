import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineWith, runningEngines, whyNoContainers } from '../../../test/support/both-engines.ts';
import { failureOf } from '../../../test/support/fake-engine.ts';
import { noise } from '../../../test/support/noise.ts';
import type { RealEngine } from '../../../test/support/real-engines.ts';
import { tar } from '../../../test/support/tar.ts';
import { getArchive, putArchive } from './archives.ts';
import { attachContainer } from './attach.ts';
import type { ContainerSettings } from './container-settings.ts';
import { containerChanges, containerProcesses, containerStats } from './container-state.ts';
import {
  createContainer,
  inspectContainer,
  killContainer,
  listContainers,
  pauseContainer,
  removeContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
  waitForExit,
} from './containers.ts';
import type { Engine } from './engine.ts';
import { engineInfo } from './engine-info.ts';
import { watchEvents } from './events.ts';
import { runExec, startExec } from './exec.ts';
import { importImage, listImages, removeImage, tagImage } from './image-store.ts';
import { inspectImage } from './images.ts';
import { containerLogs } from './logs.ts';
import { createNetwork, listNetworks, removeNetwork } from './networks.ts';
import { createVolume, listVolumes, removeVolume, volumeBytes } from './volumes.ts';

const IMAGE = 'docker.io/example/box:1';
const labels = { 'example.test': 'client' };

async function textOf(pieces: AsyncIterable<{ readonly channel: string; readonly bytes: Buffer }>): Promise<object> {
  const texts = { stdout: '', stderr: '' };
  for await (const { channel, bytes } of pieces) texts[channel as 'stdout' | 'stderr'] += bytes.toString();
  return texts;
}

describe.each(runningEngines)('$title', (one) => {
  describe.skipIf(whyNoContainers(one.program))('as a client of it', () => {
    let real: RealEngine;
    let engine: Engine;
    let sleeper: string;

    const make = async (settings: Partial<ContainerSettings>): Promise<string> =>
      (await createContainer(engine, { image: IMAGE, network: 'none', labels, ...settings })).id;
    const run = async (script: string, settings: Partial<ContainerSettings> = {}): Promise<string> => {
      const id = await make({ command: ['sh', '-c', script], ...settings });
      await startContainer(engine, id);
      return id;
    };

    beforeAll(async () => {
      ({ real, engine } = await engineWith(one, { tag: IMAGE, config: { Cmd: ['sh'], Volumes: { '/data': {} } } }));
      sleeper = await run('echo up; sleep 600', { name: 'sleeper' });
    });
    afterAll(async () => {
      for (const { id } of await listContainers(engine, labels)) await removeContainer(engine, id);
      await real.stop();
    });

    it('tells what it is', async () => {
      const info = await engineInfo(engine);
      expect(info).toMatchObject({ os: 'linux', rootless: false });
      expect(info.architecture).toBe(process.arch === 'x64' ? 'amd64' : process.arch);
      expect(info.runtimes).toContain('runc');
      expect(info.security).toContain('seccomp');
      expect(info.limits).toMatchObject({ memory: true, processes: true });
    });

    it('describes a container', async () => {
      const described = await inspectContainer(engine, 'sleeper', { size: true });
      expect(described).toMatchObject({
        id: sleeper,
        name: 'sleeper',
        status: 'running',
        running: true,
        outOfMemory: false,
        labels,
        networkMode: 'none',
      });
      expect(described.pid).toBeGreaterThan(1);
      expect(described.writtenBytes).toBeGreaterThanOrEqual(0);
      expect(described.mounts).toMatchObject([{ type: 'volume', destination: '/data', writable: true }]);
    });

    it('tells of a container that it does not have', async () => {
      const error = await failureOf(inspectContainer(engine, 'nobody'));
      expect(error.failure).toBe('absent');
      expect(error.message).toContain('has no container nobody');
      expect((await failureOf(startContainer(engine, 'nobody'))).failure).toBe('absent');
      expect(await removeContainer(engine, 'nobody')).toBe(false);
    });

    it('tells of an image that it does not have', async () => {
      const error = await failureOf(createContainer(engine, { image: 'docker.io/example/none:1', network: 'none' }));
      expect(error.failure).toBe('absent');
    });

    it('waits for the end and tells how it was', async () => {
      const id = await run('exit 7');
      expect(await waitForExit(engine, id)).toBe(7);
      expect(await inspectContainer(engine, id)).toMatchObject({ running: false, status: 'exited', exitCode: 7 });
      expect(await killContainer(engine, id)).toBe(false);
      await stopContainer(engine, id, 1);
    });

    it('stops waiting when it is told to', async () => {
      const reason = new Error('enough');
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 100);
      await expect(waitForExit(engine, sleeper, controller.signal)).rejects.toBe(reason);
    });

    it('ends what runs', async () => {
      const killed = await run('sleep 600');
      expect(await killContainer(engine, killed)).toBe(true);
      expect(await waitForExit(engine, killed)).toBe(137);
      const stopped = await run('trap "exit 3" TERM; while :; do sleep 0.1; done');
      await stopContainer(engine, stopped, 5);
      expect(await waitForExit(engine, stopped)).toBe(3);
    });

    it('halts and continues', async () => {
      const id = await run('sleep 600');
      await pauseContainer(engine, id);
      expect((await inspectContainer(engine, id)).status).toBe('paused');
      await unpauseContainer(engine, id);
      expect((await inspectContainer(engine, id)).status).toBe('running');
    });

    it('gives the output of both channels', async () => {
      const id = await run('echo err >&2; sleep 0.2; echo out; seq 1 3');
      await waitForExit(engine, id);
      expect(await textOf(containerLogs(engine, id, { tty: false }))).toEqual({
        stdout: 'out\n1\n2\n3\n',
        stderr: 'err\n',
      });
      expect(await textOf(containerLogs(engine, id, { tty: false, tail: 2 }))).toMatchObject({ stdout: '2\n3\n' });
    });

    it('follows the output to the end', async () => {
      const id = await run('for i in 1 2 3; do echo $i; sleep 0.2; done');
      expect(await textOf(containerLogs(engine, id, { tty: false, follow: true }))).toMatchObject({
        stdout: '1\n2\n3\n',
      });
    });

    it('gives the output of a terminal as it is', async () => {
      const id = await run('echo out; echo err >&2', { tty: true });
      await waitForExit(engine, id);
      expect((await inspectContainer(engine, id)).tty).toBe(true);
      expect(await textOf(containerLogs(engine, id, { tty: true }))).toEqual({ stdout: 'out\r\nerr\r\n', stderr: '' });
    });

    it('is attached to before the first byte, both ways', async () => {
      const id = await make({ command: ['sh', '-c', 'read line; echo "got $line"; echo no >&2'], openInput: true });
      const attached = await attachContainer(engine, id, { input: true });
      await startContainer(engine, id);
      attached.connection.write('hello\n');
      expect(await textOf(attached.output())).toEqual({ stdout: 'got hello\n', stderr: 'no\n' });
    });

    it('runs programs in a container', async () => {
      const result = await runExec(engine, sleeper, {
        command: ['sh', '-c', 'echo $A; id -u; pwd; echo e >&2; exit 4'],
        environment: ['A=b'],
        user: '65534',
        workingDirectory: '/srv',
      });
      expect({ ...result, stdout: result.stdout.toString(), stderr: result.stderr.toString() }).toEqual({
        exitCode: 4,
        stdout: 'b\n65534\n/srv\n',
        stderr: 'e\n',
        cut: false,
      });
    });

    it('runs a program as a stream', async () => {
      const session = await startExec(engine, sleeper, { command: ['cat'], input: true });
      const stream = session.stream();
      const sent = noise(3_000_000);
      stream.end(sent);
      const pieces: Buffer[] = [];
      for await (const piece of stream) pieces.push(piece as Buffer);
      expect(Buffer.concat(pieces).equals(sent)).toBe(true);
    });

    it('tells of a program that there is not', async () => {
      const outcome = await runExec(engine, sleeper, { command: ['/no/such'] }).then(
        ({ exitCode }) => exitCode,
        (error: { failure?: string }) => error.failure,
      );
      // Docker says it as the end of the program, Podman as an answer.
      expect([126, 127, 'refused', 'absent']).toContain(outcome);
    });

    it('stops reading at the bytes that were asked for', async () => {
      const result = await runExec(engine, sleeper, { command: ['yes'] }, { bytes: 100_000 });
      expect(result.cut).toBe(true);
      expect(result.stdout.length).toBe(100_000);
    });

    it('takes files and gives them back', async () => {
      const id = await make({ command: ['cat', '/srv/a/file'] });
      const content = noise(1_000_000);
      const archive = tar([
        { path: 'a', type: 'directory' },
        { path: 'a/file', content },
      ]);
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < archive.length; at += 10_000) yield archive.subarray(at, at + 10_000);
      }
      await putArchive(engine, id, '/srv', pieces());
      const back = await getArchive(engine, id, '/srv/a/file');
      expect(back.stat).toMatchObject({ name: 'file', bytes: content.length });
      const read: Buffer[] = [];
      for await (const piece of back.bytes) read.push(piece);
      expect(Buffer.concat(read).includes(content)).toBe(true);
      expect((await failureOf(getArchive(engine, id, '/srv/none'))).failure).toBe('absent');
      // Podman makes the folder.
      if (engine.kind === 'docker') {
        expect((await failureOf(putArchive(engine, id, '/none', archive))).failure).toBe('absent');
      }
      const { changes, cut } = await containerChanges(engine, id);
      expect(cut).toBe(false);
      expect(changes).toContainEqual({ path: '/srv/a/file', change: 'added' });
    });

    it('tells of processes and what they use', async () => {
      const processes = await containerProcesses(engine, sleeper);
      const { pid } = await inspectContainer(engine, sleeper);
      expect(processes.find((process) => process.pid === pid)).toMatchObject({
        state: 'S',
        command: expect.stringContaining('sleep'),
      });
      const stats = await containerStats(engine, sleeper);
      expect(stats.memoryBytes).toBeGreaterThan(0);
      expect(stats.processes).toBeGreaterThanOrEqual(1);
    });

    it('tells what happened', async () => {
      const since = Math.floor(Date.now() / 1000) - 1;
      const id = await run('exit 5');
      await waitForExit(engine, id);
      const events: string[] = [];
      const filters = { container: [id] };
      const signal = AbortSignal.timeout(10_000);
      for await (const event of watchEvents(engine, { since, filters, signal })) {
        expect(event).toMatchObject({ type: 'container', id });
        events.push(event.action);
        if (event.action === 'die' || event.action === 'died') break;
      }
      expect(events).toContain('start');
    });

    it('keeps networks', async () => {
      const id = await createNetwork(engine, { name: 'inner', internal: true, labels });
      expect(await listNetworks(engine, labels)).toEqual([{ id, name: 'inner', internal: true, labels }]);
      expect(await removeNetwork(engine, id)).toBe(true);
      expect(await removeNetwork(engine, id)).toBe(false);
    });

    it('keeps volumes and counts what they take', async () => {
      const name = await createVolume(engine, 'store', labels);
      const id = await run('dd if=/dev/zero of=/v/x bs=1M count=3; sync', {
        volumes: { '/v': { name } },
      });
      expect(await waitForExit(engine, id)).toBe(0);
      expect(await volumeBytes(engine, [name])).toBeGreaterThanOrEqual(3 * 1024 * 1024);
      const reader = await run('test -s /v/x && ! touch /v/y', { volumes: { '/v': { name, readOnly: true } } });
      expect(await waitForExit(engine, reader)).toBe(0);
      for (const user of [id, reader]) await removeContainer(engine, user);
      expect(await listVolumes(engine, labels)).toEqual([{ name, labels }]);
      expect(await removeVolume(engine, name)).toBe(true);
      expect(await removeVolume(engine, name)).toBe(false);
    });

    it('takes the volumes without a name away with a container', async () => {
      const id = await make({});
      const [mount] = (await inspectContainer(engine, id)).mounts;
      await removeContainer(engine, id);
      const left = (await listVolumes(engine, {})).map(({ name }) => name);
      expect(left).not.toContain(mount?.name);
    });

    it('makes images and takes them away', async () => {
      const name = { repository: 'localhost/empty', tag: '1' };
      await importImage(engine, name, tar([{ path: 'a', content: 'b' }]), { changes: ['LABEL example.test=client'] });
      await tagImage(engine, 'localhost/empty:1', { repository: 'localhost/empty', tag: '2' });
      const [image] = await listImages(engine, labels);
      expect([...(image?.names ?? [])].sort()).toEqual(['localhost/empty:1', 'localhost/empty:2']);
      expect((await inspectImage(engine, 'localhost/empty:1')).diffIds).toHaveLength(1);
      expect(await removeImage(engine, 'localhost/empty:1')).toBe(true);
      expect(await removeImage(engine, 'localhost/empty:2')).toBe(true);
      expect(await removeImage(engine, 'localhost/empty:2')).toBe(false);
      expect(await listImages(engine, labels)).toEqual([]);
    });
  });
});
