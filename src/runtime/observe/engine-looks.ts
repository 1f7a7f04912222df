import type { ObservedEngineEvent, ObservedProcess, ObservedResources } from '../../model/observation.ts';
import {
  type ContainerStats,
  containerProcesses,
  containerStats,
  type EngineProcess,
} from '../../net/container-engine/container-state.ts';
import { inspectContainer } from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { type EngineEvent, watchEvents } from '../../net/container-engine/events.ts';
import { shownArguments, shownLine } from '../../secrets/shown-arguments.ts';
import { eitherSignal } from '../../signals.ts';
import { pause } from '../pause.ts';
import { type MemoryGroup, memoryGroupOf, readMemoryGroup } from './memory-group.ts';

/** Milliseconds between two looks, where looking takes no longer. */
const EVERY = 1000;
/** Looking may take this share of the time. */
const SHARE = 4;
const EVENTS = 100;
const PROCESSES = 2000;
const TEXT = 300;

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

/** A container that cannot be asked for. */
const nobody: { readonly pid?: number } = {};

/** A process as the engine told it: numbers are those of the engine's machine. */
export interface LookedProcess extends EngineProcess {
  /** It was there at the last look. */
  readonly running: boolean;
}

/** What an engine told of a container while it ran. */
export interface EngineSight {
  readonly resources: ObservedResources | undefined;
  readonly events: readonly ObservedEngineEvent[];
  readonly processes: readonly LookedProcess[];
  /** Sentences that say what it could not tell. */
  readonly gaps: readonly string[];
}

export interface EngineLooksOptions {
  /** What has happened to the container before is told, too. */
  readonly fromStart: boolean;
  /** The processes are wanted: nobody else tells them. */
  readonly processes: boolean;
  readonly signal: AbortSignal;
}

/**
 * What can be had wherever there is an engine: it is asked once a second for the processes of a container and for what it
 * uses, and tells what happens to it. What lives shorter than the time between two looks may be missed.
 */
export class EngineLooks {
  readonly #engine: Engine;
  readonly #container: string;
  readonly #options: EngineLooksOptions;
  readonly #stopped = new AbortController();
  readonly #signal: AbortSignal;
  readonly #going: Promise<unknown>;
  readonly #events: Changeable<ObservedEngineEvent>[] = [];
  readonly #processes = new Map<string, EngineProcess>();
  readonly #gaps = new Set<string>();
  #group: string | undefined;
  /** Ends for lack of memory, as the kernel counts them. */
  #lack: Changeable<ObservedEngineEvent> | undefined;
  #now: ReadonlySet<string> = new Set();
  #usage: Changeable<ObservedResources> | undefined;
  #before: { readonly at: number; readonly cpuNanoseconds: number } | undefined;

  constructor(engine: Engine, container: string, options: EngineLooksOptions) {
    this.#engine = engine;
    this.#container = container;
    this.#options = options;
    this.#signal = eitherSignal([options.signal, this.#stopped.signal]);
    this.#going = Promise.all([this.#listen(), this.#poll()]);
  }

  /** Ends looking, with a last look where the container still runs. Never throws. */
  async stop(): Promise<EngineSight> {
    if (!this.#signal.aborted) await this.#look();
    this.#stopped.abort(new Error('nobody looks any more'));
    await this.#going;
    return {
      resources: this.#usage,
      events:
        this.#lack === undefined || this.#events.some(({ kind }) => kind === 'memory')
          ? this.#events
          : [...this.#events, this.#lack],
      processes: [...this.#processes].map(([key, one]) => ({ ...one, running: this.#now.has(key) })),
      gaps: [...this.#gaps],
    };
  }

  async #poll(): Promise<void> {
    const { pid } = await inspectContainer(this.#engine, this.#container, { signal: this.#signal }).catch(() => nobody);
    if (pid !== undefined) this.#group = await memoryGroupOf(pid, this.#container);
    while (!this.#signal.aborted) {
      const began = performance.now();
      await this.#look();
      await pause(Math.max(EVERY, (performance.now() - began) * SHARE), this.#signal);
    }
  }

  async #look(): Promise<void> {
    await Promise.all([
      containerStats(this.#engine, this.#container, this.#signal).then(
        (stats) => this.#takeStats(stats),
        () => this.#failed('What it uses (memory, processor) could not be asked at every look.'),
      ),
      this.#group !== undefined && readMemoryGroup(this.#group).then((group) => this.#takeGroup(group)),
      this.#options.processes &&
        containerProcesses(this.#engine, this.#container, this.#signal).then(
          (list) => this.#takeProcesses(list),
          () => this.#failed('The engine could not tell its processes at every look.'),
        ),
    ]);
  }

  /** One that is stopped while it is asked has not failed. */
  #failed(sentence: string): void {
    if (!this.#signal.aborted) this.#gaps.add(sentence);
  }

  #takeStats({ memoryBytes, memoryPeakBytes, memoryLimitBytes, processes, cpuNanoseconds }: ContainerStats): void {
    const at = performance.now();
    // A container that has ended has nothing of all this.
    if (memoryBytes === undefined && cpuNanoseconds === undefined) return;
    this.#usage ??= { looks: 0 };
    const usage = this.#usage;
    usage.looks++;
    const most = (name: 'memoryPeakBytes' | 'processesPeak' | 'cpuPeak' | 'cpuSeconds', value?: number): void => {
      if (value !== undefined) usage[name] = Math.max(usage[name] ?? 0, value);
    };
    most('memoryPeakBytes', memoryBytes);
    most('memoryPeakBytes', memoryPeakBytes);
    most('processesPeak', processes);
    if (memoryLimitBytes !== undefined) usage.memoryLimitBytes = memoryLimitBytes;
    if (cpuNanoseconds === undefined) return;
    most('cpuSeconds', Math.round(cpuNanoseconds / 1e6) / 1e3);
    const before = this.#before;
    // Looks that follow each other at once would divide by next to nothing.
    if (before !== undefined && at - before.at < EVERY / 2) return;
    if (before !== undefined && cpuNanoseconds >= before.cpuNanoseconds)
      most('cpuPeak', Math.round((cpuNanoseconds - before.cpuNanoseconds) / 1e4 / (at - before.at)) / 100);
    this.#before = { at, cpuNanoseconds };
  }

  /** What the engine cannot tell, or does not: Podman tells the end for lack of memory of the first process alone. */
  #takeGroup({ peakBytes, killed = 0 }: MemoryGroup): void {
    if (peakBytes !== undefined) {
      this.#usage ??= { looks: 0 };
      this.#usage.memoryPeakBytes = Math.max(this.#usage.memoryPeakBytes ?? 0, peakBytes);
    }
    if (killed > 0) this.#lack ??= { kind: 'memory', at: new Date().toISOString(), count: 0 };
    if (this.#lack !== undefined) this.#lack.count = Math.max(this.#lack.count, killed);
  }

  #takeProcesses(list: readonly EngineProcess[]): void {
    const now = new Set<string>();
    for (const one of list) {
      const key = `${one.pid} ${one.command ?? ''}`;
      if (!this.#processes.has(key)) {
        if (this.#processes.size >= PROCESSES) {
          this.#gaps.add(`Of the processes that the engine told, ${PROCESSES} are kept.`);
          continue;
        }
        this.#processes.set(key, one);
      }
      now.add(key);
    }
    this.#now = now;
  }

  async #listen(): Promise<void> {
    try {
      const events = watchEvents(this.#engine, {
        ...(this.#options.fromStart && { since: 1 }),
        filters: { type: ['container'], container: [this.#container] },
        signal: this.#signal,
      });
      for await (const event of events) this.#takeEvent(event);
    } catch {
      this.#failed('The engine did not tell what happens to the container to its end.');
    }
  }

  #takeEvent({ action, at, attributes, id }: EngineEvent): void {
    if (id !== this.#container) return;
    const [name = '', ...rest] = action.split(': ');
    const text = rest.join(': ').slice(0, TEXT);
    const kind = kinds.get(name);
    if (kind === undefined) return;
    const exitCode = name === 'die' || name === 'died' ? attributes['exitCode'] : undefined;
    const words =
      text !== '' ? shownLine(text) : exitCode === undefined ? undefined : `status ${exitCode.slice(0, 10)}`;
    const known = this.#events.find((one) => one.kind === kind && one.text === words);
    if (known !== undefined) known.count++;
    else if (this.#events.length >= EVENTS) this.#gaps.add(`Of what the engine told, ${EVENTS} events are kept.`);
    else {
      const told = new Date(Math.min(Math.max(at, 0), 253_402_300_799) * 1000).toISOString();
      this.#events.push({ kind, at: told, ...(words !== undefined && { text: words }), count: 1 });
    }
  }
}

/** Actions of Docker (Docker Engine API, "SystemEvents") and of Podman (podman-events(1)) that are told. */
const kinds: ReadonlyMap<string, ObservedEngineEvent['kind']> = new Map([
  ['exec_create', 'exec'],
  ['exec', 'exec'],
  ['die', 'end'],
  ['died', 'end'],
  ['oom', 'memory'],
  ['health_status', 'health'],
]);

/** Processes as the engine tells them: command lines, which programs may write as they like. */
export function lookedProcesses(processes: readonly LookedProcess[]): ObservedProcess[] {
  return processes.map(({ pid, parent, user, command = '', running }) => {
    const words = command.slice(0, TEXT).split(' ');
    return {
      pid,
      ...(parent !== undefined && { parent }),
      name: words[0]!.slice(words[0]!.lastIndexOf('/') + 1),
      arguments: shownArguments(words),
      ...(user !== undefined && { user: user.slice(0, TEXT) }),
      running,
      seenBy: 'engine',
    };
  });
}
