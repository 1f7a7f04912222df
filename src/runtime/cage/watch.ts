import type { RunAttempt } from '../../model/observation.ts';
import { type ContainerDescription, inspectContainer, waitForExit } from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { volumeBytes } from '../../net/container-engine/volumes.ts';
import { pause } from '../pause.ts';
import type { CageLimits } from './cage-limits.ts';
import { endTraced } from './end-traced.ts';

type KilledBy = NonNullable<RunAttempt['killedBy']>;

/** A volume that a tracer fills as fast as the image makes calls; beyond so many bytes the image is ended. */
export interface TraceVolume {
  readonly volume: string;
  readonly maximumBytes: number;
}

/** How a caged container ended. */
export interface CageEnd {
  readonly exitCode?: number;
  readonly killedBy?: KilledBy;
  /** As a sentence without an end: `it ended by itself with status 1`. */
  readonly reason: string;
  /** The engine was lost: what became of it is not known. */
  readonly lost?: true;
}

/** How often it is looked what was written, where looking takes no longer. */
const LOOK_MS = 500;
/** Looking may take this share of the time. */
const SHARE = 4;
/** Volumes are counted by the engine all together, which takes longer. */
const VOLUME_LOOK_MS = 2000;

/** Waits for the end of a container, and ends it where it takes more than it may. */
export class Watch {
  readonly ended: Promise<CageEnd>;
  readonly #engine: Engine;
  readonly #id: string;
  readonly #limits: CageLimits;
  readonly #volumes: boolean;
  readonly #trace: TraceVolume | undefined;
  readonly #stopped = new AbortController();
  #resolve: (end: CageEnd) => void = () => {};
  #breach: { readonly by: KilledBy; readonly reason: string } | undefined;

  constructor(engine: Engine, id: string, limits: CageLimits, volumes: boolean, trace?: TraceVolume) {
    this.#engine = engine;
    this.#id = id;
    this.#limits = limits;
    this.#volumes = volumes;
    this.#trace = trace;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  begin(): void {
    const { signal } = this.#stopped;
    const { seconds } = this.#limits;
    const timer = setTimeout(
      () => void this.#end('time', `it ran for ${seconds} seconds, which is its limit`),
      seconds * 1000,
    );
    signal.addEventListener('abort', () => clearTimeout(timer));
    void this.#wait().then((end) => {
      this.#stopped.abort();
      this.#resolve(end);
    });
    void this.#watchDisk();
    if (this.#trace !== undefined) void this.#watchTrace(this.#trace);
  }

  /** Nobody is interested any more. */
  stop(): void {
    this.#stopped.abort();
    this.#resolve({ reason: 'it was ended by Drydock' });
  }

  async #wait(): Promise<CageEnd> {
    const { signal } = this.#stopped;
    try {
      const exitCode = await waitForExit(this.#engine, this.#id, signal);
      const described = await inspectContainer(this.#engine, this.#id, { signal }).catch(() => undefined);
      return this.#endOf(exitCode, described);
    } catch (error) {
      if (signal.aborted) return { reason: 'it was ended by Drydock' };
      const words = error instanceof EngineError ? error.message : String(error);
      return { lost: true, reason: `the engine was lost while it ran (${words})` };
    }
  }

  #endOf(exitCode: number, described: ContainerDescription | undefined): CageEnd {
    if (this.#breach !== undefined) return { exitCode, killedBy: this.#breach.by, reason: this.#breach.reason };
    if (described?.outOfMemory === true) {
      const megabytes = Math.round(this.#limits.memoryBytes / 1024 / 1024);
      return { exitCode, killedBy: 'memory', reason: `it wanted more than the ${megabytes} MB of memory that it has` };
    }
    // 128 + the number of the signal, as shells have it (POSIX, "Exit Status for Commands").
    if (exitCode > 128 && exitCode <= 192) {
      return { exitCode, killedBy: 'signal', reason: `signal ${exitCode - 128} ended it` };
    }
    return { exitCode, reason: `it ended by itself with status ${exitCode}` };
  }

  async #watchDisk(): Promise<void> {
    const { signal } = this.#stopped;
    let volumesAt = 0;
    let inVolumes = 0;
    while (!signal.aborted) {
      const began = performance.now();
      try {
        const { writtenBytes = 0, mounts } = await inspectContainer(this.#engine, this.#id, { size: true, signal });
        if (this.#volumes && began >= volumesAt) {
          const names = mounts.flatMap(({ type, name }) =>
            type === 'volume' && name !== undefined && name !== this.#trace?.volume ? [name] : [],
          );
          inVolumes = await volumeBytes(this.#engine, names, signal);
          volumesAt = performance.now() + VOLUME_LOOK_MS;
        }
        if (writtenBytes + inVolumes > this.#limits.diskBytes) {
          const megabytes = Math.round(this.#limits.diskBytes / 1024 / 1024);
          await this.#end('disk', `it wrote more than the ${megabytes} MB of disk that it has`);
          return;
        }
      } catch {
        // It is gone, or the engine cannot tell at the moment: whoever waits for the end is told.
      }
      const took = performance.now() - began;
      await pause(Math.max(LOOK_MS, took * SHARE), signal);
    }
  }

  /** The image decides how much is written there, and none of it is its own. */
  async #watchTrace({ volume, maximumBytes }: TraceVolume): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const began = performance.now();
      try {
        if ((await volumeBytes(this.#engine, [volume], signal)) > maximumBytes) {
          const megabytes = Math.round(maximumBytes / 1024 / 1024);
          await this.#end('disk', `it made so many calls that their trace is larger than ${megabytes} MB`);
          return;
        }
      } catch {
        // As above.
      }
      await pause(Math.max(VOLUME_LOOK_MS, (performance.now() - began) * SHARE), signal);
    }
  }

  async #end(by: KilledBy, reason: string): Promise<void> {
    this.#breach ??= { by, reason };
    await endTraced(this.#engine, this.#id, this.ended);
  }
}
