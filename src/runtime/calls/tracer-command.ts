import type { ObservationCoverage } from '../../model/observation.ts';
import { isGvisor } from '../gvisor.ts';
import type { TraceReading } from './read-trace.ts';
import { type TracePurpose, traceSet } from './trace-sets.ts';
import type { TracerTools } from './tracer-tools.ts';

/** Where the volume of the tracer's output is mounted in a container. */
export const OUTPUT = '/.o';

/**
 * The folder in it that the tracer writes into, one file a thread: everybody may write there (mode 1777). Docker gives a
 * folder in a volume the mode that is wanted, not the volume itself.
 */
export const TRACES = '/.o/w';

/** What an image, and its user, say of the program that is to be traced: all in exec form. */
export interface TracedProgram {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** `NAME=value`: what the program gets. */
  readonly environment: readonly string[];
}

export interface TracerOptions {
  readonly purpose: TracePurpose;
  readonly engine: 'docker' | 'podman';
  /** OCI runtime that the container runs in; absent: that of the engine. */
  readonly runtime?: string;
  /**
   * Number of the processor that tracer and program are kept on, where the container has no more time than that of one.
   * They take turns, and the scheduler puts whoever is woken on one that has nothing to do: going to and fro between two
   * that sleep takes longer than all that the tracer does.
   */
  readonly processor?: number;
}

/** How the container is to be made so that the tracer is the first to run in it. */
export interface TracerCommand {
  /** Takes the place of entrypoint and command. */
  readonly words: readonly string[];
  /**
   * For the environment of the container: takes the variables away that would change the tracer. The program gets them
   * from the tracer nevertheless.
   */
  readonly environment: readonly string[];
  /** Capabilities that the container needs in addition; without them some arguments stay unread. */
  readonly capabilities: readonly string[];
  /** All of it is kept on one processor. */
  readonly isKept: boolean;
  /** Only calls that are traced are stopped. */
  readonly filtered: boolean;
  /** Sentences that say what it will not see. */
  readonly blindSpots: readonly string[];
}

/** What is known of the tracer that is to be started. */
export type Tracer = Pick<TracerTools, 'version'> & Partial<Pick<TracerTools, 'architecture'>>;

/** Characters of a string that are written; file names have up to 4096. */
const STRING = '4096';

/** Variables that glibc's and musl's dynamic linkers and allocators obey (ld.so(8), mallopt(3)). */
const loaderVariable = /^(?:LD_[A-Z_0-9]+|GLIBC_TUNABLES|MALLOC_[A-Z_]+|LIBUNWIND_[A-Z_]+|UNW_[A-Z_]+)$/;

/**
 * Where an image says nothing of its time zone, the C library looks for the file of that of the machine at each line that
 * strace writes. `:` is UTC, and no file (tzset(3)). Of what it sets the program itself gets nothing.
 */
const ZONE = 'TZ';

/** It counts even where it is empty: glibc's dynamic linker then shows what it would load, and ends. */
const ONLY_SHOWN = 'LD_TRACE_LOADED_OBJECTS';

/**
 * The command line around a program, by which it is traced from its first instruction on and stays process 1.
 * @returns the command, or a sentence that says why there is none
 */
export function tracerCommand(
  program: TracedProgram,
  tools: Tracer & Pick<TracerTools, 'command' | 'onProcessor'>,
  options: TracerOptions,
): TracerCommand | { readonly reason: string } {
  const words = [...program.entrypoint, ...program.command];
  if (words.length === 0 || words[0] === '') {
    return { reason: 'the image has neither an entrypoint nor a command: there is nothing to run' };
  }
  const kept = program.environment.filter((variable) => loaderVariable.test(nameOf(variable)));
  const names = [...new Set(kept.map(nameOf))];
  if (options.engine === 'podman' && names.includes(ONLY_SHOWN)) {
    return {
      reason: `the image sets ${ONLY_SHOWN}, which keeps the tracer from starting, and Podman cannot take it away`,
    };
  }
  const { processor } = options;
  const onProcessor =
    processor === undefined || tools.onProcessor === undefined ? [] : [...tools.onProcessor, String(processor)];
  const hasZone = program.environment.some((variable) => nameOf(variable) === ZONE);
  const filtered =
    options.purpose !== 'all' &&
    // gVisor runs such filters, and does not stop at all of the calls: most of a trace would be missing, and nobody told.
    !isGvisor(options.runtime);
  return {
    words: [
      ...onProcessor,
      ...tools.command,
      // A file a thread, and no line of one between the halves of another; what has a number again goes behind what had it.
      ...['-ff', '-A', '-o', `${TRACES}/t`],
      // The program stays process 1, in a process group and session of its own.
      '-DDD',
      // Who ends the tracer ends what it traces: nothing runs on unseen.
      ...(endsWithTracer(tools.version) ? ['--kill-on-exit'] : []),
      ...(filtered ? ['--seccomp-bpf'] : []),
      ...tracedCalls(tools, options.purpose),
      // All processes but the tracer are traced already: only that one could be taken hold of, and nobody could end it then.
      ...['-e', 'inject=ptrace:error=EPERM'],
      ...kept.flatMap((variable) => ['-E', variable]),
      ...(hasZone ? [] : ['-E', ZONE]),
      ...['--', ...words],
    ],
    environment: [
      // Docker takes a variable away that is named without a value; to Podman that is no word, but it can be empty.
      ...(options.engine === 'docker' ? names : names.map((name) => `${name}=`)),
      ...(hasZone ? [] : [`${ZONE}=:`]),
    ],
    capabilities: ['SYS_PTRACE'],
    isKept: onProcessor.length > 0,
    filtered,
    blindSpots: [
      ...blindSpots(options, filtered),
      ...(onProcessor.length > 0
        ? ['It was kept on one processor: what it does only where it has several was not seen.']
        : []),
    ],
  };
}

/** The options of strace that say which calls are told and how: a file of lines that `read-trace.ts` understands. */
export function tracedCalls(tracer: Tracer, purpose: TracePurpose): string[] {
  return [
    // Not -qq: the ends of processes are wanted. Not -v, but for what nobody reads: attributes of files.
    ...['-q', '-ttt', '-e', 'abbrev=%%stat,%%statfs', '-s', STRING, '-e', 'signal=none'],
    // For the numbers of devices, which nobody reads, each file would be looked at (strace has the option since 5.6).
    ...(isAtLeast(tracer.version, 5, 6) ? ['-e', 'decode-fds=!dev'] : ['-yy']),
    ...['-e', `trace=${traceSet(purpose, tracer.architecture)}`],
  ];
}

/** strace has `--kill-on-exit` since version 6.3 (its NEWS file). */
function endsWithTracer(version: string | undefined): boolean {
  return isAtLeast(version, 6, 3);
}

function isAtLeast(version: string | undefined, major: number, minor: number): boolean {
  const found = /^(\d{1,5})\.(\d{1,5})/.exec(version ?? '');
  if (found === null) return false;
  const [is, of] = [Number(found[1]), Number(found[2])];
  return is > major || (is === major && of >= minor);
}

function nameOf(variable: string): string {
  return variable.split('=', 1)[0]!;
}

function blindSpots(options: TracerOptions, filtered: boolean): string[] {
  const spots = [
    'Programs that are started in the container from outside, a HEALTHCHECK among them, are not traced.',
    'A program can see that it is traced, and behave otherwise.',
    'The tracer is a child of the program: one that waits until it has no child left waits for it.',
  ];
  if (options.purpose === 'behaviour') {
    spots.push('What is read from and written to open files is not traced, only that they were opened and how.');
  }
  if (filtered) {
    // The action of a filter that refuses comes before that of one that asks the tracer (seccomp(2), "Return Value").
    spots.push(
      "Calls that the engine's own filter refuses (mount, unshare, kernel modules and the like) were refused, and not seen.",
    );
  }
  if (isGvisor(options.runtime)) {
    spots.push(
      'It runs on the kernel of gVisor: every call is stopped, which makes it slow, and calls that kernel lacks fail.',
    );
  }
  return spots;
}

/** What the report says of a trace. */
export function traceCoverage(
  tools: Pick<TracerTools, 'version'>,
  command: Pick<TracerCommand, 'blindSpots'>,
  reading: TraceReading,
): Omit<ObservationCoverage, 'sockets'> {
  const spots = [...command.blindSpots];
  const ring = reading.counts['io_uring_setup'];
  if (ring !== undefined && ring.count > ring.failed) {
    spots.push(
      'The container uses io_uring: what it reads, writes and connects to that way is no call, and was not seen.',
    );
  }
  if (reading.touched.length > 0) {
    spots.push(`The trace itself may be wrong: its files were touched by ${reading.touched.join(', ')}.`);
  }
  if (reading.lost > 0) {
    spots.push(
      `What ${reading.lost} ${reading.lost === 1 ? 'thread' : 'threads'} did is missing: the tracer wrote it, and it is not there any more.`,
    );
  }
  if (reading.untraced > 0) {
    spots.push(
      `${reading.untraced} processes were started so that they are not traced (CLONE_UNTRACED): most of what they call is refused, and none of it was seen.`,
    );
  }
  if (reading.cut > 0)
    spots.push(
      `${reading.cut} lines of the trace were too long, or were being written when the run was ended: their ends were not read.`,
    );
  if (reading.incomplete) spots.push('The trace was not read to its end.');
  if (reading.calls === 0) spots.push('The tracer wrote nothing: nobody knows what ran.');
  return {
    tracer: 'strace',
    ...(tools.version !== undefined && { version: tools.version }),
    calls: reading.calls,
    lost: reading.lost,
    undecoded: reading.undecoded,
    blindSpots: spots,
  };
}
