import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { endianness } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallCounts } from '../../../model/observation.ts';
import { CallCounter } from '../call-counter.ts';
import { callNames } from '../call-names.ts';
import { type EventFormat, numberField, readEventFormat } from './formats.ts';
import { type RingRecord, readRingPage } from './pages.ts';

/** Where tracefs usually is (kernel documentation, trace/ftrace). */
const folders = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];
const events = {
  enter: 'raw_syscalls/sys_enter',
  exit: 'raw_syscalls/sys_exit',
  end: 'sched/sched_process_exit',
} as const;

const POLL_MS = 20;
/** Memory of each processor. */
const KILOBYTES = 16_384;
const MAX_ERROR = 4095;

export interface FtraceOptions {
  /** tracefs; default: where it usually is. */
  readonly folder?: string;
  /** Name of the instance: of letters, digits and `-`. */
  readonly name: string;
  /** Threads of this machine whose children, and theirs, are watched. */
  readonly threads: readonly number[];
  readonly architecture: string;
}

export interface FtraceSummary {
  readonly counts: CallCounts;
  readonly calls: number;
  readonly lost: number;
}

/** Why the kernel's own tracer cannot be used here, or undefined where it can. */
export function whyNoFtrace(folder?: string): string | undefined {
  if (process.getuid?.() !== 0) return 'the tracer of the kernel is for root';
  if (endianness() !== 'LE') return 'pages of the ring buffer are read on machines with the least byte first';
  const found = tracefs(folder);
  if (found === undefined) return 'tracefs is not mounted';
  return Object.values(events).every((event) => readEventFormat(found, event) !== undefined)
    ? undefined
    : 'the kernel has no events of system calls';
}

function tracefs(folder?: string): string | undefined {
  return (folder === undefined ? folders : [folder]).find((one) => readEventFormat(one, events.enter) !== undefined);
}

/**
 * Counts the system calls of processes, without arguments, and for a fraction of what strace costs. It has an instance of
 * tracefs of its own, which nobody else's tracing sees, and takes it away at the end.
 */
export class Ftrace {
  readonly #instance: string;
  readonly #descriptors: number[] = [];
  readonly #formats: Readonly<Record<keyof typeof events, EventFormat>>;
  readonly #names: ReadonlyMap<number, string>;
  readonly #counter = new CallCounter();
  readonly #pending = new Map<number, number>();
  readonly #page: Buffer;
  #lost = 0;
  #isOver = false;
  readonly #loop: Promise<void>;

  /**
   * Begins to read, until `stop`.
   * @throws Error of the file system where tracefs refuses
   */
  constructor(options: FtraceOptions) {
    const folder = tracefs(options.folder);
    if (folder === undefined || !/^[A-Za-z0-9-]{1,100}$/.test(options.name)) throw new Error('there is no tracefs');
    this.#names = callNames(options.architecture);
    this.#formats = formatsOf(folder);
    this.#page = Buffer.alloc(pageBytes(folder));
    this.#instance = path.join(folder, 'instances', options.name);
    mkdirSync(this.#instance);
    try {
      this.#write('trace_clock', 'mono');
      this.#write('buffer_size_kb', String(KILOBYTES));
      this.#write('options/event-fork', '1');
      this.#write('set_event_pid', options.threads.join(' '));
      for (const event of Object.values(events)) this.#write(`events/${event}/enable`, '1');
      const processors = readdirSync(path.join(this.#instance, 'per_cpu'));
      for (const processor of processors) {
        const pipe = path.join(this.#instance, 'per_cpu', processor, 'trace_pipe_raw');
        this.#descriptors.push(openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK));
      }
    } catch (error) {
      this.#remove();
      throw error;
    }
    this.#loop = this.#read();
  }

  /** Reads what is left, and takes the instance away. */
  async stop(): Promise<FtraceSummary> {
    this.#write('tracing_on', '0');
    this.#isOver = true;
    try {
      await this.#loop;
      this.#drain();
      this.#lost += this.#overrun();
    } finally {
      this.#remove();
    }
    return { counts: this.#counter.counts, calls: this.#counter.calls, lost: this.#lost };
  }

  async #read(): Promise<void> {
    while (!this.#isOver) {
      this.#drain();
      await sleep(POLL_MS);
    }
  }

  /** What the processors hold, in the order of time: a call may return on another processor than it was made on. */
  #drain(): void {
    const records: RingRecord[] = [];
    for (const descriptor of this.#descriptors) {
      while (this.#next(descriptor)) {
        readRingPage(this.#page, ({ time, data }) => records.push({ time, data: Buffer.from(data) }));
      }
    }
    records.sort((a, b) => a.time - b.time);
    for (const record of records) this.#record(record);
  }

  #next(descriptor: number): boolean {
    try {
      return readSync(descriptor, this.#page, 0, this.#page.length, null) > 0;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return false;
      throw error;
    }
  }

  #record({ data }: RingRecord): void {
    if (data.length < 8) return;
    const id = data.readUInt16LE(0);
    const tid = data.readInt32LE(4);
    const { enter, exit, end } = this.#formats;
    if (id === enter.id) this.#pending.set(tid, numberField(enter, data, 'id'));
    else if (id === exit.id) this.#returned(tid, numberField(exit, data, 'id'), numberField(exit, data, 'ret'));
    else if (id === end.id) this.#ended(numberField(end, data, 'pid'));
  }

  #returned(tid: number, call: number, result: number): void {
    this.#pending.delete(tid);
    if (call >= 0) this.#count(call, result < 0 && result >= -MAX_ERROR);
  }

  #count(call: number, failed: boolean): void {
    this.#counter.count(this.#names.get(call) ?? `syscall_${call}`, failed);
  }

  /** A call that never returned: exit_group itself. */
  #ended(pid: number): void {
    const call = this.#pending.get(pid);
    if (call !== undefined) this.#count(call, false);
    this.#pending.delete(pid);
  }

  /** Events that nobody read before they were overwritten. */
  #overrun(): number {
    let lost = 0;
    for (const processor of readdirSync(path.join(this.#instance, 'per_cpu'))) {
      const stats = readFileSync(path.join(this.#instance, 'per_cpu', processor, 'stats'), 'utf8');
      for (const [, count] of stats.matchAll(/^(?:overrun|commit overrun|dropped events): (\d{1,15})$/gm))
        lost += Number(count);
    }
    return lost;
  }

  #write(file: string, text: string): void {
    writeFileSync(path.join(this.#instance, file), text);
  }

  #remove(): void {
    for (const descriptor of this.#descriptors.splice(0)) closeSync(descriptor);
    rmdirSync(this.#instance);
  }
}

function formatsOf(folder: string): Readonly<Record<keyof typeof events, EventFormat>> {
  const entries = Object.entries(events).map(([name, event]) => [name, readEventFormat(folder, event)]);
  return Object.fromEntries(entries) as Record<keyof typeof events, EventFormat>;
}

/** A page of the ring buffer is one of the machine: 4 KiB, on some 16 or 64. */
function pageBytes(folder: string): number {
  const text = readFileSync(path.join(folder, 'events/header_page'), 'utf8');
  const found = /\bdata;\s*offset:(\d{1,3});\s*size:(\d{1,7});/.exec(text);
  return found === null ? 4096 : Math.min(Number(found[1]) + Number(found[2]), 2 ** 20);
}
