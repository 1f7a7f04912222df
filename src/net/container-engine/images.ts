import { readJson, refusal } from './answers.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import type { EngineResponse } from './exchange.ts';
import { recordField, textField, textsField } from './json-fields.ts';

/** What an engine says of one of its images (Docker Engine API, "ImageInspect"). */
export interface EngineImageDescription {
  /** What the engine knows it by, whatever its tags do: the digest of the configuration, or that of a manifest. */
  readonly id: string;
  readonly names: readonly string[];
  readonly created?: string;
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  /** Digests of the uncompressed layers, base first. */
  readonly diffIds: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** An image as it comes from an engine: an archive as `docker save` writes it. */
export interface ImageExport {
  /** @throws EngineError `broken` where the engine stops in the middle */
  readonly bytes: AsyncIterable<Uint8Array>;
  /**
   * Asked when the archive makes no sense at the place where reading stopped: an engine that fails in the middle writes
   * why into the archive.
   */
  failure(): EngineError | undefined;
  /** Gives the connection up. */
  close(): void;
}

/**
 * Asks for an image by its name or id.
 * @throws EngineError `absent` when the engine does not have it
 */
export async function inspectImage(
  engine: Engine,
  name: string,
  signal?: AbortSignal,
): Promise<EngineImageDescription> {
  const response = await engine.request({
    path: `/images/${encodeImageName(engine, name)}/json`,
    ...(signal && { signal }),
  });
  if (response.status === 404) throw await absent(response, engine, name);
  const value = await readJson(response, engine.name);
  const id = textField(value, 'Id');
  if (id === undefined) throw new EngineError('broken', `${engine.name} described ${name} without saying what it is`);
  const [created, os, architecture, variant] = ['Created', 'Os', 'Architecture', 'Variant'].map((key) =>
    textField(value, key),
  );
  return {
    id,
    names: textsField(value, 'RepoTags'),
    ...(created !== undefined && { created }),
    ...(os !== undefined && { os }),
    ...(architecture !== undefined && { architecture }),
    ...(variant !== undefined && { variant }),
    diffIds: textsField(recordField(value, 'RootFS'), 'Layers'),
    config: recordField(value, 'Config'),
  };
}

/**
 * How many entries the history of an image has, those without a layer too; undefined where the engine does not say.
 * @param id as {@link inspectImage} gives it: a name may lead elsewhere by now
 */
export async function historyLength(engine: Engine, id: string, signal?: AbortSignal): Promise<number | undefined> {
  const response = await engine.request({
    path: `/images/${encodeImageName(engine, id)}/history`,
    ...(signal && { signal }),
  });
  if (response.status !== 200) {
    response.discard();
    return undefined;
  }
  const value = await readJson(response, engine.name);
  return Array.isArray(value) ? value.length : undefined;
}

/**
 * Starts the export of an image. It comes once and as fast as it is read.
 * @throws EngineError `absent` when the engine does not have it
 */
export async function exportImage(engine: Engine, name: string, signal?: AbortSignal): Promise<ImageExport> {
  const response = await engine.request({
    path: `/images/${encodeImageName(engine, name)}/get`,
    headersMs: engine.timeouts.exportMs,
    ...(signal && { signal }),
  });
  if (response.status === 404) throw await absent(response, engine, name);
  if (response.status !== 200) throw await refusal(response, engine.name);
  const last = new LastBytes();
  return {
    bytes: last.of(response.body),
    failure: () => {
      const words = last.error();
      if (words === undefined) return undefined;
      return new EngineError('broken', `${engine.name} stopped in the middle of the export: ${words}`);
    },
    close: () => response.discard(),
  };
}

async function absent(response: EngineResponse, engine: Engine, name: string): Promise<EngineError> {
  const { message, words = '' } = await refusal(response, engine.name);
  return new EngineError(
    'absent',
    `${name} is not among the images of ${engine.name}. "${engine.kind} pull ${name}" fetches it; the registry may have it. (${message})`,
    { words },
  );
}

/** The slashes of a name stand in the path as they are. */
export function encodeImageName(engine: Engine, name: string): string {
  if (
    !/^[A-Za-z0-9][\w.:@/+-]*$/.test(name) ||
    name.split('/').some((part) => part === '' || part === '.' || part === '..')
  ) {
    throw new EngineError('absent', `${JSON.stringify(name)} is no name that an image of ${engine.name} could have`);
  }
  return name.split('/').map(encodeURIComponent).join('/');
}

/** Remembers the end of what came, for the words of an engine that fails after the archive was begun. */
class LastBytes {
  #before: Uint8Array = Buffer.alloc(0);
  #last: Uint8Array = Buffer.alloc(0);

  async *of(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of chunks) {
      this.#before = this.#last;
      this.#last = chunk;
      yield chunk;
    }
  }

  error(): string | undefined {
    const end = Buffer.concat([this.#before, this.#last]).subarray(-TAIL).toString('utf8');
    const start = end.lastIndexOf('{"errorDetail"');
    if (start < 0) return undefined;
    try {
      return textField(JSON.parse(end.slice(start)), 'error');
    } catch {
      return undefined;
    }
  }
}

const TAIL = 16 * 1024;
