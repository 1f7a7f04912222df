import { randomBytes } from 'node:crypto';
import { putArchive } from '../../net/container-engine/archives.ts';
import { createContainer, removeContainer } from '../../net/container-engine/containers.ts';
import { createVolume } from '../../net/container-engine/volumes.ts';
import type { Run } from './run.ts';

export interface VolumeFilling {
  /** Id of an image that the engine has. */
  readonly image: string;
  /** What it is for: part of its name. */
  readonly what: string;
  readonly tar: AsyncIterable<Uint8Array>;
}

/**
 * Makes a volume with files in it, and nothing else. Volumes are filled through a container that is never started, of an
 * image that nobody trusts: what it has where an empty volume is mounted, engines copy into that. No image can know where.
 * @returns its name
 * @throws EngineError
 */
export async function filledVolume(
  run: Run,
  { image, what, tar }: VolumeFilling,
  signal: AbortSignal,
): Promise<string> {
  const path = `/.drydock-${randomBytes(16).toString('hex')}`;
  const name = await createVolume(run.engine, run.name(what), run.labels, signal);
  const { id } = await createContainer(
    run.engine,
    {
      image,
      name: run.name(`${what}-filler`),
      labels: run.labels,
      network: 'none',
      // An image without any program needs one here.
      entrypoint: ['/none'],
      command: [],
      volumes: { [path]: { name } },
    },
    signal,
  );
  try {
    // At the volume itself: Podman puts what is unpacked above it beside it.
    await putArchive(run.engine, id, path, tar, signal);
  } finally {
    await removeContainer(run.engine, id).catch(() => false);
  }
  return name;
}
