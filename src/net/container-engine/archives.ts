import { expectDone, refusal } from './answers.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { integerField, textField } from './json-fields.ts';
import { encodeId, query } from './requests.ts';

/** What stands at a path of a container. */
export interface ArchiveStat {
  readonly name: string;
  readonly bytes?: number;
  /** Mode as Go has it (io/fs.FileMode): not that of a tar. */
  readonly mode?: number;
  readonly linkTarget?: string;
}

/** A file or folder of a container as a tar; hostile, as all of the container is. */
export interface ContainerArchive {
  readonly stat?: ArchiveStat;
  /** @throws EngineError `broken` where the engine stops in the middle */
  readonly bytes: AsyncIterable<Buffer>;
  close(): void;
}

/**
 * Unpacks a tar in a container, which need not run.
 * @param folder that is there already: Docker refuses another, Podman makes it
 * @throws EngineError `absent` when container or folder is not there; `refused` where its root is read-only
 */
export async function putArchive(
  engine: Engine,
  container: string,
  folder: string,
  tar: Uint8Array | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const response = await engine.request({
    method: 'PUT',
    // A file must not take the place of a folder that the image has.
    path: `/containers/${encodeId(engine, container)}/archive${query({ path: folder, noOverwriteDirNonDir: true })}`,
    headers: { 'content-type': 'application/x-tar' },
    body: tar,
    ...(signal && { signal }),
  });
  await expectDone(response, engine.name, [200]);
}

/**
 * Starts reading a file or folder of a container, which need not run.
 * @throws EngineError `absent` when container or path is not there
 */
export async function getArchive(
  engine: Engine,
  container: string,
  path: string,
  signal?: AbortSignal,
): Promise<ContainerArchive> {
  const response = await engine.request({
    path: `/containers/${encodeId(engine, container)}/archive${query({ path })}`,
    headersMs: engine.timeouts.exportMs,
    ...(signal && { signal }),
  });
  if (response.status === 404) {
    const { words = '' } = await refusal(response, engine.name);
    throw new EngineError('absent', `${engine.name} has no ${JSON.stringify(path)} in ${container}: ${words}`, {
      words,
      status: 404,
    });
  }
  if (response.status !== 200) throw await refusal(response, engine.name);
  const stat = statOf(response.header('x-docker-container-path-stat'));
  return { ...(stat && { stat }), bytes: response.body as AsyncIterable<Buffer>, close: () => response.discard() };
}

function statOf(header: string | undefined): ArchiveStat | undefined {
  if (header === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
  const name = textField(value, 'name');
  if (name === undefined) return undefined;
  const [bytes, mode] = [integerField(value, 'size'), integerField(value, 'mode')];
  const linkTarget = textField(value, 'linkTarget');
  return {
    name,
    ...(bytes !== undefined && { bytes }),
    ...(mode !== undefined && { mode }),
    ...(linkTarget !== undefined && { linkTarget }),
  };
}
