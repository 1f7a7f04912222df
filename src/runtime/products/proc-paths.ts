import type { CallEvent, CallProcess } from '../../model/call.ts';
import type { ProcessTable } from '../calls/process-table.ts';

/** Processes whose programs are kept, and open files of one process. */
const MAX_PROCESSES = 200_000;
const MAX_OPEN = 256;
/** Links that are followed in one path, as the kernel does it (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * Follows the links of /proc that lead to files of a process (proc_pid_exe(5), proc_pid_root(5), proc_pid_cwd(5),
 * proc_pid_fd(5)): a program that is started as `/proc/self/exe` is the one that runs already. Told of all calls, in their order.
 */
export class ProcPaths {
  readonly #programs = new Map<number, string>();
  readonly #open = new Map<number, Map<number, string>>();

  /** The program that a process runs; undefined where its start was not seen, or it is no file. */
  programOf(pid: number): string | undefined {
    return this.#programs.get(pid);
  }

  /**
   * The call with the paths that its links lead to; those that lead nowhere that is known stay as they are.
   * @param process as it is after the call
   */
  follow(event: CallEvent, process: CallProcess, table: ProcessTable): CallEvent {
    const real = this.#followed(event, process, table);
    if (real.error === undefined) this.#take(real);
    return real;
  }

  #followed(event: CallEvent, process: CallProcess, table: ProcessTable): CallEvent {
    if (!('path' in event) && !('to' in event)) return event;
    const real = (path: string | undefined): string | undefined =>
      path === undefined || !isLink.test(path) ? path : this.#lead(path, process, table);
    const { path } = event;
    // What a symbolic link leads to is text, and no file that was used.
    const ownPath = event.kind === 'symlink' ? path : real(path);
    const to = 'to' in event ? real(event.to) : undefined;
    if (ownPath === path && (!('to' in event) || to === event.to)) return event;
    return {
      ...event,
      ...(ownPath !== undefined && { path: ownPath }),
      ...(to !== undefined && { to }),
    } as CallEvent;
  }

  #lead(path: string, process: CallProcess, table: ProcessTable): string {
    let now = path.replace(/^\/dev\/fd(?=\/)/, '/proc/self/fd');
    for (let links = 0; links < MAX_LINKS; links++) {
      const found = isLink.exec(now);
      if (found === null) return now;
      const [whole, owner = '', kind = '', descriptor] = found;
      const pid = /^\d/.test(owner) ? Number(owner) : process.pid;
      const target =
        kind === 'exe'
          ? this.#programs.get(pid)
          : kind === 'root'
            ? ''
            : kind === 'cwd'
              ? (pid === process.pid ? process : table.get(pid))?.directory
              : this.#open.get(pid)?.get(Number(descriptor));
      if (target === undefined) return path;
      now = `${target}${now.slice(whole.length)}` || '/';
    }
    return path;
  }

  #take(event: CallEvent): void {
    const { pid } = event;
    switch (event.kind) {
      case 'exec':
        if (event.path === undefined || event.memory === true) this.#programs.delete(pid);
        else this.#setProgram(pid, event.path);
        break;
      case 'fork': {
        if (event.thread) break;
        const program = this.#programs.get(pid);
        if (program !== undefined) this.#setProgram(event.child, program);
        const open = this.#open.get(pid);
        if (open !== undefined) this.#open.set(event.child, new Map(open));
        break;
      }
      case 'exit':
        if (event.pid !== event.tid) break;
        this.#programs.delete(pid);
        this.#open.delete(pid);
        break;
      case 'open':
        this.#setOpen(pid, event.descriptor, event.path);
        break;
      case 'duplicate':
        this.#setOpen(pid, event.descriptor, event.from?.kind === 'file' ? event.from.path : undefined);
        break;
      default:
    }
  }

  #setProgram(pid: number, path: string): void {
    if (this.#programs.size < MAX_PROCESSES || this.#programs.has(pid)) this.#programs.set(pid, path);
  }

  #setOpen(pid: number, descriptor: number | undefined, path: string | undefined): void {
    if (descriptor === undefined) return;
    let open = this.#open.get(pid);
    if (path === undefined) {
      open?.delete(descriptor);
      return;
    }
    if (open === undefined) {
      if (this.#open.size >= MAX_PROCESSES) return;
      open = new Map();
      this.#open.set(pid, open);
    }
    if (open.size < MAX_OPEN || open.has(descriptor)) open.set(descriptor, path);
  }
}

const isLink =
  /^\/(?:proc\/(self|thread-self|\d{1,10})(?:\/task\/\d{1,10})?\/(?:(exe|root|cwd)|(?:fd\/(\d{1,7})))|dev\/fd\/\d{1,7})(?=\/|$)/;
