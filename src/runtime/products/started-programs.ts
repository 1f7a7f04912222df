import type { CallEvent, CallProcess } from '../../model/call.ts';
import type { ObservedProcess } from '../../model/observation.ts';
import type { CallVisitor } from '../calls/process-table.ts';
import type { PackagePlaces } from '../package-places.ts';
import { observedProcess } from './observed-process.ts';

/** Starts that are told. */
const MAX_STARTS = 2000;
/** Programs and processes that are remembered: names can be made up. */
const MAX_PATHS = 50_000;

interface Started {
  process: CallProcess;
  /** Of its program, when it was started. */
  readonly path: string | undefined;
  memory: boolean;
  running: boolean;
  /** It is one of those that are told. */
  told: boolean;
}

/**
 * Collects the programs that a run started: one entry each time a process became another program. Where there are too many,
 * what was started before makes room: a program that runs for the first time, one in memory and who listens are told.
 */
export class StartedPrograms implements CallVisitor {
  readonly #programs = new Set<Started>();
  readonly #current = new Map<number, Started>();
  readonly #paths = new Set<string>();
  /** Those of a program that was started before, which may make room. */
  readonly #repeats: Started[] = [];
  #starts = 0;
  #missed = 0;

  /** Sentences that say what is not told. */
  get gaps(): readonly string[] {
    const repeats = this.#starts - this.#programs.size - this.#missed;
    return [
      ...(this.#missed > 0
        ? [`${this.#missed} programs that were started are not listed: there are more than ${MAX_STARTS}.`]
        : []),
      ...(repeats > 0
        ? [
            `Of programs that were started ${repeats} more times than ${MAX_STARTS} only some starts are listed, each program at least once.`,
          ]
        : []),
    ];
  }

  call(event: CallEvent, process: CallProcess): void {
    if (event.kind === 'exit' && event.pid === event.tid) {
      const ended = this.#current.get(event.pid);
      if (ended !== undefined) ended.running = false;
      this.#current.delete(event.pid);
    } else if (event.kind === 'exec' && event.error === undefined) {
      this.#start(process, event.path, event.memory === true);
    } else {
      // Users and folders change after the start.
      const known = this.#current.get(event.pid);
      if (known === undefined) return;
      known.process = process;
      if (event.kind === 'listen' && !known.told) this.#tell(known);
    }
  }

  #start(process: CallProcess, path: string | undefined, memory: boolean): void {
    const before = this.#current.get(process.pid);
    if (before !== undefined) before.running = false;
    const started: Started = { process, path, memory, running: true, told: false };
    if (this.#current.size < MAX_PATHS || before !== undefined) this.#current.set(process.pid, started);
    this.#starts++;
    const program = path ?? process.name;
    const isRepeat = !memory && this.#paths.has(program);
    if (this.#paths.size < MAX_PATHS) this.#paths.add(program);
    if (!isRepeat) {
      if (!this.#tell(started)) this.#missed++;
    } else if (this.#programs.size < MAX_STARTS && this.#tell(started)) this.#repeats.push(started);
  }

  /** @returns whether there was room, or could be made */
  #tell(started: Started): boolean {
    while (this.#programs.size >= MAX_STARTS) {
      const repeat = this.#repeats.pop();
      if (repeat === undefined) return false;
      // What still runs may listen.
      if (repeat.running) continue;
      repeat.told = false;
      this.#programs.delete(repeat);
    }
    started.told = true;
    this.#programs.add(started);
    return true;
  }

  /** In the order of their starts. */
  list(places: PackagePlaces, userName: (uid: number) => string | undefined): ObservedProcess[] {
    return [...this.#programs].map(({ process, path, memory, running }) =>
      observedProcess({ ...process, path, gone: memory ? 'memory' : undefined, running }, places, userName),
    );
  }
}
