import { escapeText } from '../../formats/escape-text.ts';
import type { HostId } from '../../model/topology.ts';
import {
  inspectContainer,
  pauseContainer,
  restartContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
} from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { containerLogs } from '../../net/container-engine/logs.ts';
import { timeLimit } from '../../signals.ts';
import type { MapControl } from './details-schema.ts';
import type { ControlResult } from './question-schema.ts';

/** What can be done to the containers of one engine. Nothing runs anything in them. */
export interface EngineControls {
  /** The host whose containers they are. */
  readonly host: HostId;
  /** @throws what the engine says */
  act(control: MapControl, container: string): Promise<Pick<ControlResult, 'message' | 'lines'>>;
}

/** Seconds that a container has to end by itself. */
const STOP_SECONDS = 10;
/** Milliseconds for all of it. */
const MOST_TIME = 30_000;

const LINES = 500;
const LINE = 2000;
/** What an engine counts as a line may be a piece of a long one: Docker's are 16 KiB, and the last one is what is wanted. */
const READ_BYTES = 16 * 1024 * 1024;

/** Does it by the API of an engine. */
export function engineControls(engine: Engine, host: HostId): EngineControls {
  return {
    host,
    async act(control, container) {
      const signal = timeLimit(MOST_TIME);
      switch (control) {
        case 'logs': {
          const { lines, isCut } = await lastLines(engine, container, signal);
          const cut = isCut ? ' They are longer than 16 MiB: what was written after that is not shown.' : '';
          return { message: `The last ${lines.length} lines.${cut}`, lines };
        }
        case 'stop':
          await stopContainer(engine, container, STOP_SECONDS, signal);
          return { message: 'It is stopped.' };
        case 'start':
          await startContainer(engine, container, signal);
          return { message: 'It is started.' };
        case 'pause':
          await pauseContainer(engine, container, signal);
          return { message: 'It is paused.' };
        case 'unpause':
          await unpauseContainer(engine, container, signal);
          return { message: 'It goes on.' };
        case 'restart':
          await restartContainer(engine, container, STOP_SECONDS, signal);
          return { message: 'It was stopped and started again.' };
      }
    },
  };
}

type LogLine = NonNullable<ControlResult['lines']>[number];

/** What a container wrote last, escaped: whoever reads it may do so in a terminal. */
async function lastLines(
  engine: Engine,
  container: string,
  signal: AbortSignal,
): Promise<{ readonly lines: LogLine[]; readonly isCut: boolean }> {
  const { tty } = await inspectContainer(engine, container, { signal });
  const open = { stdout: '', stderr: '' };
  const lines: LogLine[] = [];
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  let read = 0;
  const add = (stream: LogLine['stream'], text: string): void => {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    lines.push({ stream, text: escapeText(line.length > LINE ? `${line.slice(0, LINE)} …` : line) });
    if (lines.length > LINES) lines.shift();
  };
  for await (const { channel: stream, bytes } of containerLogs(engine, container, { tty, tail: LINES, signal })) {
    const parts = (open[stream] + decoders[stream].decode(bytes, { stream: true })).split('\n');
    open[stream] = parts.pop()!.slice(0, LINE + 1);
    for (const part of parts) add(stream, part);
    read += bytes.length;
    if (read > READ_BYTES) break;
  }
  for (const stream of ['stdout', 'stderr'] as const) if (open[stream] !== '') add(stream, open[stream]);
  return { lines, isCut: read > READ_BYTES };
}
