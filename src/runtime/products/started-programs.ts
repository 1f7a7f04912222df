import type { CallEvent, CallProcess } from '../../model/call.ts';
import type { ObservedProcess } from '../../model/observation.ts';
import type { CallVisitor } from '../calls/process-table.ts';
import type { PackagePlaces } from '../package-places.ts';
import { observedProcess } from './observed-process.ts';

/** Programs that are told. */
const MAX_PROGRAMS = 2000;
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
  list(places: PackagePlaces, userName: (uid: number) => string | undefined): ObservedProcess[] {
    return this.#programs.map(({ process, memory, running }) =>
      observedProcess({ ...process, gone: memory ? 'memory' : undefined, running }, places, userName),
    );
  }
}
