import { containerProcesses } from '../../net/container-engine/container-state.ts';
import { killContainer } from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { runExec } from '../../net/container-engine/exec.ts';
import { timeLimit } from '../../signals.ts';

/** How long a container may take to end once it is killed. */
const END_MS = 10_000;
const FREE_MS = 10_000;
const ASK_MS = 5000;

/** Folder of a tracer and of the program that ends it: that of `TOOLS` of calls/tracer-tools.ts. */
const KILLER = '/.s/kill';

/** How programs are started that were brought with their libraries and their dynamic linker, of glibc, of musl, or without. */
const starts: readonly (readonly string[])[] = [
  ['/.s/ld.so', '--inhibit-cache', '--library-path', '/.s/lib', KILLER],
  ['/.s/ld.so', '--library-path', '/.s/lib', KILLER],
  [KILLER],
];

/**
 * Ends a container that is traced from inside. What an image does to its tracer must not keep it alive: a process that was
 * killed waits for its tracer before it is gone (ptrace(2), PTRACE_EVENT_EXIT), and waits for ever for one that was stopped.
 * @param ended settles once it has
 * @returns whether its tracer had to be ended for that
 */
export async function endTraced(engine: Engine, container: string, ended: Promise<unknown>): Promise<boolean> {
  const isTracerEnded = await endStoppedTracer(engine, container);
  // Docker answers late where the program does not end.
  void killContainer(engine, container, 'SIGKILL').catch(() => {});
  if (await within(ended, END_MS)) return isTracerEnded;
  await endTracer(engine, container);
  if (!(await within(ended, END_MS))) await killContainer(engine, container, 'SIGKILL').catch(() => {});
  return true;
}

/**
 * To be done before Podman is asked to kill a container: from then on it starts nothing in it, and soon takes it for gone,
 * whether its processes are or not. Never throws.
 * @returns whether a tracer had been stopped there
 */
export async function endStoppedTracer(engine: Engine, container: string): Promise<boolean> {
  if (engine.kind !== 'podman') return false;
  try {
    const processes = await containerProcesses(engine, container, timeLimit(ASK_MS));
    // Whatever the image started is traced: what is stopped, and not by a tracer, is the tracer itself.
    if (!processes.some(({ state }) => state === 'T')) return false;
  } catch {
    // It has ended.
    return false;
  }
  await endTracer(engine, container);
  return true;
}

/** The tracer is among the first processes of a container. Not all by `-1`: that some versions of kill(1) cannot read. */
const first = Array.from({ length: 63 }, (_, index) => String(index + 2));

/** Ends the first processes of a container but its very first one, the tracer among them. Never throws. */
export async function endTracer(engine: Engine, container: string): Promise<void> {
  const signal = timeLimit(FREE_MS);
  for (const words of starts) {
    try {
      const { exitCode } = await runExec(engine, container, { command: [...words, '-KILL', ...first] }, { signal });
      // 1: some of them are not there.
      if (exitCode === 0 || exitCode === 1) return;
    } catch {
      // It has ended, or has no such program.
    }
    if (signal.aborted) return;
  }
}

async function within(ended: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  try {
    return await Promise.race([ended.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
