import type { CallEvent, CallProcess } from '../../model/call.ts';
import type { Finding } from '../../model/finding.ts';
import type { Problem } from '../../model/problem.ts';
import type { CallSource } from '../call-rules/call-source.ts';
import { type CallJudge, createCallJudge } from '../call-rules/judge-calls.ts';
import type { RuleText } from '../call-rules/read-falco-rules.ts';
import type { CallVisitor, ProcessTable } from '../calls/process-table.ts';
import { NeededCapabilities } from '../products/capabilities.ts';
import { Contacts } from '../products/contacts.ts';
import { ProcPaths } from '../products/proc-paths.ts';
import { StartedPrograms } from '../products/started-programs.ts';
import { TouchedFiles } from '../products/touched-files.ts';
import { TracedListeners } from '../sockets/traced-listeners.ts';

/** Names that are kept. */
const MAX_NAMES = 10_000;
const MAX_PIDS = 200_000;

/** All that is collected from the calls of a run, in one pass over them. */
export class WatchedCalls implements CallVisitor {
  readonly files = new TouchedFiles();
  readonly programs = new StartedPrograms();
  readonly contacts = new Contacts();
  readonly listeners = new TracedListeners();
  /** Processes that made a call. */
  readonly pids = new Set<number>();
  readonly capabilities = new NeededCapabilities();
  /** Families of the sockets that were made. */
  readonly families = new Set<string>();
  readonly #paths = new ProcPaths();
  /** Names that calls asked for. */
  readonly #names = new Set<string>();
  readonly #judge: CallJudge;
  readonly #table: { current?: ProcessTable };

  private constructor(judge: CallJudge, table: { current?: ProcessTable }) {
    this.#judge = judge;
    this.#table = table;
  }

  static async create(rules: readonly RuleText[], source: CallSource): Promise<WatchedCalls> {
    const table: { current?: ProcessTable } = {};
    return new WatchedCalls(await createCallJudge(rules, source, { get: (pid) => table.current?.get(pid) }), table);
  }

  call(event: CallEvent, process: CallProcess, table: ProcessTable): void {
    this.#table.current = table;
    // Rules judge what a program wrote; what it used is the file that this leads to.
    const real = this.#paths.follow(event, process, table);
    this.files.call(real);
    this.programs.call(real, process);
    if (this.pids.size < MAX_PIDS) this.pids.add(process.pid);
    this.listeners.take(real, process, this.#paths.programOf(process.pid));
    this.contacts.call(event);
    this.capabilities.call(event, process);
    if (event.kind === 'socket' && this.families.size < 100) this.families.add(event.family);
    if (event.kind === 'dns' && this.#names.size < MAX_NAMES) this.#names.add(event.name);
    this.#judge.judge(event);
  }

  /** A question of a program that somebody else saw: those that are written to a socket are no calls that are traced. */
  asked({ name, type, at }: { readonly name: string; readonly type: string; readonly at: number }): void {
    if (!this.#names.has(name)) this.#judge.judge({ kind: 'dns', name, type, at, pid: 0, tid: 0, call: 'dns' });
  }

  findings(): readonly Finding[] {
    return this.#judge.judged().map(({ finding }) => finding);
  }

  /** Sentences that say what of the calls is not told. */
  get gaps(): readonly string[] {
    return [...this.files.gaps, ...this.programs.gaps, ...this.contacts.gaps];
  }

  /** Rules that could not be asked. */
  problems(): readonly Problem[] {
    return this.#judge.problems;
  }
}
