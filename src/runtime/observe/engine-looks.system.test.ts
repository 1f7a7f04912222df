import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineWith, runningEngines, whyNoContainers } from '../../../test/support/both-engines.ts';
import type { RealEngine } from '../../../test/support/real-engines.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { ContainerSettings } from '../../net/container-engine/container-settings.ts';
import { createContainer, removeContainer, startContainer } from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { runExec } from '../../net/container-engine/exec.ts';
import { EngineLooks, type EngineLooksOptions, lookedProcesses } from './engine-looks.ts';
import { folderOf, readMemoryGroup } from './memory-group.ts';

const LONG = 300_000;
const MEMORY = 48 * 1024 * 1024;

describe.each(runningEngines)('what $title tells', (one) => {
  const why = whyNoContainers(one.program);
  let real: RealEngine;
  let engine: Engine;

  beforeAll(async () => {
    if (why === undefined) ({ real, engine } = await engineWith(one, { tag: 'looked:1' }));
  }, LONG);
  afterAll(async () => {
    await real?.stop();
  }, LONG);

  async function look(
    script: string,
    until: (looks: EngineLooks, id: string) => Promise<void>,
    more: Partial<EngineLooksOptions> = {},
  ) {
    const settings: ContainerSettings = {
      ...{ image: 'looked:1', network: 'none', name: `looked-${Math.random().toString(36).slice(2)}` },
      ...{ entrypoint: ['sh', '-c', script], command: [], memoryBytes: MEMORY },
    };
    const { id } = await createContainer(engine, settings);
    try {
      await startContainer(engine, id);
      const options = { fromStart: true, processes: true, signal: AbortSignal.timeout(LONG), ...more };
      const looks = new EngineLooks(engine, id, options);
      await until(looks, id);
      return { ...(await looks.stop()), id };
    } finally {
      await removeContainer(engine, id);
    }
  }

  it('are processes, programs from outside, and what it uses', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const lookFor = async (seconds: number) => {
      const script = `sleep ${seconds}; while :; do :; done & sleep 100`;
      const sight = await look(script, async (_, id) => {
        await runExec(engine, id, { command: ['echo', 'from outside'] }, { bytes: 100 });
        await sleep(seconds * 1800);
      });
      const told = lookedProcesses(sight.processes);
      const of = (command: string) => told.find((process) => process.arguments.join(' ') === command);
      return { sight, of, first: of(`sleep ${seconds}`) };
    };
    let { sight, of, first } = await lookFor(5);
    // Looking takes a quarter of the time at most: on a busy machine there are few looks.
    if (first === undefined || of('sleep 100') === undefined || sight.resources!.looks < 3)
      ({ sight, of, first } = await lookFor(30));

    expect(sight.gaps).toEqual([]);
    expect(first).toMatchObject({ name: 'sleep', running: false, seenBy: 'engine' });
    expect(of('sleep 100')).toMatchObject({ name: 'sleep', running: true });
    expect(sight.events).toContainEqual(expect.objectContaining({ kind: 'exec', count: 1 }));
    const { memoryPeakBytes = 0, memoryLimitBytes, processesPeak, cpuPeak, cpuSeconds, looks } = sight.resources!;
    expect(memoryLimitBytes).toBe(MEMORY);
    expect(memoryPeakBytes).toBeGreaterThan(100_000);
    expect(memoryPeakBytes).toBeLessThanOrEqual(MEMORY);
    expect(processesPeak).toBeGreaterThanOrEqual(2);
    // Alone it takes a whole one; others want the processors, too.
    expect(cpuPeak).toBeGreaterThan(0.02);
    expect(cpuPeak).toBeLessThan(2);
    expect(cpuSeconds).toBeGreaterThan(0);
    expect(looks).toBeGreaterThanOrEqual(3);
  });

  it('is that memory was not enough', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    // Only its child is ended: the container goes on.
    const lookFor = async (milliseconds: number) =>
      await look('dd if=/dev/zero of=/dev/null bs=200M count=1; sleep 100', async () => await sleep(milliseconds));
    let sight = await lookFor(3000);
    if (!sight.events.some(({ kind }) => kind === 'memory')) sight = await lookFor(60_000);
    expect(sight.events).toContainEqual(expect.objectContaining({ kind: 'memory', count: 1 }));
    // Of its limit a page or two may be left.
    expect(sight.resources!.memoryPeakBytes).toBeGreaterThan(MEMORY * 0.9);
  });
});

describe('the control group of a container', () => {
  const id = 'a'.repeat(64);

  it.each([
    [`0::/docker/${id}\n`, `/c/docker/${id}`],
    [`9:name=systemd:/docker/${id}\n4:memory:/docker/${id}\n0::/\n`, `/c/memory/docker/${id}`],
    [`4:cpu,memory:/libpod_parent/libpod-${id}\n`, `/c/memory/libpod_parent/libpod-${id}`],
    ['0::/\n', undefined],
    [`0::/../../${id}\n`, undefined],
    ['4:memory:/user.slice\n', undefined],
    ['nonsense', undefined],
  ])('of %j is %j', (text, folder) => {
    expect(folderOf(text, id, '/c')).toBe(folder);
  });

  it.each([
    [
      { 'memory.peak': '4096\n', 'memory.events': 'low 0\noom 2\noom_kill 1\n' },
      { peakBytes: 4096, killed: 1 },
    ],
    [
      { 'memory.max_usage_in_bytes': '8192\n', 'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n' },
      { peakBytes: 8192, killed: 3 },
    ],
    [{ 'memory.peak': 'max\n' }, {}],
    [{}, {}],
  ])('that has %j says %j', async (files, told) => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    expect(await readMemoryGroup(folder)).toEqual(told);
  });
});
