import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../src/net/container-engine/engine.ts';
import { listImages } from '../../src/net/container-engine/image-store.ts';
import { inspectImage } from '../../src/net/container-engine/images.ts';
import { runningEngines, whyNoContainers } from '../support/both-engines.ts';
import { busyboxProgram, ownArchitecture } from '../support/busybox-image.ts';
import { FakeRegistry } from '../support/fake-registry.ts';
import { dockerArchive, type ImageContent, layer, ociLayout, writeOciLayout } from '../support/image.ts';
import { type RealEngine, startDocker } from '../support/real-engines.ts';
import { type RunResult, runDrydock } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

const LONG = 300_000;

/** A server in two layers, of another build each time: no engine has it already. */
function web(port: number): ImageContent & { readonly layers: readonly Uint8Array[] } {
  return {
    layers: [
      layer([
        { path: 'bin', type: 'directory' },
        { path: 'bin/busybox', content: busyboxProgram(), mode: 0o755 },
        { path: 'tmp', type: 'directory', mode: 0o1777 },
      ]),
      layer([{ path: 'srv/index.html', content: `port ${port}` }]),
    ],
    platform: `linux/${ownArchitecture}`,
    repoTags: [`web:${port}`],
    config: { Cmd: ['/bin/busybox', 'httpd', '-f', '-p', String(port), '-h', '/srv'], Labels: { own: 'label' } },
  };
}

function readReport(file: string, { stderr }: RunResult): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    throw new Error(`no report: ${stderr}`);
  }
}

describe.each(runningEngines)(
  'drydock observe of what $title does not have',
  ({ kind, program, start: startEngine }) => {
    const why = whyNoContainers(program);
    let real: RealEngine;
    let engine: Engine;

    beforeAll(async () => {
      if (why !== undefined) return;
      real = kind === 'docker' ? await startDocker('overlay') : await startEngine();
      engine = await connectEngine(kind, { environment: real.environment });
    }, LONG);
    afterAll(async () => {
      await real?.stop();
    }, LONG);

    const fixed = ['--engine', kind, '--checks', 'none', '--duration', '1s', '--tracer', 'none', '--no-progress'];
    async function observe(
      args: readonly string[],
    ): Promise<{ readonly result: RunResult; readonly report: () => Report }> {
      const file = path.join(temporaryFolder(), 'report.json');
      const more = ['--service-scanners', 'none', '-o', `json=${file}`, '--cache-dir', temporaryFolder()];
      const result = await runDrydock(['observe', ...args, ...fixed, ...more], {
        environment: real.environment,
        timeout: LONG,
      });
      return { result, report: () => readReport(file, result) };
    }

    /** Everything that the engine has. */
    async function left(): Promise<readonly string[]> {
      const [containers, images] = await Promise.all([listContainers(engine, {}), listImages(engine, {})]);
      return [...containers, ...images].flatMap(({ names }) => names);
    }

    function portsOf({ observation }: Report): readonly unknown[] {
      return observation!.ports.map(({ port, state }) => [port, state]);
    }

    it.for([
      ['an archive of docker save', 8081, (one: ImageContent) => [writeTemporary('a.tar', dockerArchive(one))]],
      [
        'an OCI layout with layers of zstd',
        8082,
        (one: ImageContent) => [`oci-dir:${writeOciLayout({ ...one, compression: 'zstd' })}`],
      ],
      [
        'an OCI archive of several variants',
        8083,
        (one: ImageContent) => {
          const other = { ...web(1), platform: `linux/${ownArchitecture === 'amd64' ? 'arm64' : 'amd64'}` };
          return [writeTemporary('b.tar', ociLayout({ ...other, more: [one], compression: ['gzip', 'none'] }))];
        },
      ],
    ] as const)('runs %s, and takes it away again', { timeout: LONG }, async ([, port, written], context) => {
      if (why !== undefined) return context.skip(why);
      const { result, report } = await observe([...written(web(port)), '--offline']);
      expect(result.stderr).not.toContain('still there');
      expect(portsOf(report())).toEqual([[port, 'listening']]);
      expect(report().image.layers).toHaveLength(2);
      expect(await left()).toEqual([]);
    });

    it('fetches one from its registry, by its digest', { timeout: LONG }, async (context) => {
      if (why !== undefined) return context.skip(why);
      const registry = await FakeRegistry.start();
      try {
        const { digest } = registry.push(web(8084));
        const name = `${registry.host}/some/web`;
        const { result, report } = await observe([name]);
        expect(result.status, result.stderr).toBe(0);
        expect([report().image.digest, portsOf(report())]).toEqual([digest, [[8084, 'listening']]]);
        expect(registry.paths.filter((url) => url.includes('/manifests/')).at(-1)).toContain(digest);
        expect(await left()).toEqual([]);
        const offline = await observe([name, '--offline']);
        expect([offline.result.status, offline.result.stderr]).toEqual([3, expect.stringContaining('With --offline')]);
      } finally {
        registry.close();
      }
    });

    it('uses and leaves what is there already', { timeout: LONG }, async (context) => {
      if (why !== undefined) return context.skip(why);
      const file = writeTemporary('there.tar', dockerArchive(web(8085)));
      real.load(file);
      const before = await inspectImage(engine, 'web:8085');
      const { report } = await observe([file, '--offline']);
      expect(portsOf(report())).toEqual([[8085, 'listening']]);
      expect(await inspectImage(engine, 'web:8085')).toEqual(before);
      expect(await left()).toHaveLength(1);
    });

    it.for([
      [
        'several images in one archive',
        () => dockerArchive({ ...web(1), more: [web(2)] }),
        'holds 2 images (web:1, web:2), and one is run at a time',
      ],
      [
        'a layer that is another one',
        () => dockerArchive({ ...web(1), diffIds: [`sha256:${'0'.repeat(64)}`, `sha256:${'1'.repeat(64)}`] }),
        'layer 0 of FILE is not the one that its configuration names',
      ],
      ['a layer that is not there', () => ociLayout({ ...web(1), dropLayers: [1] }), 'layer 1'],
    ] as const)('refuses %s', { timeout: LONG }, async ([, make, words], context) => {
      if (why !== undefined) return context.skip(why);
      const file = writeTemporary('refused.tar', make());
      const before = await left();
      const { result } = await observe([file, '--offline']);
      expect([result.status, result.stderr.replaceAll(file, 'FILE')]).toEqual([3, expect.stringContaining(words)]);
      expect(await left()).toEqual(before);
    });

    it('takes away what one that was killed left', { timeout: LONG }, async (context) => {
      if (why !== undefined) return context.skip(why);
      const file = path.join(temporaryFolder(), 'killed.tar');
      writeFileSync(file, dockerArchive(web(8086)));
      const before = await left();
      const args = ['observe', file, '--offline', '--engine', kind, '--checks', 'none', '--duration', '60s'];
      const killed = await runDrydock([...args, '--cache-dir', temporaryFolder()], {
        environment: real.environment,
        timeout: LONG,
        progress: true,
        onOutput: (send, stderr) => {
          // What takes less than two seconds is not told.
          if (/waiting until|watching/.test(stderr)) send('SIGKILL');
        },
      });
      expect(killed.signal).toBe('SIGKILL');
      const { status } = await runDrydock(['clean', '--cache-dir', temporaryFolder()], {
        environment: real.environment,
        timeout: LONG,
      });
      expect(status).toBe(0);
      await expect.poll(left).toEqual(before);
    });
  },
);
