import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { endCage } from '../cage/end-cage.ts';
import { imageCage, type Rung } from '../cage/image-cage.ts';
import type { Cage, CageTools } from '../cage/open-cage.ts';
import { cageRules } from '../cage/profiles.ts';
import type { Run } from '../cage/run.ts';
import type { InjectedRelay } from '../inside/injected-relay.ts';
import type { RunSight } from '../products/as-good.ts';
import type { RunChange } from '../products/hardening.ts';
import type { SeccompProfile } from '../products/seccomp/profile.ts';
import { imageWishes } from './image-wishes.ts';
import type { ObservedRun, ObserveOptions } from './observe-image.ts';
import { type OnceOptions, runOnce } from './run-once.ts';
import type { SinkNetwork } from './sink-network.ts';
import { openStrace } from './tracing.ts';

/** What a trial changes of the run that was watched. */
export type TrialChange = RunChange & { readonly seccomp?: SeccompProfile };

/** Runs of an image that came up before: each as that one, but for what it tries. */
export class Trials {
  readonly #run: Run;
  readonly #observed: ObservedRun;
  readonly #options: ObserveOptions;
  readonly #sink: SinkNetwork | undefined;
  readonly #relay: InjectedRelay | undefined;
  readonly #folder: string;
  #count = 0;

  /** @param made for all of them; the folder for files that an engine of this machine reads */
  constructor(
    run: Run,
    observed: ObservedRun,
    options: ObserveOptions,
    made: {
      readonly sink: SinkNetwork | undefined;
      readonly relay: InjectedRelay | undefined;
      readonly folder: string;
    },
  ) {
    this.#run = run;
    this.#observed = observed;
    this.#options = options;
    this.#sink = made.sink;
    this.#relay = made.relay;
    this.#folder = made.folder;
  }

  /** How many there were. */
  get count(): number {
    return this.#count;
  }

  /** Capabilities that each of them has, where it does not try others. */
  get capabilities(): readonly string[] {
    return cageRules[this.#rung.profile].capabilities;
  }

  /** @param ports that it should come to listen on */
  async try(change: TrialChange, ports: readonly string[] = []): Promise<RunSight> {
    const { capabilities, readOnlyRoot, user, seccomp } = change;
    const tools: CageTools = {
      ...(readOnlyRoot && { memoryFolders: inMemory(readOnlyRoot.memoryFolders) }),
      ...(seccomp && { securityOptions: [await this.#profileOption(seccomp)] }),
    };
    const cage = this.#cage(user === undefined ? {} : { user }, tools);
    const rules = {
      ...(capabilities && { capabilities }),
      // What can be written is what is said, and nothing that cages of this profile have beside it.
      ...(readOnlyRoot && { readOnlyRoot: true, temporaryInMemory: false }),
    };
    return await this.#once({ cage: { ...cage, rules }, ports });
  }

  /** Names of all calls of a run: what a watch for behaviour leaves out is among them. None where nobody can trace. */
  async allCalls(ports: readonly string[]): Promise<readonly string[]> {
    const { start } = this.#observed;
    const { signal } = this.#options;
    const tracing = openStrace(this.#run, { ...this.#options, purpose: 'all' });
    if ('reason' in tracing || start === undefined) return [];
    const instrumented = await tracing.instrument(start);
    if (tracing.refusal !== undefined) return [];
    let names: readonly string[] = [];
    await this.#once({
      cage: this.#cage(instrumented.start, instrumented.tools),
      ports,
      // Every call is stopped: all of it takes several times as long.
      readyTimeout: this.#options.readyTimeout * 2,
      last: async (cage: Cage) => {
        await endCage(cage, signal, MERCY_MS);
        const { reading } = await tracing.read(cage, { call() {} }, signal);
        names = Object.keys(reading.counts);
      },
    });
    return names;
  }

  get #rung(): Rung {
    const { observation, preset } = this.#observed;
    const { profile } = observation.cage;
    return { profile: profile === 'none' ? this.#options.profile : profile, ...(preset && { preset }) };
  }

  #cage(change: Partial<NonNullable<ObservedRun['start']>>, tools: CageTools = {}): OnceOptions['cage'] {
    const start = { entrypoint: [], command: [], environment: [], ...this.#observed.start, ...change };
    const limits = { seconds: Math.ceil(trialMs(this.#options, this.#observed) / 1000) };
    const wishes = { ...imageWishes(this.#run, this.#options, this.#sink, this.#relay), limits };
    return imageCage(wishes, this.#rung, { start, tools });
  }

  async #once(options: Pick<OnceOptions, 'cage'> & Partial<OnceOptions>): Promise<RunSight> {
    const { readyTimeout, runProfile, environment, signal, duration } = this.#options;
    this.#count += 1;
    return await runOnce({
      readyTimeout,
      hold: holdOf(duration),
      ...(runProfile && { runProfile }),
      environment,
      ...(this.#relay && { injected: this.#relay.command }),
      signal,
      ...options,
    });
  }

  /** Docker takes a profile as it is. Podman takes the name of a file of its machine, which is this one unless it is remote. */
  async #profileOption(profile: SeccompProfile): Promise<string> {
    const text = JSON.stringify(profile);
    if (this.#options.engine.kind === 'docker') return `seccomp=${text}`;
    const file = path.join(this.#folder, 'seccomp.json');
    await writeFile(file, text);
    return `seccomp=${file}`;
  }
}

/** Milliseconds that a trial is kept at the most, whatever the watched run was given. */
const HOLD_MS = 30_000;
/** What a program does when it is asked to end is part of what it calls. */
const MERCY_MS = 2000;

/** Milliseconds that making, asking and removing may take beside the rest. */
const OVERHEAD_MS = 30_000;

/** Milliseconds that a trial takes at the most; the workload takes what it took, or less. */
export function trialMs(
  { readyTimeout, duration }: Pick<ObserveOptions, 'readyTimeout' | 'duration'>,
  { observation }: ObservedRun,
): number {
  return readyTimeout * 2 + holdOf(duration) + observation.milliseconds + OVERHEAD_MS;
}

/** Milliseconds that a trial is kept once it is ready. */
function holdOf(duration: number): number {
  return Math.min(duration, HOLD_MS);
}

function inMemory(folders: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(folders.map((folder) => [folder, 'rw,nosuid,nodev,mode=1777,size=64m']));
}
