import type { CallEvent, CallProcess } from '../../model/call.ts';
import type { CallCounts } from '../../model/observation.ts';
import { CallCounter } from './call-counter.ts';
import { DnsAnswers } from './dns.ts';
import { type CallVisitor, type FirstProcess, Processes, shortName } from './process-table.ts';
import { CallArguments } from './strace/call-arguments.ts';
import { decodeCall } from './strace/decode-line.ts';
import { LinkedFolders } from './strace/linked-folders.ts';
import { ProcessContext } from './strace/process-context.ts';
import { UnnamedSockets } from './strace/unnamed-sockets.ts';

/** Characters of a line that are read; of the rest only the end. */
export const MAX_LINE = 64 * 1024;
const MAX_THREADS = 200_000;
const MAX_TOUCHES = 10;
/** Seconds: the tracer may end before it has opened the file of a thread that has just begun. */
const BEGINNING = 0.5;

export interface TraceOptions {
  /** What is known of the process that the tracer starts. */
  readonly first?: FirstProcess;
  /** The folder that a path of the image is, with all links of the image followed. */
  readonly realFolder?: (folder: string) => string;
  /** Folder of the container that the trace is written to: who touches it is told. */
  readonly output?: string;
  /** Number of the thread that it starts. */
  readonly firstThread?: number;
}

/** What a trace said, beside its events. */
export interface TraceSummary {
  readonly counts: CallCounts;
  readonly calls: number;
  /** Lines that made no sense, and calls with an argument that could not be read. */
  readonly undecoded: number;
  /** Lines that were longer than {@link MAX_LINE}: their ends were not read. */
  readonly cut: number;
  /** Threads of which nothing is there though they were started, or that nobody started though they are there. */
  readonly lost: number;
  /** What processes did to the files of the trace: each the name of a process and the call. */
  readonly touched: readonly string[];
  /** Children that were to be kept from the tracer (clone(2), CLONE_UNTRACED). */
  readonly untraced: number;
}

/** What the threads of a process share. */
interface Shared {
  process: CallProcess;
  readonly context: ProcessContext;
}

interface Thread {
  readonly tid: number;
  shared: Shared;
  /** A call that did not return yet: its line up to there. */
  pending?: { readonly text: string; readonly cut: boolean };
  /** Another thread of it started a program, and took its number. */
  replaced?: true;
}

/**
 * Turns lines of strace into events, in the order in which they are told: keeps the processes with their threads, joins
 * the halves of calls that were interrupted, and counts. Lines of one thread must come in their order.
 */
export class TraceDecoder {
  readonly #visitor: CallVisitor;
  readonly #options: TraceOptions;
  readonly #call = new CallArguments();
  readonly #processes = new Processes();
  readonly #threads = new Map<number, Thread>();
  readonly #answers = new DnsAnswers();
  readonly #links: LinkedFolders;
  readonly #sockets = new UnnamedSockets();
  readonly #counter = new CallCounter();
  readonly #touched = new Set<string>();
  /** Threads that were started, with the time. */
  readonly #started = new Map<number, number>();
  readonly #files: ReadonlySet<number>;
  #orphans = 0;
  #last = 0;
  #undecoded = 0;
  #cut = 0;
  #untraced = 0;
  #hasFirst = false;

  /** @param files threads that have a file */
  constructor(visitor: CallVisitor, options: TraceOptions, files: ReadonlySet<number>) {
    this.#visitor = visitor;
    this.#options = options;
    this.#files = files;
    this.#links = new LinkedFolders(options.realFolder);
  }

  /**
   * Reads a line.
   * @param tid thread that it is of
   * @param cut the line is the beginning of a longer one, of which `tail` is the end
   */
  line(text: string, tid: number, cut = false, tail = ''): void {
    const { line } = this.#call;
    if (cut) this.#cut++;
    line.scan(text, cut);
    if (line.at > this.#last) this.#last = line.at;
    if (line.kind === 'nonsense') this.#undecoded++;
    else if (line.kind !== 'note') {
      this.#scanned(this.#threads.get(tid) ?? this.#orphan(tid, line.at), text, cut, tail);
    }
  }

  /** The trace is over: what was interrupted is told as it stands. */
  finish(): TraceSummary {
    for (const thread of [...this.#threads.values()]) this.#flush(thread);
    return {
      counts: this.#counter.counts,
      calls: this.#counter.calls,
      undecoded: this.#undecoded,
      cut: this.#cut,
      lost: this.#lost(),
      touched: [...this.#touched],
      untraced: this.#untraced,
    };
  }

  /** A program may take away what the tracer wrote of it; that somebody started it is written elsewhere. */
  #lost(): number {
    const files = this.#files;
    if (files.size === 0) return 0;
    const { firstThread } = this.#options;
    let lost = Math.max(0, this.#orphans - 1);
    if (firstThread !== undefined && !files.has(firstThread)) lost++;
    for (const [tid, at] of this.#started) if (!files.has(tid) && at < this.#last - BEGINNING) lost++;
    return lost;
  }

  #scanned(thread: Thread, text: string, cut: boolean, tail: string): void {
    const { line } = this.#call;
    switch (line.kind) {
      case 'call':
        this.#flush(thread, text, cut);
        this.#decode(thread, tail);
        return;
      case 'unfinished':
        this.#flush(thread, text, cut);
        thread.pending = { text: text.slice(0, line.result), cut };
        return;
      case 'resumed':
        this.#resume(thread, text, cut, tail);
        return;
      case 'moved':
        this.#moved(thread, Number(line.word));
        return;
      case 'exited':
      case 'killed':
        this.#ended(thread);
        return;
      default:
        // `superseded`: the thread that took the number tells what follows.
        delete thread.pending;
    }
  }

  #decode(thread: Thread, tail: string): void {
    const { process, context } = thread.shared;
    const events = decodeCall(this.#call, context, process.pid, thread.tid, tail);
    const failed = this.#call.error !== undefined;
    if (!this.#counter.count(this.#call.line.call, failed) || this.#call.undecoded) this.#undecoded++;
    for (const event of events) this.#tell(thread, event);
  }

  #tell(thread: Thread, event: CallEvent): void {
    if (event.kind === 'fork' && this.#call.line.text.includes('CLONE_UNTRACED')) this.#untraced++;
    this.#change(thread, event);
    this.#watch(thread, event);
    this.#visitor.call(event, thread.shared.process, this.#processes);
    if (event.kind === 'fork' && event.error === undefined) this.#fork(thread, event.child, event.thread, event.at);
  }

  /** What the event says of the process itself. */
  #change(thread: Thread, event: CallEvent): void {
    if (event.error !== undefined) return;
    const { shared } = thread;
    let { process } = shared;
    if (event.kind === 'exec') process = this.#processes.exec(process, event.path, event.arguments);
    else if (event.kind === 'credentials' && (event.uid ?? event.gid) !== undefined) {
      const { uid, gid } = event;
      process = this.#processes.change(process, {
        ...(uid !== undefined && { uid }),
        ...(gid !== undefined && { gid }),
      });
    } else if (event.kind === 'prctl' && thread.tid === process.pid) {
      const name = /^PR_SET_NAME, "([^"]{0,60})"/.exec(event.argument ?? '')?.[1];
      if (name !== undefined) process = this.#processes.change(process, { name: shortName(name) });
    }
    const { directory } = shared.context;
    if (directory !== undefined && directory !== process.directory) {
      process = this.#processes.change(process, { directory });
    }
    shared.process = process;
  }

  #watch(thread: Thread, event: CallEvent): void {
    const { output } = this.#options;
    if (output === undefined || this.#touched.size >= MAX_TOUCHES) return;
    const { path, to }: { path?: string; to?: string } = event as object;
    if (!isBelow(path, output) && !isBelow(to, output)) return;
    if (event.kind === 'stat' || event.kind === 'access' || event.kind === 'readlink') return;
    if (event.kind === 'open' && event.access === 'read') return;
    this.#touched.add(`${thread.shared.process.name} (${event.call})`);
  }

  #fork(thread: Thread, child: number, isThread: boolean, at: number): void {
    const { shared } = thread;
    if (this.#started.size < MAX_THREADS) this.#started.set(child, at);
    const known = this.#threads.get(child);
    if (known !== undefined && known !== thread && isOrphan(known)) {
      // The clock was set back: the child came before its beginning.
      this.#orphans--;
      if (isThread) known.shared = shared;
      else known.shared.process = this.#processes.adopt(shared.process.pid, known.shared.process);
    } else if (isThread) this.#keep({ tid: child, shared });
    else {
      const process = this.#processes.fork(shared.process, child, at);
      this.#keep({ tid: child, shared: { process, context: shared.context.copy() } });
    }
  }

  #keep(thread: Thread): Thread {
    if (this.#threads.size >= MAX_THREADS) this.#threads.delete(this.#threads.keys().next().value!);
    this.#threads.set(thread.tid, thread);
    return thread;
  }

  /** A thread that nobody was seen to start. */
  #orphan(tid: number, at: number): Thread {
    const known = this.#hasFirst ? {} : (this.#options.first ?? {});
    this.#hasFirst = true;
    this.#orphans++;
    const process = this.#processes.add(tid, at, known);
    return this.#keep({
      tid,
      shared: { process, context: new ProcessContext(known.directory, this.#answers, '', this.#links, this.#sockets) },
    });
  }

  #resume(thread: Thread, text: string, cut: boolean, tail: string): void {
    const { line } = this.#call;
    if (thread.replaced === true) {
      delete thread.replaced;
      return;
    }
    const { pending } = thread;
    if (pending === undefined) {
      this.#undecoded++;
      return;
    }
    const whole = `${pending.text}${text.slice(line.result, line.result + MAX_LINE)}`;
    line.scan(whole, pending.cut || cut);
    if (line.kind === 'call') this.#decode(thread, tail === '' ? text.slice(-300) : tail);
    else this.#undecoded++;
    delete thread.pending;
  }

  /** A thread starts a program: it is the process from now on, and all other threads are gone (execve(2)). */
  #moved(thread: Thread, leader: number): void {
    const of = this.#threads.get(leader) ?? this.#orphan(leader, this.#call.line.at);
    delete of.pending;
    of.replaced = true;
    this.#threads.delete(thread.tid);
    this.#decode(of, '');
  }

  #ended(thread: Thread): void {
    const { line } = this.#call;
    const { at, kind, word } = line;
    this.#flush(thread);
    const { tid } = thread;
    const { process } = thread.shared;
    if (tid === process.pid) {
      const how = kind === 'exited' ? { code: Number(word) } : { signal: word };
      this.#visitor.call({ kind: 'exit', ...how, at, pid: tid, tid, call: 'exit' }, process, this.#processes);
    }
    this.#threads.delete(tid);
  }

  /** A call that never returned, because the process was ended or the trace was: it counts nevertheless. */
  #flush(thread: Thread, text?: string, cut = false): void {
    const { pending } = thread;
    if (pending === undefined) return;
    const { line } = this.#call;
    line.scan(pending.text, true);
    if (line.kind === 'call') this.#decode(thread, '');
    delete thread.pending;
    if (text !== undefined) line.scan(text, cut);
  }
}

/** The folder or what is in it, also by way of a process. */
function isBelow(path: string | undefined, folder: string): boolean {
  if (path === undefined || !path.includes(folder)) return false;
  const plain = path.replace(/^(?:\/proc\/[^/]{1,20}(?:\/task\/\d{1,10})?\/root)+(?=\/)/, '');
  return plain === folder || plain.startsWith(`${folder}/`);
}

/** Nobody was seen to start it. */
function isOrphan({ tid, shared: { process } }: Thread): boolean {
  return process.parent === undefined && process.pid === tid;
}
