import type { ObservedProcess } from '../../model/observation.ts';
import type { PackagePlaces } from '../package-places.ts';
import { observedProcess } from '../products/observed-process.ts';
import type { FileUse } from '../products/touched-files.ts';
import { localProc, readLink, readNames, readText } from '../sockets/proc-reader.ts';
import { readProcess, type SocketProcess } from '../sockets/socket-process.ts';

const PROCESSES = 32_768;
/** Bytes of a table of mapped files (proc_pid_maps(5)), and lines of it that are read. */
const MAPS = 4 * 1024 * 1024;
const LINES = 50_000;

/** The processes of a container that runs, looked at from this machine: read, and never touched. */
export class RunningProcesses {
  /** Paths with the heaviest use that was seen. */
  readonly used = new Map<string, FileUse>();
  readonly #seen = new Map<string, { process: SocketProcess; parent: number | undefined; running: boolean }>();
  readonly #namespace: string;

  /** @param namespace of its processes, as /proc/PID/ns/pid tells it */
  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** Numbers of its processes on this machine. */
  async pids(signal: AbortSignal): Promise<readonly number[]> {
    const names = await readNames(localProc, '/proc', 4 * 1024 * 1024, signal);
    const own: number[] = [];
    for (const name of names.filter((one) => /^\d{1,10}$/.test(one)).slice(0, PROCESSES)) {
      if ((await readLink(localProc, `/proc/${name}/ns/pid`, signal)) === this.#namespace) own.push(Number(name));
    }
    return own;
  }

  /** Takes down what there is now. */
  async look(signal: AbortSignal): Promise<void> {
    for (const one of this.#seen.values()) one.running = false;
    const parents = new Map<number, number>();
    for (const pid of await this.pids(signal)) {
      const found = await readProcess(localProc, pid, signal);
      if (found === undefined) continue;
      const { process, parent } = found;
      parents.set(pid, process.pid);
      const key = `${process.pid} ${process.executable ?? ''} ${process.arguments.join('\0')}`;
      this.#seen.set(key, { process, parent: parent === undefined ? undefined : parents.get(parent), running: true });
      if (process.executable !== undefined && process.gone === undefined) this.used.set(process.executable, 'executed');
      this.#takeMaps((await readText(localProc, `/proc/${pid}/maps`, MAPS, signal)) ?? '');
    }
  }

  list(places: PackagePlaces, userName: (uid: number) => string | undefined): ObservedProcess[] {
    return [...this.#seen.values()].map(({ process, parent, running }) =>
      observedProcess({ ...process, path: process.executable, parent, running }, places, userName),
    );
  }

  #takeMaps(text: string): void {
    for (const line of text.split('\n', LINES)) {
      const found = /^[0-9a-f]+-[0-9a-f]+ ([r-][w-])([x-])[ps] \S+ \S+ \d+ +(\/.*)$/.exec(line);
      if (found === null) continue;
      const [, , executable, path = ''] = found;
      if (path.endsWith(' (deleted)') || path.startsWith('/memfd:') || path.startsWith('/dev/')) continue;
      if (executable === 'x' && this.used.get(path) !== 'executed') this.used.set(path, 'loaded');
      else if (!this.used.has(path)) this.used.set(path, 'opened');
    }
  }
}
