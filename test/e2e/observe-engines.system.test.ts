import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import { connectEngine } from '../../src/net/container-engine/engine.ts';
import { listVolumes } from '../../src/net/container-engine/volumes.ts';
import { whyNoContainers } from '../support/both-engines.ts';
import { busyboxArchive } from '../support/busybox-image.ts';
import { type CertificateFolders, makeCertificates } from '../support/certificate-authority.ts';
import { whyNoCertificates } from '../support/certificates.ts';
import { startEngineProxy } from '../support/engine-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { type RealEngine, startDocker } from '../support/real-engines.ts';
import { type RunOptions, type RunResult, runDrydock } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

const LONG = 300_000;
const why = whyNoContainers('dockerd') ?? whyNoCertificates;

describe('drydock observe with an engine', () => {
  let real: RealEngine;
  let certificates: CertificateFolders;
  let remote: string;

  beforeAll(async () => {
    if (why !== undefined) return;
    certificates = makeCertificates();
    remote = `tcp://127.0.0.1:${await freePort()}`;
    const file = (name: string): string => path.join(certificates.server, name);
    const tls = ['--tlsverify', `--tlscacert=${file('ca.pem')}`, `--tlscert=${file('cert.pem')}`];
    real = await startDocker('overlay', {}, ['-H', remote, ...tls, `--tlskey=${file('key.pem')}`]);
    const Cmd = ['httpd', '-f', '-p', '8080', '-h', '/srv'];
    real.load(writeTemporary('images.tar', busyboxArchive({ tag: 'web:1', config: { Cmd } })));
  }, LONG);
  afterAll(async () => {
    await real?.stop();
  }, LONG);

  async function observe(
    environment: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    options: RunOptions = {},
  ): Promise<RunResult & { readonly report: Report }> {
    const fixed = ['--engine', 'docker', '--checks', 'none', '--service-scanners', 'none', '--duration', '1s'];
    const result = await runDrydock(
      ['observe', 'web:1', ...fixed, ...args, '-f', 'json', '--cache-dir', temporaryFolder()],
      { environment: { HOME: real.environment['HOME']!, ...environment }, timeout: LONG, ...options },
    );
    return { ...result, report: JSON.parse(result.stdout === '' ? '{}' : result.stdout) as Report };
  }

  async function left(): Promise<number> {
    const engine = await connectEngine('docker', { environment: real.environment });
    return (await listContainers(engine, {})).length + (await listVolumes(engine, {})).length;
  }

  it('whose socket is not ours', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    // The folder of the test is nobody's business either, so the socket is looked for from elsewhere.
    const { status, stderr } = await observe(real.environment, ['--offline'], { user: 65534, folder: '/' });
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(/permission denied\. Add yourself to the docker group/),
    ]);
  });

  it('that cannot limit what runs is refused, and taken at the word of the user', {
    timeout: LONG,
  }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const cannot = { MemoryLimit: false, SwapLimit: false, PidsLimit: false, CpuCfsQuota: false, CPUCfsQuota: false };
    const proxy = await startEngineProxy(real.socket, {
      changes: /^GET \/info|^POST \/containers\/create/,
      answered: (request, body) => void (request.startsWith('GET') && Object.assign(body, cannot)),
      asked: (_, body) => {
        const host = (body['HostConfig'] ?? {}) as Record<string, unknown>;
        for (const limit of ['Memory', 'MemorySwap', 'PidsLimit', 'NanoCpus']) delete host[limit];
      },
    });
    try {
      const environment = { DOCKER_HOST: `unix://${proxy.socket}` };
      const refused = await observe(environment, ['--offline']);
      expect([refused.status, refused.stderr]).toEqual([
        2,
        expect.stringMatching(/cannot limit memory.*cannot limit processes.*Nothing was run\..*--accept-weak-cage/),
      ]);
      const { status, report } = await observe(environment, ['--offline', '--accept-weak-cage']);
      expect([status, report.observation!.ports.map(({ port, state }) => [port, state])]).toEqual([
        0,
        [[8080, 'listening']],
      ]);
      expect(report.observation!.cage.allows.join('\n')).toMatch(/limit memory.*limit processes.*processor time/s);
    } finally {
      await proxy.close();
    }
    expect(await left()).toBe(0);
  });

  it('of another machine, over TLS', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const { status, report, stderr } = await observe({
      ...{ DOCKER_HOST: remote, DOCKER_TLS_VERIFY: '1' },
      DOCKER_CERT_PATH: certificates.client,
    });
    expect([status, report.observation!.ports.map(({ port }) => port)]).toEqual([0, [8080]]);
    expect(stderr).toContain(`hosts contacted: ${remote.slice('tcp://'.length)}`);
    expect(await left()).toBe(0);
  });

  it('of another machine, whose authority or whose clients are others', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const nameless = temporaryFolder();
    copyFileSync(path.join(certificates.client, 'ca.pem'), path.join(nameless, 'ca.pem'));
    for (const [folder, words] of [
      [
        certificates.stranger,
        /shows a certificate that is not trusted here \(UNABLE_\w+\)\. .*ca\.pem of its authority/,
      ],
      [nameless, /does not accept who asks\. .*cert\.pem and key\.pem of a client that it knows/],
    ] as const) {
      const { status, stderr } = await observe({
        ...{ DOCKER_HOST: remote, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder },
      });
      expect([status, stderr]).toEqual([3, expect.stringMatching(words)]);
      expect(stderr).toContain(`the Docker engine at ${remote} `);
    }
  });

  it('that dies while things are removed tells so, and the next start removes them', {
    timeout: LONG,
  }, async (context) => {
    if (why !== undefined) return context.skip(why);
    let removed = 0;
    let crashed: Promise<void> | undefined;
    const proxy = await startEngineProxy(real.socket, {
      // The first two filled volumes; the third one is the cage.
      onRequest: async (request) => {
        if (request.startsWith('DELETE /containers/') && ++removed === 3) crashed = real.crash!();
        await crashed;
      },
    });
    const { status, stderr, report } = await observe({ DOCKER_HOST: `unix://${proxy.socket}` }, ['--offline']);
    await proxy.close();
    // Before anything is looked at: a test that is tried again needs one that runs.
    if (crashed !== undefined) await real.startAgain!();
    expect([status, report.observation!.ports.map(({ port }) => port)]).toEqual([0, [8080]]);
    expect(stderr).toContain('containers of this run could not be listed');
    expect(stderr).toContain('is removed by the next start, and by "drydock clean"');
    expect(await left()).toBeGreaterThan(0);
    expect((await observe(real.environment, ['--offline'])).status).toBe(0);
    expect(await left()).toBe(0);
  });
});
