import { listContainers, removeContainer } from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { listImages, removeImage } from '../../net/container-engine/image-store.ts';
import { listNetworks, removeNetwork } from '../../net/container-engine/networks.ts';
import { listVolumes, removeVolume } from '../../net/container-engine/volumes.ts';
import { endStoppedTracer, endTracer } from './end-traced.ts';
import { expiresLabel, isRunId, objectName, ownerLabel, runLabel, runOfName } from './labels.ts';
import { ownerState } from './owner.ts';

/** What was removed, and what could not be. */
export interface ReapCounts {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
  readonly images: number;
  /** Sentences, one for each object that is still there, and for each kind that could not be listed. */
  readonly failures: readonly string[];
}

export interface ReapOptions {
  /** All of this run, whoever owns it and whenever it expires. */
  readonly run?: string;
  /** All of every run. */
  readonly everything?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: number;
  readonly signal?: AbortSignal;
}

/** Something with the labels of a run. */
interface Labelled {
  readonly id: string;
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Removes what runs left behind: objects whose owner is dead, or that expired and whose owner is not known to be alive (a
 * clock may be set while a run goes on). Never throws but what the signal says: what fails is told, and the rest goes on.
 */
export async function reap(engine: Engine, options: ReapOptions = {}): Promise<ReapCounts> {
  const { run, signal } = options;
  const labels = { [runLabel]: run ?? true } as const;
  const failures: string[] = [];
  const sweep = async (
    kind: string,
    list: () => Promise<readonly Labelled[]>,
    remove: (one: Labelled) => Promise<boolean>,
  ): Promise<number> => {
    let count = 0;
    for (const one of await listed(kind, list, failures, options)) {
      if (!isLeft(one, options)) continue;
      try {
        if (await remove(one)) count += 1;
      } catch (error) {
        signal?.throwIfAborted();
        failures.push(`${kind} ${one.names[0] ?? one.id} is still there: ${messageOf(error)}`);
      }
    }
    return count;
  };
  // Containers first: they keep the rest in use.
  const containers = await sweep(
    'container',
    () => listContainers(engine, labels, signal && { signal }),
    async ({ id }) => {
      await endStoppedTracer(engine, id);
      try {
        return await removeContainer(engine, id, signal);
      } catch {
        signal?.throwIfAborted();
        // It may wait for a tracer that it stopped.
        await endTracer(engine, id);
        return await removeContainer(engine, id, signal);
      }
    },
  );
  const networks = await sweep(
    'network',
    async () => (await listNetworks(engine, labels, signal)).map((one) => ({ ...one, names: [one.name] })),
    ({ id }) => removeNetwork(engine, id, signal),
  );
  const volumes = await sweep(
    'volume',
    async () =>
      (await listVolumes(engine, {}, signal)).map((one) => ({
        ...{ id: one.name, names: [one.name] },
        labels: runLabel in one.labels ? one.labels : labelsOfName(one.name),
      })),
    ({ id }) => removeVolume(engine, id, signal),
  );
  const images = await sweep(
    'image',
    () => listImages(engine, labels, signal),
    // By its name: the image may have others that are not ours.
    async ({ names }) => await removeImage(engine, names[0] ?? '', signal),
  );
  return { containers, networks, volumes, images, failures };
}

/**
 * A container that is made too late, when its run has been removed, has its volumes made anew, without labels (Podman). No run
 * makes such itself: they belong to nobody.
 */
function labelsOfName(name: string): Readonly<Record<string, string>> {
  const run = runOfName(name);
  return run === undefined ? {} : { [runLabel]: run, [expiresLabel]: '0' };
}

async function listed(
  kind: string,
  list: () => Promise<readonly Labelled[]>,
  failures: string[],
  { run, signal }: ReapOptions,
): Promise<readonly Labelled[]> {
  try {
    return await list();
  } catch (error) {
    signal?.throwIfAborted();
    failures.push(
      `${kind}s of ${run === undefined ? 'earlier runs' : 'this run'} could not be listed: ${messageOf(error)}`,
    );
    return [];
  }
}

function isLeft({ names, labels }: Labelled, { run, everything = false, now = Date.now() }: ReapOptions): boolean {
  const own = labels[runLabel];
  if (!isRunId(own) || (run !== undefined && run !== own)) return false;
  // The name of an image is `localhost/drydock-RUN-...:tag`.
  const prefix = objectName(own, '');
  if (!names.some((name) => name.startsWith(prefix) || name.startsWith(`localhost/${prefix}`))) return false;
  if (run !== undefined || everything) return true;
  const owner = ownerState(labels[ownerLabel] ?? '');
  if (owner !== 'unknown') return owner === 'dead';
  const expires = labels[expiresLabel] ?? '';
  return /^\d{1,16}$/.test(expires) && Number(expires) < now;
}

function messageOf(error: unknown): string {
  if (error instanceof EngineError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
