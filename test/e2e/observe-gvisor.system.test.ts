import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import { connectEngine } from '../../src/net/container-engine/engine.ts';
import { listVolumes } from '../../src/net/container-engine/volumes.ts';
import { whyNoContainers } from '../support/both-engines.ts';
import { busyboxArchive } from '../support/busybox-image.ts';
import { type RealEngine, startDocker } from '../support/real-engines.ts';
import { type RunResult, runDrydock } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

const LONG = 300_000;
const hasRunsc = spawnSync('runsc', ['--version']).status === 0;
const why = whyNoContainers('dockerd') ?? (hasRunsc ? undefined : 'runsc is not installed');

/** Counted by itself: so many files are opened and so many programs started. */
const OPENED = 200;
const STARTED = 20;
const script = [
  `i=0; while [ $i -lt ${OPENED} ]; do read x < /counted; i=$((i+1)); done`,
  `i=0; while [ $i -lt ${STARTED} ]; do /bin/busybox true; i=$((i+1)); done`,
  'exec httpd -f -p 8080 -h /srv',
].join('; ');

/** Its network needs a loopback alone; groups of processes are not everywhere to be had where a test runs. */
const runtime = '#!/bin/sh\nexec runsc --ignore-cgroups --network=none "$@"\n';

describe.skipIf(why !== undefined)('drydock observe in gVisor', () => {
  let real: RealEngine;

  beforeAll(async () => {
    const program = writeTemporary('runsc.sh', runtime);
    chmodSync(program, 0o755);
    real = await startDocker('overlay', { runsc: program });
    real.load(
      writeTemporary(
        'images.tar',
        busyboxArchive({
          tag: 'web:1',
          config: { Cmd: ['sh', '-c', script] },
          entries: [{ path: 'counted', content: 'x\n' }],
        }),
      ),
    );
  }, LONG);
  afterAll(async () => {
    await real?.stop();
  }, LONG);

  async function observe(
    ...more: string[]
  ): Promise<{ run: RunResult; observation: NonNullable<Report['observation']> }> {
    const file = path.join(temporaryFolder(), 'report.json');
    const args = [
      'docker:web:1',
      '--offline',
      '--checks',
      'none',
      '--duration',
      '2s',
      '-f',
      'json',
      '-o',
      file,
      ...more,
    ];
    const run = await runDrydock(['observe', ...args, '--cache-dir', temporaryFolder()], {
      environment: real.environment,
      timeout: LONG,
    });
    expect(run.stderr).not.toContain('not complete');
    return { run, observation: (JSON.parse(readFileSync(file, 'utf8')) as Report).observation! };
  }

  it('sees the port, who listens and what is called, as outside of it', { timeout: LONG }, async () => {
    const [inside, outside] = [await observe('--sandbox', 'gvisor'), await observe()];

    const portOf = ({ observation }: typeof inside) =>
      observation.ports.map(({ protocol, port, state, executable, service }) => [
        protocol,
        port,
        state,
        executable,
        service,
      ]);
    expect(portOf(inside)).toEqual([['tcp', 8080, 'listening', '/bin/busybox', { name: 'http' }]]);
    expect(portOf(inside)).toEqual(portOf(outside));
    const { coverage, calls, drift } = inside.observation;
    expect(coverage).toMatchObject({ tracer: 'strace', lost: 0, undecoded: 0, sockets: 'injected' });
    expect(coverage.blindSpots).toEqual(expect.arrayContaining([expect.stringMatching(/gVisor/)]));
    expect(calls['openat']?.count).toBeGreaterThanOrEqual(OPENED);
    for (const call of ['execve', 'bind', 'listen'])
      expect([call, calls[call]]).toEqual([call, outside.observation.calls[call]]);
    expect(calls['execve']?.count).toBeGreaterThan(STARTED);
    expect(drift.map((entry) => entry.path).filter((one) => one.includes('gvisor'))).toEqual([]);

    const engine = await connectEngine('docker', { environment: real.environment });
    const labels = { 'drydock.run': true } as const;
    expect([await listContainers(engine, labels), await listVolumes(engine, labels)]).toEqual([[], []]);
  });
});

it.skipIf(whyNoContainers('dockerd') !== undefined)('says what to do where the engine has no gVisor', async () => {
  const real = await startDocker('overlay');
  try {
    real.load(writeTemporary('images.tar', busyboxArchive({ tag: 'web:1', config: { Cmd: ['sleep', '9'] } })));
    const run = await runDrydock(['observe', 'docker:web:1', '--offline', '--checks', 'none', '--sandbox', 'gvisor'], {
      environment: real.environment,
      timeout: LONG,
    });
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/knows no OCI runtime "runsc", but .*runc.*daemon\.json/);
  } finally {
    await real.stop();
  }
});
