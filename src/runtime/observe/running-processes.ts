import { readlink } from 'node:fs/promises';
import type { ObservedProcess } from '../../model/observation.ts';
import { isOfContainer } from '../inside/process-of-container.ts';
import type { PackagePlaces } from '../package-places.ts';
import { observedProcess } from '../products/observed-process.ts';
import type { FileUse } from '../products/touched-files.ts';
import { localProc, readLink, readNames, readText } from '../sockets/proc-reader.ts';
import { readProcess, type SocketProcess } from '../sockets/socket-process.ts';

const PROCESSES = 32_768;
/** Bytes of a table of mapped files (proc_pid_maps(5)), and lines of it that are read. */
const MAPS = 4 * 1024 * 1024;
const LINES = 50_000;
/** Processes that are kept, and paths: a container can make up as many as it likes. */
const KEPT = 5000;
const PATHS = 200_000;

/** Those of the container with this process of the machine; undefined where they cannot be seen, or would be all of it. */
export async function runningProcesses(
  pid: number | undefined,
  container: string,
): Promise<RunningProcesses | undefined> {
  if (pid === undefined || !(await isOfContainer(pid, container))) return undefined;
  try {
    const namespace = await readlink(`/proc/${pid}/ns/pid`);
    return namespace === (await readlink('/proc/self/ns/pid')) ? undefined : new RunningProcesses(namespace);
  } catch {
    return undefined;
  }
}

/** The processes of a container that runs, looked at from this machine: read, and never touched. */
export class RunningProcesses {
  /** Paths with the heaviest use that was seen. */
  readonly used = new Map<string, FileUse>();
  readonly #seen = new Map<string, { process: SocketProcess; parent: number | undefined; running: boolean }>();
  readonly #namespace: string;
  #missed = false;
  #cut = false;

  /** Sentences that say what is not told. */
  get gaps(): readonly string[] {
    return [
      ...(this.#missed ? [`Of the processes that were seen, ${KEPT} are listed.`] : []),
      ...(this.#cut ? ['There were more mapped files than are kept: packages may be in use that are not told.'] : []),
    ];
  }

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
      if (this.#seen.size < KEPT || this.#seen.has(key))
        this.#seen.set(key, { process, parent: parent === undefined ? undefined : parents.get(parent), running: true });
      else this.#missed = true;
      if (process.executable !== undefined && process.gone === undefined) this.#use(process.executable, 'executed');
      this.#takeMaps((await readText(localProc, `/proc/${pid}/maps`, MAPS, signal)) ?? '');
    }
  }

  list(places: PackagePlaces, userName: (uid: number) => string | undefined): ObservedProcess[] {
    return [...this.#seen.values()].map(({ process, parent, running }) => ({
      ...observedProcess({ ...process, path: process.executable, parent, running }, places, userName),
      seenBy: 'proc' as const,
    }));
  }

  #takeMaps(text: string): void {
    for (const line of text.split('\n', LINES)) {
      const found = /^[0-9a-f]+-[0-9a-f]+ ([r-][w-])([x-])[ps] \S+ \S+ \d+ +(\/.*)$/.exec(line);
      if (found === null) continue;
      const [, , executable, path = ''] = found;
      if (path.endsWith(' (deleted)') || path.startsWith('/memfd:') || path.startsWith('/dev/')) continue;
      if (executable === 'x' && this.used.get(path) !== 'executed') this.#use(path, 'loaded');
      else if (!this.used.has(path)) this.#use(path, 'opened');
    }
  }

  #use(path: string, use: FileUse): void {
    if (this.used.size < PATHS || this.used.has(path)) this.used.set(path, use);
    else this.#cut = true;
  }
}
