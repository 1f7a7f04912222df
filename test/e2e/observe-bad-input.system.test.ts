import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import { connectEngine } from '../../src/net/container-engine/engine.ts';
import { listVolumes } from '../../src/net/container-engine/volumes.ts';
import { whyNoContainers } from '../support/both-engines.ts';
import { busyboxArchive, busyboxProgram } from '../support/busybox-image.ts';
import { interruptions, interruptRun } from '../support/interrupted-run.ts';
import { drydockEntry } from '../support/program.ts';
import { type RealEngine, startDocker } from '../support/real-engines.ts';
import { type RunOptions, type RunResult, runDrydock, runProgram } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

const LONG = 300_000;
const why = whyNoContainers('dockerd');

/** A program for a processor that this machine does not have (ELF, e_machine at byte 18). */
function foreignProgram(): Buffer {
  const bytes = busyboxProgram();
  bytes.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
  return bytes;
}
const archive =
  why === undefined
    ? writeTemporary('image.tar', busyboxArchive({ tag: 'given:1', config: { Cmd: ['httpd', '-f', '-p', '8081'] } }))
    : '';
const foreign = process.arch === 'arm64' ? 'amd64' : 'arm64';

describe('drydock observe where things go wrong', () => {
  let real: RealEngine;

  beforeAll(async () => {
    if (why !== undefined) return;
    real = await startDocker('overlay');
    const images = busyboxArchive(
      { tag: 'web:1', config: { Cmd: ['httpd', '-f', '-p', '8080', '-h', '/srv'] } },
      { tag: 'busy:1', config: { Cmd: ['sh', '-c', 'for i in $(seq 60); do id; done; exec httpd -f -p 8080'] } },
      { tag: 'slow:1', config: { Cmd: ['sleep', '600'] } },
      {
        ...{ tag: 'foreign:1', platform: `linux/${foreign}`, bare: true, config: { Cmd: ['/program'] } },
        entries: [{ path: 'program', content: foreignProgram(), mode: 0o755 }],
      },
    );
    real.load(writeTemporary('images.tar', images));
  }, LONG);
  afterAll(async () => {
    await real?.stop();
  }, LONG);

  const fixed = ['--offline', '--engine', 'docker', '--checks', 'none', '--service-scanners', 'none'];

  async function observe(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return await runDrydock(['observe', ...args, ...fixed, '--cache-dir', temporaryFolder()], {
      environment: real.environment,
      timeout: LONG,
      ...options,
    });
  }

  async function left(): Promise<number> {
    const engine = await connectEngine('docker', { environment: real.environment });
    const labels = { 'drydock.run': true } as const;
    return (await listContainers(engine, labels)).length + (await listVolumes(engine, labels)).length;
  }

  it('says what to do where there is no engine', async () => {
    const environment = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const { status, stderr } = await runDrydock(['observe', 'web:1', ...fixed], { environment });
    expect([status, stderr]).toEqual([3, expect.stringContaining('Start Docker, or set DOCKER_HOST.')]);
  });

  it.concurrent.each(interruptions(archive))(
    'is interrupted while $stage ($signals), and leaves nothing',
    { timeout: LONG },
    async (interruption) => {
      if (why !== undefined) return;
      const { result, took, left } = await interruptRun('docker', real, interruption);
      expect(took).toBeDefined();
      expect([result.status, result.signal]).toEqual([interruption.signals[0] === 'SIGINT' ? 130 : 143, undefined]);
      expect(result.stderr).toContain('drydock: interrupted.');
      expect(left).toEqual([]);
    },
  );

  it('goes on without a reader of its output', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const main = drydockEntry();
    const script = 'set -o pipefail; "$0" "$@" | true; echo "status $?"';
    const command = [process.execPath, main, 'observe', 'web:1', ...fixed, '--duration', '1s', '-f', 'json'];
    const { stdout, stderr } = await runProgram('bash', ['-c', script, ...command], {
      environment: real.environment,
      timeout: LONG,
    });
    expect([stdout, stderr]).toEqual(['status 0\n', expect.not.stringContaining('EPIPE')]);
    expect(await left()).toBe(0);
  });

  it('tells before it starts that an image is for another architecture', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const file = path.join(temporaryFolder(), 'report.json');
    const { stderr } = await observe(['foreign:1', '-o', `json=${file}`]);
    expect(stderr.indexOf(`the image is for ${foreign}`)).toBeGreaterThanOrEqual(0);
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    expect(report.problems.map(({ code }) => code)).toContain('run.not-up');
    expect(report.observation!.attempts.at(-1)!.reason).toContain(`the image is for ${foreign}`);
  });

  it('tells that the disk is full where a trace was to be kept', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const full = temporaryFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', full]);
    if (mounted.status !== 0) return context.skip('nothing can be mounted here');
    try {
      const file = path.join(temporaryFolder(), 'report.json');
      const { status } = await observe(['busy:1', '--duration', '1s', '-o', `json=${file}`], {
        environment: { ...real.environment, TMPDIR: full },
      });
      const { problems, observation } = JSON.parse(readFileSync(file, 'utf8')) as Report;
      const told = `ENOSPC: no space left on device, write, in ${full} (TMPDIR names another folder for temporary files)`;
      expect([status, observation!.ports.map(({ port }) => port), observation!.coverage.reason]).toEqual([
        0,
        [8080],
        told,
      ]);
      expect(problems).toContainEqual({
        code: 'run.trace-incomplete',
        message: `the trace of the calls is not whole: ${told}`,
      });
      expect(readdirSync(full)).toEqual([]);
    } finally {
      spawnSync('umount', [full]);
    }
  });

  it('ends when the engine does, and the next start cleans up', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    let crashed: Promise<void> | undefined;
    const { status, stderr } = await observe(['web:1', '--duration', '20s'], {
      progress: true,
      onOutput: (_, told) => {
        if (told.includes('watching')) crashed ??= real.crash!();
      },
    });
    await crashed;
    // Before anything is looked at: a test that is tried again needs one that runs.
    if (crashed !== undefined) await real.startAgain!();
    expect([status, stderr]).toEqual([3, expect.stringContaining('Docker engine')]);
    await observe(['web:1', '--duration', '1s']);
    expect(await left()).toBe(0);
  });
});
