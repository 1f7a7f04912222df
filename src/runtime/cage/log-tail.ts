import { setTimeout as sleep } from 'node:timers/promises';
import { escapeText } from '../../formats/escape-text.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { containerLogs } from '../../net/container-engine/logs.ts';

/** Lines of the output of a container that are told. */
const LINES = 50;
/** Characters of one of them, before it is escaped. */
const CHARACTERS = 500;
/** Bytes of output that are held at a time. */
const BYTES = 64 * 1024;
/** Bytes of output that are read at all: a line may be as long as the whole log. */
const READ_BYTES = 16 * 1024 * 1024;
/** How often the log is asked for where it seems to be empty, and the milliseconds between. */
const ASKED = 4;
const AGAIN_MS = 100;

interface TailOptions {
  readonly tty?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The last lines that a container wrote, escaped: they are hostile. Empty where its log cannot be read.
 */
export async function logTail(engine: Engine, id: string, options: TailOptions = {}): Promise<readonly string[]> {
  for (let asked = 1; ; asked++) {
    const lines = linesOf(await outputOf(engine, id, options));
    // Podman empties a log that has reached its size, again and again below one that writes without end.
    if (lines.length > 0 || asked === ASKED || engine.kind !== 'podman') return lines;
    await sleep(AGAIN_MS, undefined, { signal: options.signal }).catch(() => {});
    options.signal?.throwIfAborted();
  }
}

async function outputOf(engine: Engine, id: string, { tty = false, signal }: TailOptions): Promise<Buffer> {
  let kept: Buffer = Buffer.alloc(0);
  let read = 0;
  try {
    for await (const { bytes } of containerLogs(engine, id, { tty, tail: LINES, ...(signal && { signal }) })) {
      kept = Buffer.concat([kept, bytes]);
      if (kept.length > 2 * BYTES) kept = kept.subarray(-BYTES);
      read += bytes.length;
      if (read > READ_BYTES) break;
    }
  } catch {
    signal?.throwIfAborted();
    // What was read until then is worth telling.
  }
  return kept.subarray(-BYTES);
}

/** The last lines of an output, escaped. */
export function linesOf(output: Uint8Array): readonly string[] {
  const lines = Buffer.from(output).toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.slice(-LINES).map((line) => {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    const cut = text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)} ...` : text;
    return escapeText(cut);
  });
}
