import type {
  CallDetail,
  CallEvent,
  CallProcess,
  CallTarget,
  FileAccess,
  SocketAddress,
} from '../../src/model/call.ts';

type Open = Extract<CallDetail, { kind: 'open' }>;

/** A trace that a test writes call by call, with the processes as a tracer would know them by then. */
export class CallTrace {
  readonly #processes = new Map<number, CallProcess>();
  readonly #seen: (event: CallEvent) => void;
  /** Seconds since 1970; each call comes a millisecond after the one before. */
  at: number = 1_790_000_000;

  /** @param seen - told each call, when the table knows of it */
  constructor(seen: (event: CallEvent) => void = () => {}) {
    this.#seen = seen;
  }

  get(pid: number): CallProcess | undefined {
    return this.#processes.get(pid);
  }

  /** A process that is there from the start. */
  process(pid: number, path: string, more: Partial<CallProcess> = {}): this {
    const name = path.slice(path.lastIndexOf('/') + 1).slice(0, 15);
    this.#processes.set(pid, { pid, name, path, arguments: [path], uid: 0, gid: 0, startedAt: this.at, ...more });
    return this;
  }

  call(
    pid: number,
    call: string,
    detail: CallDetail,
    more: { readonly error?: string; readonly tid?: number } = {},
  ): this {
    this.at += 0.001;
    const { error, tid = pid } = more;
    this.#seen({ at: this.at, pid, tid, call, ...(error !== undefined && { error }), ...detail });
    return this;
  }

  fork(pid: number, child: number): this {
    const parent = this.#processes.get(pid)!;
    this.#processes.set(child, { ...parent, pid: child, parent: pid, startedAt: this.at });
    return this.call(pid, 'clone', { kind: 'fork', child, thread: false });
  }

  exec(
    pid: number,
    path: string,
    words: readonly string[] = [path],
    more: Partial<Extract<CallDetail, { kind: 'exec' }>> = {},
  ): this {
    const before = this.#processes.get(pid);
    const name = path.slice(path.lastIndexOf('/') + 1).slice(0, 15);
    this.#processes.set(pid, { uid: 0, gid: 0, startedAt: this.at, ...before, pid, name, path, arguments: words });
    return this.call(pid, 'execve', { kind: 'exec', path, arguments: words, ...more });
  }

  /** Forks and starts a program. */
  run(pid: number, child: number, path: string, words: readonly string[] = [path]): this {
    return this.fork(pid, child).exec(child, path, words);
  }

  open(pid: number, path: string, access: FileAccess = 'read', more: Partial<Open> = {}, error?: string): this {
    const detail: Open = { kind: 'open', path, access, creates: false, truncates: false, descriptor: 5, ...more };
    return this.call(pid, 'openat', detail, error === undefined ? {} : { error });
  }

  /** As `> FILE` opens it. */
  write(pid: number, path: string): this {
    return this.open(pid, path, 'write', { creates: true, truncates: true });
  }

  remove(pid: number, path: string): this {
    return this.call(pid, 'unlinkat', { kind: 'delete', path, directory: false });
  }

  rename(pid: number, path: string, to: string): this {
    return this.call(pid, 'rename', { kind: 'rename', path, to });
  }

  chmod(pid: number, path: string, mode: number): this {
    return this.call(pid, 'fchmodat', { kind: 'chmod', path, mode });
  }

  connect(
    pid: number,
    address: string,
    port: number,
    more: { readonly protocol?: string; readonly name?: string; readonly error?: string } = {},
  ): this {
    const { error, ...rest } = more;
    return this.call(
      pid,
      'connect',
      { kind: 'connect', address: internet(address, port), protocol: 'tcp', ...rest },
      error === undefined ? {} : { error },
    );
  }

  duplicate(pid: number, from: CallTarget, descriptor: number): this {
    return this.call(pid, 'dup2', { kind: 'duplicate', from, descriptor });
  }

  ask(pid: number, name: string): this {
    return this.call(pid, 'sendto', { kind: 'dns', name, type: 'A' });
  }
}

export function internet(address: string, port: number): SocketAddress {
  return { family: address.includes(':') ? 'inet6' : 'inet', address, port };
}
