import type { Duplex } from 'node:stream';
import type { Engine } from './engine.ts';
import { encodeId, query } from './requests.ts';
import { connectionBytes, demultiplex, type OutputPiece, ProgramStream } from './streams.ts';

/** The streams of a container's first process. One of `output` and `stream` is used, and once. */
export interface AttachedContainer {
  /** The raw connection: written bytes are standard input, where the container was made with `openInput`. */
  readonly connection: Duplex;
  /** @throws EngineError `broken` when the engine stops in the middle */
  output(): AsyncIterable<OutputPiece>;
  stream(): ProgramStream;
  close(): void;
}

export interface AttachOptions {
  readonly tty?: boolean;
  readonly input?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Attaches to a container, which may not run yet: then its output is there from the first byte.
 * @throws EngineError `absent` or `refused`
 */
export async function attachContainer(
  engine: Engine,
  id: string,
  { tty = false, input = false, signal }: AttachOptions = {},
): Promise<AttachedContainer> {
  const connection = await engine.takeOver({
    method: 'POST',
    path: `/containers/${encodeId(engine, id)}/attach${query({ stream: true, stdin: input, stdout: true, stderr: true })}`,
    ...(signal && { signal }),
  });
  return {
    connection,
    output: () => demultiplex(connectionBytes(connection, engine.name, signal), tty, engine.name),
    stream: () => new ProgramStream(connection, engine.name),
    close: () => void connection.destroy(),
  };
}
