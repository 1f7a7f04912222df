import type { ObservedProcess } from '../../model/observation.ts';
import type { ImageView } from '../../model/view.ts';
import { observedPackage, type PackagePlaces } from '../products/package-places.ts';
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

  list(view: ImageView, places: PackagePlaces, userName: (uid: number) => string | undefined): ObservedProcess[] {
    return [...this.#seen.values()].map(({ process, parent, running }) => {
      const { pid, name, executable, gone, uid } = process;
      const user = uid === undefined ? undefined : userName(uid);
      const isFile = executable !== undefined && gone === undefined;
      const owner = isFile ? places.of(executable).find(({ distribution }) => distribution !== undefined) : undefined;
      const layer = isFile ? layerOf(executable, view) : undefined;
      const from = gone === 'memory' ? 'memory' : isFile && layer === undefined ? 'dropped' : layer && { layer };
      return {
        pid,
        ...(parent !== undefined && { parent }),
        name,
        ...(executable !== undefined && { executable }),
        arguments: process.arguments.slice(0, 50).map((word) => word.slice(0, 300)),
        ...(uid !== undefined && { uid }),
        ...(user !== undefined && { user }),
        ...(owner !== undefined && { package: observedPackage(owner) }),
        ...(from !== undefined && { from }),
        running,
      };
    });
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

function layerOf(path: string, view: ImageView): { index: number; diffId?: string } | undefined {
  const resolved = view.resolve(path.replace(/^\/+/, ''));
  if (!resolved.found) return undefined;
  const { index, diffId } = view.image.layers[resolved.file.layer] ?? { index: resolved.file.layer };
  return { index, ...(diffId !== undefined && { diffId }) };
}
