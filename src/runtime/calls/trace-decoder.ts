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
/** Lines of threads whose parent is not known yet. */
const MAX_HELD = 10_000;
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
  pending?: { text: string; readonly cut: boolean; child?: number };
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
  readonly #held = new Map<number, { text: string; cut: boolean; tail: string }[]>();
  readonly #forking = new Set<Thread>();
  readonly #touched = new Set<string>();
  /** Threads that were started, with the time; absent where lines say of whom they are. */
  readonly #started = new Map<number, number>();
  readonly #files: ReadonlySet<number> | undefined;
  #orphans = 0;
  #last = 0;
  #heldCount = 0;
  #undecoded = 0;
  #cut = 0;
  #untraced = 0;
  #hasFirst = false;

  /** @param files threads that have a file of their own; absent where all are in one */
  constructor(visitor: CallVisitor, options: TraceOptions = {}, files?: ReadonlySet<number>) {
    this.#visitor = visitor;
    this.#options = options;
    this.#files = files;
    this.#links = new LinkedFolders(options.realFolder);
  }

  /**
   * Reads a line.
   * @param tid thread that it is of; where it stands in front of the line, that counts
   * @param cut the line is the beginning of a longer one, of which `tail` is the end
   */
  line(text: string, tid: number | undefined, cut = false, tail = ''): void {
    const { line } = this.#call;
    if (cut) this.#cut++;
    line.scan(text, cut);
    if (line.at > this.#last) this.#last = line.at;
    const number = line.tid ?? tid;
    if (line.kind === 'note') return;
    if (line.kind === 'nonsense' || number === undefined) {
      this.#undecoded++;
      return;
    }
    const thread = this.#threads.get(number) ?? this.#newThread(number, line.at, line.tid !== undefined);
    if (thread === undefined) this.#hold(number, { text, cut, tail });
    else this.#scanned(thread, text, cut, tail);
  }

  /** The trace is over: what was interrupted is told as it stands. */
  finish(): TraceSummary {
    for (const tid of [...this.#held.keys()]) this.#release(tid, undefined);
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
    if (files === undefined || files.size === 0) return 0;
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
        if (isFork(line.call)) this.#forking.add(thread);
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
    if (event.kind === 'fork' && thread.pending?.child === event.child) return; // told already, when the child began
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
    if (this.#files !== undefined && this.#started.size < MAX_THREADS) this.#started.set(child, at);
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
    if (this.#held.has(child)) this.#release(child, this.#threads.get(child));
  }

  #keep(thread: Thread): Thread {
    if (this.#threads.size >= MAX_THREADS) this.#threads.delete(this.#threads.keys().next().value!);
    this.#threads.set(thread.tid, thread);
    return thread;
  }

  /** A thread that nobody was seen to start; undefined where somebody is just about to. */
  #newThread(tid: number, at: number, inFront: boolean): Thread | undefined {
    if (inFront && this.#forking.size > 0 && this.#heldCount < MAX_HELD) {
      const [parent, second] = this.#forking;
      if (second !== undefined || parent === undefined) return undefined;
      this.#early(parent, tid, at);
      return this.#threads.get(tid);
    }
    return this.#orphan(tid, at);
  }

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

  /** A child speaks before the call that made it returned, and only one can have made it. */
  #early(parent: Thread, child: number, at: number): void {
    const pending = parent.pending;
    this.#forking.delete(parent);
    if (pending === undefined) return void this.#orphan(child, at);
    const isThread = pending.text.includes('CLONE_THREAD');
    const { line } = this.#call;
    const [text, cut] = [line.text, line.cut];
    line.scan(pending.text, true);
    const { call, at: began } = line;
    const { process } = parent.shared;
    pending.child = child;
    const event: CallEvent = {
      kind: 'fork',
      child,
      thread: isThread,
      at: began,
      pid: process.pid,
      tid: parent.tid,
      call,
    };
    this.#visitor.call(event, process, this.#processes);
    // With it lines are told that waited for it: only then the one is looked at again that this is about.
    this.#fork(parent, child, isThread, began);
    line.scan(text, cut);
  }

  #hold(tid: number, line: { text: string; cut: boolean; tail: string }): void {
    const lines = this.#held.get(tid) ?? [];
    lines.push(line);
    this.#held.set(tid, lines);
    this.#heldCount++;
  }

  #release(tid: number, thread: Thread | undefined): void {
    const lines = this.#held.get(tid) ?? [];
    this.#held.delete(tid);
    this.#heldCount -= lines.length;
    for (const { text, cut, tail } of lines) {
      this.#call.line.scan(text, cut);
      const of = thread ?? this.#threads.get(tid) ?? this.#orphan(tid, this.#call.line.at);
      this.#scanned(of, text, cut, tail);
    }
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
    this.#forking.delete(thread);
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
    this.#forking.delete(thread);
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

function isFork(call: string): boolean {
  return call === 'vfork' || call === 'fork' || call.startsWith('clone');
}
