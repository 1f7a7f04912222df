import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import { connectEngine } from '../../src/net/container-engine/engine.ts';
import { listVolumes } from '../../src/net/container-engine/volumes.ts';
import { whyNoContainers } from '../support/both-engines.ts';
import { busyboxArchive, busyboxProgram } from '../support/busybox-image.ts';
import { type RealEngine, startDocker } from '../support/real-engines.ts';
import { projectRoot, type RunOptions, type RunResult, runDrydock, runProgram } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

const LONG = 180_000;
const why = whyNoContainers('dockerd');

/** A program for a processor that this machine does not have (ELF, e_machine at byte 18). */
function foreignProgram(): Buffer {
  const bytes = busyboxProgram();
  bytes.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
  return bytes;
}
const foreign = process.arch === 'arm64' ? 'amd64' : 'arm64';

describe('drydock observe where things go wrong', () => {
  let real: RealEngine;

  beforeAll(async () => {
    if (why !== undefined) return;
    real = await startDocker('overlay');
    const images = busyboxArchive(
      { tag: 'web:1', config: { Cmd: ['httpd', '-f', '-p', '8080', '-h', '/srv'] } },
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

  /** Sends signals once a text is told. */
  const when = (text: string, ...signals: readonly NodeJS.Signals[]): Pick<RunOptions, 'onOutput'> => {
    let sent = false;
    return {
      onOutput: (send, stderr) => {
        if (sent || !stderr.includes(text)) return;
        sent = true;
        for (const signal of signals) send(signal);
      },
    };
  };

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

  it.each([
    ['waiting until the image is ready', ['SIGINT'], 130],
    ['watching', ['SIGTERM'], 143],
    ['reading what was traced', ['SIGINT'], 130],
    // Whoever is in a hurry leaves the removing to the process beside it.
    ['watching', ['SIGINT', 'SIGINT'], 130],
  ] as const)('leaves nothing when at "%s" come %j', { timeout: LONG }, async (text, signals, status) => {
    if (why !== undefined) return;
    const image = text.startsWith('waiting') ? 'slow:1' : 'web:1';
    const result = await observe([image, '--duration', '3s'], when(text, ...signals));
    expect([result.status, result.signal]).toEqual([status, undefined]);
    await expect.poll(left, { timeout: 60_000, interval: 500 }).toBe(0);
  });

  it('goes on without a reader of its output', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const main = path.join(projectRoot, 'src/cli/main.ts');
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

  it('ends when the engine does, and the next start cleans up', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    let crashed: Promise<void> | undefined;
    const { status, stderr } = await observe(['web:1', '--duration', '20s'], {
      onOutput: (_, told) => {
        if (told.includes('watching')) crashed ??= real.crash!();
      },
    });
    await crashed;
    expect([status, stderr]).toEqual([3, expect.stringContaining('Docker engine')]);
    await real.startAgain!();
    await observe(['web:1', '--duration', '1s']);
    expect(await left()).toBe(0);
  });
});
