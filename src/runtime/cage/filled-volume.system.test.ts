import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineWith, whyNoContainers } from '../../../test/support/both-engines.ts';
import { type RealEngine, startDocker, startPodman } from '../../../test/support/real-engines.ts';
import { createContainer, startContainer } from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { runExec } from '../../net/container-engine/exec.ts';
import { listImages } from '../../net/container-engine/image-store.ts';
import { writeTar } from '../inside/tar-writer.ts';
import { filledVolume } from './filled-volume.ts';
import { withRun } from './run.ts';

const engines = [
  { title: 'Docker', kind: 'docker', program: 'dockerd', start: () => startDocker('overlay') },
  { title: 'Podman', kind: 'podman', program: 'podman', start: () => startPodman('overlay') },
] as const;

describe.each(engines)('a volume of $title', (one) => {
  const why = whyNoContainers(one.program);
  let engine: Engine;
  let real: RealEngine;

  beforeAll(async () => {
    if (why !== undefined) return;
    // It would like its own libraries to be taken for those of the tracer.
    const entries = ['.s/lib/glibc-hwcaps/x86-64-v2/libc.so.6', '.s/evil', '.o/w/t.1', '.n/evil'].map((path) => ({
      ...{ path, content: 'evil', mode: 0o755 },
    }));
    ({ real, engine } = await engineWith({ ...one } as never, { tag: 'evil:1', entries }));
  });
  afterAll(async () => await real?.stop());

  it.skipIf(why !== undefined)('has nothing of the image in it that helps to fill it', async () => {
    const { signal } = new AbortController();
    const image = (await listImages(engine, {}))[0]!.id;
    const log = { info() {}, warn() {}, debug() {}, error() {} };
    const listed = await withRun(engine, 120, { log, progress: { report() {} } } as never, async (run) => {
      const volumes: Record<string, { name: string }> = {};
      for (const [what, path] of [
        ['tracer', '/.s'],
        ['trace', '/.o'],
        ['inside', '/.n'],
      ] as const) {
        const tar = writeTar([{ path: 'good', type: 'file', mode: 0o644, content: Buffer.from('good') }]);
        volumes[path] = { name: await filledVolume(run, { image, what, tar }, signal) };
      }
      const { id } = await createContainer(engine, {
        ...{ image, name: run.name('cage-1'), labels: run.labels, network: 'none' },
        ...{ entrypoint: ['sleep'], command: ['60'], volumes },
      });
      await startContainer(engine, id);
      const { stdout } = await runExec(engine, id, {
        command: ['sh', '-c', 'for i in /.s /.o /.n; do ls -A $i; done'],
      });
      return stdout.toString();
    });
    expect(listed).toBe('good\ngood\ngood\n');
  });
});
