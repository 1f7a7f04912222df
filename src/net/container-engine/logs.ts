import { refusal } from './answers.ts';
import type { Engine } from './engine.ts';
import { encodeId, query } from './requests.ts';
import { demultiplex, type OutputPiece } from './streams.ts';

export interface LogOptions {
  /** The container has a terminal, as its description says. */
  readonly tty: boolean;
  /** Lines from the end; all by default. A line may have any length. */
  readonly tail?: number;
  /** Go on with what is written until the container ends. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * What a container wrote so far, as it wrote it. Whoever reads bounds it.
 * @throws EngineError `absent` when there is no such container; `broken` in the middle
 */
export async function* containerLogs(
  engine: Engine,
  id: string,
  { tty, tail, follow = false, signal }: LogOptions,
): AsyncGenerator<OutputPiece, void, void> {
  const response = await engine.request({
    path: `/containers/${encodeId(engine, id)}/logs${query({ stdout: true, stderr: true, tail, follow })}`,
    ...(follow && { idleMs: Infinity, headersMs: Infinity }),
    ...(signal && { signal }),
  });
  if (response.status !== 200) throw await refusal(response, engine.name);
  try {
    yield* demultiplex(response.body as AsyncIterable<Buffer>, tty, engine.name);
  } finally {
    response.discard();
  }
}
