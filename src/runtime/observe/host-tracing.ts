import { randomBytes } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import type { CallEvent, CallProcess } from '../../model/call.ts';
import type { Run } from '../cage/run.ts';
import { askBpftrace, Bpftrace } from '../calls/bpftrace/bpftrace.ts';
import { Ftrace, whyNoFtrace } from '../calls/ftrace/ftrace.ts';
import type { ProcessTable } from '../calls/process-table.ts';
import { runningProcesses } from './running-processes.ts';
import { type Tracing, type TracingOptions, workingDirectory } from './tracing.ts';

type MaybeTracing = Tracing | { readonly reason: string };

/** What a trace by the kernel of this machine cannot tell, whoever reads it. */
const NUMBERS = 'Numbers of processes are those of this machine, not of the container.';

/** Watches a cage by bpftrace, from before its start: nothing is put into it, and it cannot see that it is watched. */
export function openBpftrace(_run: Run, options: TracingOptions): MaybeTracing {
  const { image, tracerFolder: folder, environment, signal } = options;
  const architecture = image.architecture ?? 'amd64';
  const settings = { architecture, environment, ...(folder !== undefined && { folder }) };
  const asked = askBpftrace(settings);
  if ('reason' in asked) return asked;
  let refusal: string | undefined;
  let trace: Bpftrace | undefined;
  let first: { readonly mounts: number; readonly pid: number } | undefined;
  const close = async (): Promise<void> => {
    await trace?.close();
    trace = undefined;
  };
  return {
    get refusal() {
      return refusal;
    },
    async instrument(start) {
      await close();
      first = undefined;
      try {
        trace = await Bpftrace.start(settings, signal);
        refusal = undefined;
      } catch (error) {
        signal.throwIfAborted();
        refusal = (error as Error).message;
      }
      return { start };
    },
    async started(cage, during) {
      if (first !== undefined) return;
      const { pid } = await cage.describe(during);
      if (pid === undefined || (await runningProcesses(pid, cage.container)) === undefined) return;
      const mounts = /\d+/.exec(await readlink(`/proc/${pid}/ns/mnt`))?.[0];
      if (mounts !== undefined) first = { mounts: Number(mounts), pid };
    },
    close,
    async read(_cage, visitor) {
      const ended = trace;
      await close();
      const { lost, startMissed, ...summary } =
        ended === undefined || first === undefined
          ? { ...nothing, startMissed: true }
          : ended.read(visitor, first.mounts, first.pid, { directory: workingDirectory(image), uid: 0, gid: 0 });
      const spots = [
        'What is read from and written to open files and sockets was not watched, nor questions to name servers, nor looks at files.',
        'Paths are what programs wrote, with the folders that they were seen to go to: links are not followed.',
        'Arguments were read when a call returned: another thread can have changed them by then.',
        'Calls of 32-bit programs were not watched.',
        NUMBERS,
        ...(startMissed ? ['Its start was missed: it ended before it was known which processes are its own.'] : []),
        ...(lost > 0 ? ['Of the lost events nobody knows which container they were of.'] : []),
      ];
      const { calls, undecoded } = summary;
      return {
        reading: { ...summary, lost, incomplete: lost > 0, problems: [] },
        coverage: { tracer: 'bpftrace', version: asked.version, calls, lost, undecoded, blindSpots: spots },
        problems: [],
      };
    },
  };
}

const nothing = { counts: {}, calls: 0, undecoded: 0, cut: 0, lost: 0, touched: [], untraced: 0 };

/** Events that are kept until they are read. */
const EVENTS = 100_000;

/** Counts the calls of a cage by the kernel's own tracer, from when it is first looked at. */
export function openFtrace(_run: Run, { image, signal }: TracingOptions): MaybeTracing {
  const why = whyNoFtrace();
  if (why !== undefined) return { reason: why };
  let trace: Ftrace | undefined;
  let container: string | undefined;
  let told: (readonly [CallEvent, CallProcess, ProcessTable])[] = [];
  const close = async (): Promise<Awaited<ReturnType<Ftrace['stop']>> | undefined> => {
    const ended = trace;
    trace = undefined;
    return await ended?.stop();
  };
  return {
    refusal: undefined,
    instrument: async (start) => {
      await close();
      container = undefined;
      return { start };
    },
    async started(cage, during) {
      if (container === cage.container) return;
      const { pid } = await cage.describe(during);
      const processes = await runningProcesses(pid, cage.container);
      if (processes === undefined) return;
      container = cage.container;
      const threads = await threadsOf(await processes.pids(during));
      told = [];
      const events = told;
      trace = startFtrace(image.architecture, threads, (...one) => {
        if (events.length < EVENTS) events.push(one);
      });
      signal.addEventListener('abort', () => void close().catch(() => {}), { once: true });
    },
    close: async () => void (await close()),
    async read(_cage, visitor) {
      const { counts = {}, calls = 0, lost = 0 } = (await close()) ?? {};
      for (const one of told) visitor.call(...one);
      const spots = [
        'Calls were counted from when it was first looked at: its start was missed, and no argument was read.',
        NUMBERS,
      ];
      return {
        reading: { ...nothing, counts, calls, lost, incomplete: lost > 0, problems: [] },
        coverage: { tracer: 'ftrace', calls, lost, undecoded: 0, blindSpots: spots },
        problems: [],
      };
    },
  };
}

/** @throws Error of the file system where tracefs refuses */
export function startFtrace(
  architecture = 'amd64',
  threads: readonly number[] = [],
  call: (event: CallEvent, process: CallProcess, table: ProcessTable) => void = () => {},
): Ftrace {
  const ftrace = new Ftrace({ call }, { name: `drydock-${randomBytes(4).toString('hex')}`, threads, architecture });
  ftrace.start();
  return ftrace;
}

/** Numbers of the threads of processes of this machine. */
export async function threadsOf(pids: readonly number[]): Promise<readonly number[]> {
  const threads = await Promise.all(pids.map((pid) => readdir(`/proc/${pid}/task`).catch(() => [])));
  return threads.flat().map(Number);
}
