import type { CallEvent, CallProcess } from '../../model/call.ts';
import type { ProcessTable } from '../calls/process-table.ts';
import { CallHistory } from './call-history.ts';
import type { CallSource } from './call-source.ts';
import { type Target, targetOf } from './call-target.ts';

/** Ancestors that are looked at. */
const MOST_ANCESTORS = 64;

/** Characters of a command line; Falco keeps 4,096 of the arguments. */
const LONGEST_LINE = 4096;

/** One call as rules see it: what several fields ask for is worked out once. The same object serves call after call. */
export class Evaluation {
  readonly source: CallSource;
  readonly history: CallHistory;
  readonly #processes: ProcessTable;
  #event: CallEvent | undefined;
  #process: CallProcess | undefined;
  #ancestors: readonly CallProcess[] | undefined;
  #line: string | undefined;
  #target: Target | undefined;
  #targetKnown = false;

  constructor(source: CallSource, processes: ProcessTable) {
    this.source = source;
    this.history = new CallHistory(source.image, processes);
    this.#processes = processes;
  }

  /** Turns to the next call, after the table of processes was brought up to date. */
  begin(event: CallEvent): void {
    this.history.note(event);
    this.#event = event;
    this.#process = this.#processes.get(event.pid);
    this.#ancestors = undefined;
    this.#line = undefined;
    this.#targetKnown = false;
  }

  get event(): CallEvent {
    return this.#event!;
  }

  get process(): CallProcess | undefined {
    return this.#process;
  }

  /** What the call works on. */
  get target(): Target | undefined {
    if (!this.#targetKnown) {
      this.#target = targetOf(this.event);
      this.#targetKnown = true;
    }
    return this.#target;
  }

  /** Parent first. */
  get ancestors(): readonly CallProcess[] {
    this.#ancestors ??= this.#climb();
    return this.#ancestors;
  }

  /** Name and arguments of the process itself. */
  get commandLine(): string | undefined {
    if (this.#line === undefined && this.#process !== undefined) this.#line = commandLine(this.#process);
    return this.#line;
  }

  #climb(): readonly CallProcess[] {
    const ancestors: CallProcess[] = [];
    const seen = new Set<number>([this.event.pid]);
    for (let at = this.#process?.parent; at !== undefined && !seen.has(at) && ancestors.length < MOST_ANCESTORS; ) {
      seen.add(at);
      const process = this.#processes.get(at);
      if (process === undefined) break;
      ancestors.push(process);
      at = process.parent;
    }
    return ancestors;
  }
}

/** As `proc.cmdline`: the short name, then the arguments. */
export function commandLine(process: CallProcess): string {
  const line = argumentLine(process);
  return line === '' ? process.name : `${process.name} ${line}`;
}

/** As `proc.args`: the arguments without the first, joined by blanks. */
export function argumentLine(process: CallProcess): string {
  return process.arguments.slice(1).join(' ').slice(0, LONGEST_LINE);
}
