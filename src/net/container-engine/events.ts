import { refusal } from './answers.ts';
import type { Engine } from './engine.ts';
import { field, integerField, textField, textRecordField } from './json-fields.ts';
import { jsonStream } from './json-stream.ts';
import { query } from './requests.ts';

/** Something that happened at an engine (Docker Engine API, "SystemEvents"). */
export interface EngineEvent {
  /** `container`, `image`, `network`, `volume`. */
  readonly type: string;
  /** `start`, `die`, `oom`, `exec_create: sh`. */
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly at: number;
}

export interface EventOptions {
  /** Seconds since 1970 by the clock of the engine. Without `until` they go on until the signal. */
  readonly since?: number;
  readonly until?: number;
  /** `{ type: ['container'], container: [ID] }` */
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  readonly signal?: AbortSignal;
}

/**
 * Events as they happen. What the engine sends besides is passed over.
 * @throws EngineError `refused`, or `broken` when the engine ends the connection in the middle
 */
export async function* watchEvents(
  engine: Engine,
  { since, until, filters = {}, signal }: EventOptions = {},
): AsyncGenerator<EngineEvent, void, void> {
  const response = await engine.request({
    path: `/events${query({ since, until, filters: JSON.stringify(filters) })}`,
    // The headers may come with the first event.
    headersMs: Infinity,
    idleMs: Infinity,
    ...(signal && { signal }),
  });
  if (response.status !== 200) throw await refusal(response, engine.name);
  try {
    for await (const value of jsonStream(response.body as AsyncIterable<Buffer>, engine.name)) {
      const actor = field(value, 'Actor');
      const [type, action] = [textField(value, 'Type'), textField(value, 'Action')];
      const id = textField(actor, 'ID') ?? textField(value, 'id');
      if (type === undefined || action === undefined || id === undefined) continue;
      const nanoseconds = field(value, 'timeNano');
      const at = typeof nanoseconds === 'number' ? nanoseconds / 1e9 : (integerField(value, 'time') ?? 0);
      yield { type, action, id, attributes: textRecordField(actor, 'Attributes'), at };
    }
  } finally {
    response.discard();
  }
}
