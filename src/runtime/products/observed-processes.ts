import type { CallEvent, CallProcess } from '../../model/call.ts';
import type { ObservedProcess } from '../../model/observation.ts';
import type { ImageView } from '../../model/view.ts';
import type { CallVisitor } from '../calls/process-table.ts';
import { observedPackage, type PackagePlaces } from './package-places.ts';

/** Programs that are told. */
const MAX_PROGRAMS = 2000;
/** Characters of one argument, and arguments of one process, that are told. */
const ARGUMENT = 300;
const ARGUMENTS = 50;

interface Started {
  process: CallProcess;
  memory: boolean;
  running: boolean;
}

/** Collects the programs that a run started: one entry each time a process became another program. */
export class StartedPrograms implements CallVisitor {
  readonly #programs: Started[] = [];
  readonly #current = new Map<number, Started>();
  #missed = 0;

  /** Programs beyond those that are kept. */
  get missed(): number {
    return this.#missed;
  }

  call(event: CallEvent, process: CallProcess): void {
    if (event.kind === 'exit' && event.pid === event.tid) {
      const ended = this.#current.get(event.pid);
      if (ended !== undefined) ended.running = false;
      this.#current.delete(event.pid);
    } else if (event.kind === 'exec' && event.error === undefined) {
      if (this.#programs.length >= MAX_PROGRAMS) {
        this.#missed++;
        return;
      }
      const before = this.#current.get(event.pid);
      if (before !== undefined) before.running = false;
      const started = { process, memory: event.memory === true, running: true };
      this.#programs.push(started);
      this.#current.set(event.pid, started);
    } else {
      // Users and folders change after the start.
      const known = this.#current.get(event.pid);
      if (known !== undefined) known.process = process;
    }
  }

  /** In the order of their starts. */
  list(view: ImageView, places: PackagePlaces, userName?: (uid: number) => string | undefined): ObservedProcess[] {
    return this.#programs.map(({ process, memory, running }) => {
      const { pid, parent, name, path, uid } = process;
      const user = uid === undefined ? undefined : userName?.(uid);
      const owner =
        path === undefined || memory ? undefined : places.of(path).find((one) => one.distribution !== undefined);
      const from = memory ? 'memory' : path === undefined ? undefined : originOf(path, view);
      return {
        pid,
        ...(parent !== undefined && { parent }),
        name,
        ...(path !== undefined && { executable: path }),
        arguments: process.arguments.slice(0, ARGUMENTS).map((word) => word.slice(0, ARGUMENT)),
        ...(uid !== undefined && { uid }),
        ...(user !== undefined && { user }),
        ...(owner !== undefined && { package: observedPackage(owner) }),
        ...(from !== undefined && { from }),
        running,
      };
    });
  }
}

/** The layer that has a program, or that none has it. */
function originOf(path: string, view: ImageView): ObservedProcess['from'] {
  const resolved = view.resolve(path.replace(/^\/+/, ''));
  if (!resolved.found) return 'dropped';
  const { index, diffId } = view.image.layers[resolved.file.layer] ?? { index: resolved.file.layer };
  return { layer: { index, ...(diffId !== undefined && { diffId }) } };
}
