import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import type { Observed, Observer } from '../../model/observation.ts';
import type { Problem } from '../../model/problem.ts';
import { FalcoAlerts } from '../../runtime/call-rules/falco-alerts.ts';
import type { CommandIo } from '../command.ts';

/** Bytes that are read of alerts; what is beyond is told. */
const MOST_BYTES = 4 * 1024 ** 3;

/** After the watch a stream is read on for as long as it goes on, so long between two pieces. */
const SILENCE_MS = 500;

/** Where alerts of Falco come from. */
export type AlertSource = { readonly file: string } | 'standard input';

/**
 * What `--falco-alerts` names.
 * @throws UsageError where nothing could be read from there
 */
export function alertSource(
  word: string,
  { stdinIsTerminal, folder }: Pick<CommandIo, 'stdinIsTerminal' | 'folder'>,
): AlertSource {
  if (word === '-') {
    if (!stdinIsTerminal) return 'standard input';
    throw new UsageError(
      'usage.option',
      '--falco-alerts: standard input (-) is a terminal. Pipe what Falco writes with json_output into it.',
    );
  }
  const file = path.resolve(folder, word);
  try {
    if (statSync(file).isFile()) return { file };
  } catch (error) {
    throw new UsageError('usage.option', `--falco-alerts: ${word} cannot be read: ${(error as Error).message}`);
  }
  throw new UsageError('usage.option', `--falco-alerts: ${word} is no file. A stream is given to standard input (-).`);
}

/**
 * An observer whose findings have those beside them that Falco had of the same container. A file is read when the watch is
 * over, so that what Falco writes meanwhile counts; a stream while it goes on.
 * @param container number of the container
 */
export function withFalcoAlerts(
  observer: Observer,
  source: AlertSource,
  container: string,
  { log, signal }: Pick<CommandIo, 'log' | 'signal'>,
): Observer {
  return {
    async observe(view) {
      const alerts = new AlertReader(container);
      const stream = source === 'standard input' ? process.stdin : undefined;
      const reading = stream === undefined ? undefined : alerts.read(stream, signal);
      let observed: Observed;
      try {
        observed = await observer.observe(view);
        if (source !== 'standard input') await alerts.read(createReadStream(source.file), signal);
        else await alerts.silence(reading!, signal);
      } finally {
        // Nothing waits for the end of a stream that has none.
        stream?.destroy();
      }
      const { findings, problems, alerts: count, others } = alerts.end();
      log.info({ alerts: count, others }, 'alerts of Falco were read');
      return {
        ...observed,
        findings: [...observed.findings, ...findings],
        problems: [...observed.problems, ...problems],
      };
    },
  };
}

class AlertReader {
  readonly #alerts: FalcoAlerts;
  readonly #problems: Problem[] = [];
  #bytes = 0;
  #last = performance.now();

  constructor(container: string) {
    this.#alerts = new FalcoAlerts(container);
  }

  /** Reads to the end, or to where it breaks: what came before counts. */
  async read(pieces: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    try {
      for await (const piece of pieces) {
        if (signal.aborted) return;
        this.#last = performance.now();
        this.#bytes += piece.length;
        if (this.#bytes > MOST_BYTES) {
          this.#complain(`only the first ${MOST_BYTES} bytes of the alerts were read`);
          return;
        }
        this.#alerts.add(piece);
      }
    } catch (error) {
      // It was given up.
      if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
      this.#complain(`the alerts could not be read to their end: ${(error as Error).message}`);
    }
  }

  /** Waits until a stream has ended or is silent. */
  async silence(reading: Promise<void>, signal: AbortSignal): Promise<void> {
    let ended = false;
    void reading.then(() => (ended = true));
    const since = performance.now();
    while (!ended && !signal.aborted && performance.now() - Math.max(since, this.#last) < SILENCE_MS) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  end(): ReturnType<FalcoAlerts['end']> {
    const { problems, ...rest } = this.#alerts.end();
    return { ...rest, problems: [...problems, ...this.#problems] };
  }

  #complain(message: string): void {
    this.#problems.push({ code: 'calls.alerts-unreadable', message });
  }
}
