import type { CallEvent, CallProcess } from '../../model/call.ts';

/** What is known of processes at a moment of a trace. */
export interface ProcessTable {
  /** The process that has the number now, or had it last. */
  get(pid: number): CallProcess | undefined;
}

/** Who makes the calls: told one after the other, in their order, with the table as it is after the call. */
export interface CallVisitor {
  call(event: CallEvent, process: CallProcess, table: ProcessTable): void;
}

/** What is known of the first process before its first call. */
export interface FirstProcess {
  readonly directory?: string;
  readonly uid?: number;
  readonly gid?: number;
}

const MAX_PROCESSES = 200_000;
/** TASK_COMM_LEN without the zero at the end. */
const NAME_BYTES = 15;

/** The processes of a trace. Each entry is a value: what changes gets a new one. */
export class Processes implements ProcessTable {
  readonly #processes = new Map<number, CallProcess>();

  get(pid: number): CallProcess | undefined {
    return this.#processes.get(pid);
  }

  /** A process that nobody was seen to start. */
  add(pid: number, at: number, known: FirstProcess = {}): CallProcess {
    return this.#set({ pid, name: '', arguments: [], startedAt: at, ...known });
  }

  /** A child is what its parent is, until it starts a program. */
  fork(parent: CallProcess, child: number, at: number): CallProcess {
    const { pid: _, parent: __, startedAt: ___, ...inherited } = parent;
    return this.#set({ ...inherited, pid: child, parent: parent.pid, startedAt: at });
  }

  /** Who the parent is shows late, where clocks were set back. */
  adopt(parent: number, child: CallProcess): CallProcess {
    return this.#set({ ...child, parent });
  }

  exec(process: CallProcess, path: string | undefined, words: readonly string[]): CallProcess {
    const { path: _, ...rest } = process;
    // Where the file is not known it is what the program calls itself.
    const named = path ?? words[0];
    const name = named === undefined ? process.name : shortName(named.slice(named.lastIndexOf('/') + 1));
    return this.#set({ ...rest, name, ...(path !== undefined && { path }), arguments: words });
  }

  change(process: CallProcess, change: Partial<CallProcess>): CallProcess {
    return this.#set({ ...process, ...change });
  }

  #set(process: CallProcess): CallProcess {
    if (this.#processes.size >= MAX_PROCESSES && !this.#processes.has(process.pid)) {
      this.#processes.delete(this.#processes.keys().next().value!);
    }
    this.#processes.set(process.pid, process);
    return process;
  }
}

/** What the kernel keeps of a name. */
export function shortName(name: string): string {
  if (name.length * 3 <= NAME_BYTES) return name;
  const bytes = Buffer.from(name);
  if (bytes.length <= NAME_BYTES) return name;
  // A character that does not fit whole is left out.
  let end = NAME_BYTES;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
