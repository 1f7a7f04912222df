import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import { connectEngine } from '../../src/net/container-engine/engine.ts';
import { runningEngines, whyNoContainers } from '../support/both-engines.ts';
import { busyboxArchive } from '../support/busybox-image.ts';
import { actingFiles, busyboxPackage, whyNoActs } from '../support/inert-acts.ts';
import { harmlessNeighbours, hiddenAttacks, inertAttacks, refusedAttacks } from '../support/inert-attacks.ts';
import { type RealEngine, startDocker } from '../support/real-engines.ts';
import { runDrydock } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

const LONG = 300_000;

/** Programs that act are found by their names, and no folder for temporary files is among them. */
const environment = ['PATH=/opt:/usr/sbin:/usr/bin:/sbin:/bin'];

const why = whyNoActs();

function archive(): Buffer {
  const image = (tag: string, script: readonly string[]) => ({
    tag,
    config: { Cmd: ['/start.sh'], Env: environment },
    entries: actingFiles(script),
  });
  return busyboxArchive(
    image(
      'attacks:1',
      [...inertAttacks, ...hiddenAttacks, ...refusedAttacks].map(({ command }) => command),
    ),
    image('harmless:1', harmlessNeighbours),
    image('ends-tracer:1', ['acts kill-tracer', 'echo "* * * * * root true" > /etc/cron.d/x']),
    image('stops-tracer:1', ['acts stop-tracer']),
  );
}

describe.each(runningEngines)('attacks in the cage of $title', ({ kind, program, start }) => {
  const reason = why ?? whyNoContainers(program);
  let real: RealEngine;

  beforeAll(async () => {
    if (reason !== undefined) return;
    real = kind === 'docker' ? await startDocker('overlay') : await start();
    real.load(writeTemporary('images.tar', archive()));
  }, LONG);
  afterAll(async () => {
    await real?.stop();
  }, LONG);

  async function observe(...args: readonly string[]): Promise<Report> {
    const file = path.join(temporaryFolder(), 'report.json');
    const fixed = ['--offline', '--engine', kind, '--checks', 'none', '--service-scanners', 'none', '--duration', '1s'];
    const command = ['observe', ...args, ...fixed, '-o', `json=${file}`, '--cache-dir', temporaryFolder()];
    const result = await runDrydock(command, { environment: real.environment, timeout: LONG });
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Report;
    } catch {
      throw new Error(`no report: ${result.stderr}`);
    }
  }

  it('raise the rule that is for each of them, and say who did it', { timeout: LONG }, async (context) => {
    if (reason !== undefined) return context.skip(reason);
    const report = await observe('attacks:1', ...(kind === 'docker' ? ['--network', 'sinkhole'] : []));
    const told = report.findings.filter((finding) => finding.kind === 'call');

    // Process and argument.
    const missing = inertAttacks.filter(
      ({ rule, by, argument }) =>
        !told.some(({ id, evidence }) => id === rule && evidence.startsWith(`${by} (`) && evidence.includes(argument)),
    );
    expect(missing.map(({ rule, command }) => ({ rule, command, told: evidenceOf(report, rule) }))).toEqual([]);
    // However it is hidden.
    const unseen = hiddenAttacks.filter(
      ({ rule, argument, command }) =>
        // Docker's filter says that there is no such call, so that libraries make another one.
        !(kind === 'docker' && command.includes('clone3')) &&
        !told.some(({ id, evidence }) => id === rule && evidence.includes(argument)),
    );
    expect(unseen.map(({ rule, command }) => ({ rule, command, told: evidenceOf(report, rule) }))).toEqual([]);
    // Package and layer of the program.
    const { version } = busyboxPackage();
    expect(evidenceOf(report, 'call-shell-at-connection').join()).toContain(
      `, /bin/sh of busybox-static ${version} in layer 0)`,
    );
    expect(evidenceOf(report, 'call-tor').join()).toContain(', /opt/acts in layer 1)');
    expect(evidenceOf(report, 'call-memory-program').join()).toContain('that is not in the image');
    // What Docker's filter refuses comes to nobody's eyes, and that is told. Podman's lets mount(2) and unshare(2) through.
    const { coverage } = report.observation!;
    expect(coverage).toMatchObject({ tracer: 'strace', undecoded: 0 });
    expect(coverage.blindSpots.join()).toContain("the engine's own filter refuses");
    if (kind === 'docker') {
      expect(report.observation!.contacts.map(({ name }) => name)).toContain('c2.attacker.example');
    }
  });

  it('are not what their harmless neighbours do', { timeout: LONG }, async (context) => {
    if (reason !== undefined) return context.skip(reason);
    const report = await observe('harmless:1');
    expect(report.observation!.ports).toMatchObject([{ port: 8080, state: 'listening' }]);
    expect(report.observation!.coverage.calls).toBeGreaterThan(200);
    expect(
      report.findings.filter((finding) => finding.kind === 'call').map(({ id, evidence }) => [id, evidence]),
    ).toEqual([]);
  });

  it.each([
    ['end it', 'ends-tracer:1', ['run.not-up', 'run.trace-incomplete']],
    // Killed processes wait for a tracer that was stopped: the engine alone cannot end them.
    ['stop it', 'stops-tracer:1', ['run.trace-incomplete']],
  ])('that %s are told, and nothing is left', { timeout: LONG }, async (_, image, codes) => {
    if (reason !== undefined) return;
    const report = await observe(image, '--ready-timeout', '5s');
    expect(report.problems.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
    const engine = await connectEngine(kind, { environment: real.environment });
    expect(await listContainers(engine, { 'drydock.run': true })).toEqual([]);
    // What the engine no longer knows of may still run: what holds a container for it ends with its first process.
    await expect.poll(() => holdersOf(real), { timeout: 60_000 }).toEqual([]);
  });

  it('that stop it are taken away also where whoever watched was killed', { timeout: LONG }, async () => {
    if (reason !== undefined) return;
    const fixed = ['--offline', '--engine', kind, '--checks', 'none', '--ready-timeout', '60s'];
    const killed = await runDrydock(['observe', 'stops-tracer:1', ...fixed, '--cache-dir', temporaryFolder()], {
      environment: real.environment,
      timeout: LONG,
      onStart: (send) => {
        // A second for the image to come to it.
        const isHeld = () => expect.poll(() => holdersOf(real), { timeout: 200_000 }).toHaveLength(1);
        void isHeld()
          .then(() => sleep(1000))
          // What is missing is told below.
          .catch(() => {})
          .finally(() => send('SIGKILL'));
      },
    });
    expect([killed.signal, holdersOf(real).length]).toEqual(['SIGKILL', 1]);

    const { status } = await runDrydock(['clean', '--cache-dir', temporaryFolder()], {
      environment: real.environment,
      timeout: LONG,
    });
    expect(status).toBe(0);
    await expect.poll(() => holdersOf(real), { timeout: 60_000 }).toEqual([]);
  });
});

/** Programs that each hold one container of an engine. Those of Podman that held an exec stay for minutes, with nothing in them. */
function holdersOf({ socket }: RealEngine): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const isHolder = /(^|\/)(conmon|containerd-shim[\w-]*)$/.test(words[0] ?? '');
      const isExec = words.includes('--exec-process-spec');
      return isHolder && !isExec && words.some((word) => word.startsWith(`${path.dirname(socket)}/`))
        ? [words.join(' ')]
        : [];
    } catch {
      // It has ended.
      return [];
    }
  });
}

function evidenceOf({ findings }: Report, rule: string): readonly string[] {
  return findings.filter(({ id }) => id === rule).map(({ evidence }) => evidence);
}
