import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { childEnvironment } from '../../../net/child-environment.ts';
import { eitherSignal, timeLimit } from '../../../signals.ts';
import { callNames } from '../call-names.ts';
import type { CallVisitor, FirstProcess } from '../process-table.ts';
import { TraceDecoder, type TraceSummary } from '../trace-decoder.ts';
import { AsStrace, type BpfLine, readBpfLine } from './as-strace.ts';
import { bpftraceProgram, STRING_BYTES } from './program.ts';

export interface BpftraceOptions {
  /** A root that has bpftrace; absent: this machine's. */
  readonly folder?: string;
  readonly architecture: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Lines that are kept until it is known which of them are of the container, and characters of one. */
const LINES = 1_000_000;
const LINE = 16 * 1024;
const START_MS = 30_000;
const END_MS = 10_000;
const PAGES = 1024;

/** How bpftrace is started: within a folder it needs the kernel's own file systems there. */
function commandOf(folder: string | undefined, words: readonly string[]): readonly [string, readonly string[]] {
  if (folder === undefined) return ['bpftrace', words];
  const script =
    'cd "$1" && shift && mount -t proc proc proc && mount -t sysfs sysfs sys && mount -t tracefs tracefs sys/kernel/tracing && exec chroot . bpftrace "$@"';
  return ['unshare', ['-m', 'sh', '-c', script, 'sh', folder, ...words]];
}

/** The version of bpftrace, or a sentence that says why there is none to be used. */
export function askBpftrace({
  folder,
  architecture,
  environment,
}: BpftraceOptions): { readonly version: string } | { readonly reason: string } {
  if (process.getuid?.() !== 0) return { reason: 'bpftrace is for root on the machine of the engine' };
  if (callNames(architecture).size === 0) return { reason: `calls of ${architecture} are not known by their numbers` };
  if (folder !== undefined && !existsSync(path.join(folder, 'usr/bin/bpftrace'))) {
    return { reason: `there is no usr/bin/bpftrace in ${folder}: it must be a whole root file system` };
  }
  const [program, words] = commandOf(folder, ['--version']);
  const { status, signal, stdout, error } = spawnSync(program, words, {
    encoding: 'utf8',
    timeout: END_MS,
    maxBuffer: 64 * 1024,
    env: childEnvironment(environment),
  });
  const version = /\bv(\d[\w.~+-]{0,40})/.exec(stdout ?? '')?.[1];
  if (status === 0 && version !== undefined) return { version };
  if (error !== undefined) return { reason: 'there is no bpftrace on this machine; install the package bpftrace' };
  const how = signal === null ? `status ${status}` : signal;
  return { reason: `bpftrace cannot run here (${how}); --tracer-folder can name a root file system with another one` };
}

/** What was seen of one container. */
export interface BpftraceReading extends TraceSummary {
  /** Events that are known to be lost, by others than the container, too: the kernel does not say of whom they were. */
  readonly lost: number;
  /** Its first program was not seen. */
  readonly startMissed: boolean;
}

/** Watches all containers of this machine, and tells of one of them. */
export class Bpftrace {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #architecture: string;
  readonly #separator: string;
  readonly #lines: BpfLine[] = [];
  readonly #ended: Promise<void>;
  #lost = 0;
  #rest = '';
  #words = '';
  #toWallClock: number | undefined;
  #ready: () => void = () => {};

  private constructor({ folder, architecture, environment }: BpftraceOptions) {
    this.#architecture = architecture;
    this.#separator = `x${randomBytes(12).toString('hex')}x`;
    const mounts = /\d+/.exec(readlinkSync('/proc/self/ns/mnt'))?.[0] ?? '';
    const program = bpftraceProgram(architecture, this.#separator, mounts) ?? '';
    const [command, words] = commandOf(folder, ['-f', 'json', '-e', program]);
    this.#child = spawn(command, words, {
      env: {
        ...childEnvironment(environment),
        BPFTRACE_MAX_STRLEN: String(STRING_BYTES),
        BPFTRACE_PERF_RB_PAGES: String(PAGES),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin.on('error', () => {}).end();
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words = `${this.#words}${text}`.slice(-1000);
    });
    // One character a byte: names need not be UTF-8.
    this.#child.stdout.setEncoding('latin1').on('data', (text: string) => this.#take(text));
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve()).once('close', () => resolve());
    });
  }

  /**
   * Starts it, and waits until it watches.
   * @throws Error with the words of bpftrace where it does not come to that
   */
  static async start(options: BpftraceOptions, signal: AbortSignal): Promise<Bpftrace> {
    const made = new Bpftrace(options);
    const over = eitherSignal([signal, timeLimit(START_MS)]);
    const isReady = await new Promise<boolean>((resolve) => {
      made.#ready = () => resolve(true);
      void made.#ended.then(() => resolve(false));
      over.addEventListener('abort', () => resolve(false), { once: true });
      if (over.aborted) resolve(false);
    });
    if (isReady) return made;
    await made.close();
    signal.throwIfAborted();
    throw new Error(`bpftrace does not watch: ${made.#words.trim().slice(-300) || `not within ${START_MS / 1000} s`}`);
  }

  /** Ends it, and waits for what it still writes. */
  async close(): Promise<void> {
    this.#child.kill('SIGINT');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  /**
   * Tells what a container did, from its first program on. Call it once it was closed.
   * @param mounts namespace of its mounts, as /proc/PID/ns/mnt tells it
   * @param firstPid number on this machine of the first process
   */
  read(visitor: CallVisitor, mounts: number, firstPid: number, first: FirstProcess): BpftraceReading {
    const own = this.#lines.filter((line) => line.mounts === mounts);
    own.sort((a, b) => a.nanoseconds - b.nanoseconds);
    // Before that it is the runtime, which makes the container.
    const start = own.findIndex(({ kind, pid }) => kind === 'exec' && pid === firstPid);
    const path = own.findLastIndex(({ kind, tid }, at) => at < start && kind === 'path' && tid === firstPid);
    const threads = new Set(own.filter(({ tid, pid }) => tid !== pid).map(({ tid }) => tid));
    const form = new AsStrace(this.#architecture, this.#toWallClock ?? 0, threads);
    const decoder = new TraceDecoder(visitor, { first });
    const wanted = start < 0 ? own : [...(path < 0 ? [] : [own[path]!]), ...own.slice(start)];
    for (const one of wanted) {
      const line = form.line(one);
      if (line !== undefined) decoder.line(line, one.tid);
    }
    // A thread that makes no call is not missing here.
    return { ...decoder.finish(), lost: this.#lost, startMissed: start < 0 };
  }

  #take(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop()!;
    // Nothing of ours is so long.
    if (this.#rest.length > LINE) this.#rest = '';
    for (const line of lines) this.#line(line);
  }

  #line(text: string): void {
    // Between maps, which it shows at its end, it leaves lines empty.
    if (text === '') return;
    let value: { type?: unknown; data?: unknown };
    try {
      value = JSON.parse(text) as typeof value;
    } catch {
      this.#lost++;
      return;
    }
    if (value.type === 'lost_events') {
      const { events } = value.data as { events?: unknown };
      this.#lost += typeof events === 'number' ? events : 1;
    } else if (value.type === 'printf' && typeof value.data === 'string') {
      const begin = /^B (\d{1,20})\n$/.exec(value.data);
      if (begin !== null) {
        this.#toWallClock = Date.now() / 1000 - Number(begin[1]) / 1e9;
        this.#ready();
        return;
      }
      const line = readBpfLine(value.data, this.#separator);
      if (line === undefined || this.#lines.length >= LINES) this.#lost++;
      else this.#lines.push(line);
    }
  }
}
