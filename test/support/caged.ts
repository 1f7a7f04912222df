import { readFileSync } from 'node:fs';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import type { Engine } from '../../src/net/container-engine/engine.ts';
import { inspectImage } from '../../src/net/container-engine/images.ts';
import { type AttemptOptions, type Attempts, tryToRun } from '../../src/runtime/cage/attempts.ts';
import { runLabel } from '../../src/runtime/cage/labels.ts';
import type { Cage } from '../../src/runtime/cage/open-cage.ts';
import { beginRun, type Run } from '../../src/runtime/cage/run.ts';

/** What listens on TCP in the network namespace of a process (proc_net(5): state 0A). */
export function listeningIn(pid: number | undefined): readonly string[] | undefined {
  if (pid === undefined) return undefined;
  try {
    return ['tcp', 'tcp6'].flatMap((table) =>
      readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, , , state]) => state === '0A')
        .map(([, local]) => `${table} ${local?.split(':')[0]}:${Number.parseInt(local?.split(':')[1] ?? '', 16)}`),
    );
  } catch {
    return undefined;
  }
}

export async function socketsOf(cage: Cage, signal: AbortSignal): Promise<readonly string[] | undefined> {
  return listeningIn((await cage.describe(signal)).pid);
}

/** Tries an image and closes its run when the test is done with it. */
export async function triedImage(
  engine: Engine,
  name: string,
  options: Partial<AttemptOptions>,
  look: (attempts: Attempts, run: Run) => Promise<void> | void,
): Promise<void> {
  const run = beginRun(engine, 120);
  try {
    const image = await inspectImage(engine, name);
    const readiness = { timeoutMs: 90_000, ...options.readiness };
    const all = { profile: 'default', sockets: socketsOf, image, run, ...options, readiness } as const;
    await look(await tryToRun(engine, all), run);
  } finally {
    await run.close(true);
  }
  const left = await listContainers(engine, { [runLabel]: run.id });
  if (left.length > 0) throw new Error(`${left.length} containers are left`);
}
