import { randomInt } from 'node:crypto';
import type { ObservationCoverage } from '../../model/observation.ts';
import type { Problem } from '../../model/problem.ts';
import { getArchive } from '../../net/container-engine/archives.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { engineInfo } from '../../net/container-engine/engine-info.ts';
import type { EngineImageDescription } from '../../net/container-engine/images.ts';
import { defaultCageLimits } from '../cage/cage-limits.ts';
import type { ContainerStart } from '../cage/container-start.ts';
import { filledVolume } from '../cage/filled-volume.ts';
import type { InstrumentedStart } from '../cage/image-cage.ts';
import type { Cage } from '../cage/open-cage.ts';
import type { Run } from '../cage/run.ts';
import type { CallVisitor } from '../calls/process-table.ts';
import { readTrace, type TraceReading } from '../calls/read-trace.ts';
import type { TracePurpose } from '../calls/trace-sets.ts';
import { OUTPUT, TRACES, type TracerCommand, traceCoverage, tracerCommand } from '../calls/tracer-command.ts';
import { TOOLS, type TracerTools, tracerTools } from '../calls/tracer-tools.ts';
import { isGvisor } from '../gvisor.ts';
import { writeTar } from '../inside/tar-writer.ts';
import { firstProcess } from './first-process.ts';
import { namesById } from './image-users.ts';

/** Puts a tracer before the program of an image, and reads what it wrote. */
export interface Tracing {
  /** Why the last start was not traced; absent where it was. */
  readonly refusal: string | undefined;
  instrument(start: ContainerStart): Promise<InstrumentedStart>;
  /** Whether it wrote anything of what ended. Where it did not it gives up: nothing is traced from then on. */
  hasTraced(cage: Cage): Promise<boolean>;
  /** Once the container has ended, and before it is removed. */
  read(cage: Cage, visitor: CallVisitor, signal: AbortSignal): Promise<TracedRun>;
  /**
   * While the container runs: what was written until now, which may end in the middle of anything.
   * @param most bytes that are read
   * @returns whether that was all of it
   */
  peek(cage: Cage, visitor: CallVisitor, most: number, signal: AbortSignal): Promise<boolean>;
}

export interface TracedRun {
  readonly reading: TraceReading;
  readonly coverage: Omit<ObservationCoverage, 'sockets'>;
  readonly problems: readonly Problem[];
}

export interface TracingOptions {
  readonly image: EngineImageDescription;
  /** A folder with the tracer; absent: that of this machine. */
  readonly tracerFolder?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly purpose: TracePurpose;
  /** The folder that a path of the image is, with all links followed. */
  readonly realFolder?: (folder: string) => string;
  /** OCI runtime of the engine. */
  readonly runtime?: string;
  readonly temporary: string;
  readonly signal: AbortSignal;
}

/** Bytes of a trace: an hour of a busy server. One that writes more wants the disk to be full, or reading to take long. */
const MAX_TRACE = 256 * 1024 * 1024;

/** Bytes of a trace that tell whether there is one. */
const HEAD_BYTES = 64 * 1024;

/** @returns the tracing, or the reason why there is none: a sentence */
export function openStrace(run: Run, options: TracingOptions): Tracing | { readonly reason: string } {
  const { image, tracerFolder, environment } = options;
  const tools = tracerTools({
    ...(tracerFolder !== undefined && { folder: tracerFolder }),
    ...(image.architecture !== undefined && { architecture: image.architecture }),
    environment,
  });
  return 'reason' in tools ? tools : strace(run, tools, options);
}

/** Tools and traces stand in volumes: a root that is read-only has them, too, and they outlive the container's end. */
function strace(
  run: Run,
  tools: TracerTools,
  { image, purpose, realFolder, runtime, temporary, signal }: TracingOptions,
): Tracing {
  let command: TracerCommand | undefined;
  let refusal: string | undefined;
  let toolsVolume: Promise<string> | undefined;
  let attempts = 0;
  let givenUp: string | undefined;
  // Who needs all calls keeps it on none: a program that has one only makes fewer of those that threads wait with.
  let isKept = purpose !== 'all' && !isGvisor(runtime);
  let processor: number | undefined;
  let started: ContainerStart | undefined;
  const readOutput = async (cage: Cage, visitor: CallVisitor, during: AbortSignal, maximumBytes = MAX_TRACE) => {
    // Docker gives one archive of a container at a time: whoever asks for another before this is read waits for ever.
    const first = await firstProcess(image.config, started, async (name) => {
      const users = await namesById(run.engine, cage.container, '/etc/passwd', during);
      return [...users].find(([, one]) => one === name)?.[0];
    });
    const archive = await getArchive(run.engine, cage.container, TRACES, during);
    try {
      return await readTrace({ archive: archive.bytes, temporary }, visitor, {
        first,
        firstThread: 1,
        output: OUTPUT,
        ...(realFolder && { realFolder }),
        signal: during,
        // Files with holes are larger than what the image was allowed to write.
        maximumBytes,
      });
    } finally {
      archive.close();
    }
  };
  const volume = (what: string, tar: AsyncIterable<Uint8Array>): Promise<string> =>
    filledVolume(run, { image: image.id, what, tar }, signal);
  return {
    get refusal() {
      return refusal;
    },
    async instrument(start) {
      started = start;
      if (givenUp !== undefined) {
        command = undefined;
        refusal = givenUp;
        return { start };
      }
      if (isKept) processor ??= await anyProcessor(run.engine, signal);
      const made = tracerCommand({ ...start, environment: [...imageEnvironment(image), ...start.environment] }, tools, {
        purpose,
        engine: run.engine.kind,
        ...(runtime !== undefined && { runtime }),
        ...(isKept && processor !== undefined && { processor }),
      });
      if ('reason' in made) {
        command = undefined;
        refusal = made.reason;
        return { start };
      }
      command = made;
      refusal = undefined;
      toolsVolume ??= volume('tracer', tools.contents());
      const output = await volume(
        `trace-${++attempts}`,
        writeTar([{ path: TRACES.slice(OUTPUT.length + 1), type: 'directory', mode: 0o1777 }]),
      );
      return {
        start: {
          ...start,
          entrypoint: made.words,
          command: [],
          environment: [
            ...start.environment.filter((word) => !made.environment.some((own) => sameName(own, word))),
            ...made.environment,
          ],
        },
        tools: {
          capabilities: made.capabilities,
          volumes: { [TOOLS]: { name: await toolsVolume, readOnly: true }, [OUTPUT]: { name: output } },
          trace: { volume: output, maximumBytes: MAX_TRACE },
        },
      };
    },
    async hasTraced(cage) {
      if (command === undefined) return true;
      let hasCalls = false;
      await readOutput(cage, { call: () => (hasCalls = true) }, signal, HEAD_BYTES);
      if (!hasCalls) {
        const log = await cage.log(signal);
        // The container may not use that processor, or may not say which: the tracer does without.
        if (command.isKept && log.some((line) => line.includes('taskset: '))) {
          isKept = false;
          return false;
        }
        const [words] = log.filter((line) => line.includes('strace: '));
        givenUp = `the tracer did not begin in it${words === undefined ? '' : ` (${words})`}`;
      }
      return hasCalls;
    },
    async read(cage, visitor, during) {
      if (command === undefined) throw new Error('nothing was traced');
      const reading = await readOutput(cage, visitor, during);
      return { reading, coverage: traceCoverage(tools, command, reading), problems: reading.problems };
    },
    async peek(cage, visitor, most, during) {
      if (command === undefined) return false;
      return !(await readOutput(cage, visitor, during, most)).incomplete;
    },
  };
}

/** The number of a processor of the engine; undefined where it does not say how many it has, or a cage has the time of several. */
async function anyProcessor(engine: Engine, signal: AbortSignal): Promise<number | undefined> {
  const { processors } = await engineInfo(engine, signal);
  return processors === undefined || processors < 1 || defaultCageLimits.processors > 1
    ? undefined
    : randomInt(processors);
}

function imageEnvironment({ config }: EngineImageDescription): readonly string[] {
  const value = config['Env'];
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}

function sameName(a: string, b: string): boolean {
  return a.split('=', 1)[0] === b.split('=', 1)[0];
}
