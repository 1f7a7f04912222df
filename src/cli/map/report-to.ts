import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { mapCollecting } from '../../config/service-settings.ts';
import { DrydockError, exitStatus, UsageError } from '../../errors.ts';
import type { HostReport } from '../../model/topology.ts';
import type { Dialer } from '../../net/dial.ts';
import { describeFailure } from '../../net/failure.ts';
import { collectHost } from '../../runtime/topology/collect-loop.ts';
import { type Lessening, LesserLooks, lessenedWords } from '../../runtime/topology/lesser-look.ts';
import { type HostLook, ReportSequence } from '../../runtime/topology/report-sequence.ts';
import { MOST_REPORT_BYTES } from '../../server/map/report-limits.ts';
import { limitTime } from '../../signals.ts';
import type { Invocation } from '../command.ts';
import { jsonHeaders, serviceToken, serviceUrl } from '../remote-service.ts';
import { withDialer } from '../with-dialer.ts';
import { collectorOf } from './collector-of.ts';
import { keepHeapSmall } from './small-heap.ts';

const PATIENCE = 15_000;
/** Waits before a service is tried again that did not take a report. */
const AGAIN_MS = [1000, 2000, 5000, 10_000, 30_000];
/** Reports say the same words again and again: more would cost more than it saves. */
const GZIP_LEVEL = 2;
const MOST_WORDS = 64 * 1024;
/** Everything is tried again after so long where it was too large. */
const ALL_AGAIN_MS = 60 * 60_000;

/** What became of a report that was sent. */
export type Sent =
  | { readonly taken: true }
  | { readonly taken: false; readonly gap: boolean; readonly tooLarge?: boolean; readonly words: string };

/** Sends reports of this machine to a service until a signal ends it. */
export async function reportTo(server: string, invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  if (settings.offline) {
    throw new UsageError('usage.option', '--report-to and --offline exclude each other: a service is told by network.');
  }
  const url = serviceUrl('report-to', server, '/api/map/reports', settings['plain-http']);
  const token = serviceToken(settings['server-token-file']);
  return await withDialer(invocation, async (dialer) => {
    const collect = keepHeapSmall();
    const collector = collectorOf(settings.engine, mapCollecting(configuration), invocation, collect);
    const reporter = new Reporter((report, signal) => send(dialer, url, token, report, signal), {
      say: (taken, words) => {
        if (taken) io.log.info({ server: url.host }, 'the service takes reports of this machine');
        else io.error(`${words} It is tried again.`);
      },
      less: (words) => {
        if (words === '') io.log.info({ server: url.host }, 'the service takes all of what is told again');
        else io.error(`The service ${url.host} takes no report as large as that of this machine; ${words}.`);
      },
      now: () => performance.now(),
    });
    try {
      await collectHost(
        collector,
        async (look) => {
          await reporter.take(look, io.signal);
          collect();
        },
        io.signal,
      );
    } finally {
      await collector.stop();
    }
    return exitStatus.done;
  });
}

/** What a reporter gets from whoever made it. */
export interface ReporterOptions {
  /** Told when a service begins to take reports, and when it does no more. */
  say(taken: boolean, words: string): void;
  /** Told when more, or less, is left out of what is taken, because all of it is too large; empty: it is everything. */
  less(words: string): void;
  /** Milliseconds, of a clock that only goes forward. */
  now(): number;
}

/** Turns looks into reports and sends each once. What could not be sent is not kept: the next one that can tells everything. */
export class Reporter {
  readonly #sequence = new ReportSequence(randomBytes(8).toString('hex'));
  readonly #send: (report: HostReport, signal: AbortSignal) => Promise<Sent>;
  readonly #options: ReporterOptions;
  readonly #looks = new LesserLooks();
  /** What is left out, because all of it is too large for whoever takes it. */
  #lessening: Lessening = 0;
  #saidLessening: Lessening = 0;
  #lessenedAt = 0;
  #failures = 0;
  #tryAt = Number.NEGATIVE_INFINITY;
  #isTaken: boolean | undefined;

  constructor(send: (report: HostReport, signal: AbortSignal) => Promise<Sent>, options: ReporterOptions) {
    this.#send = send;
    this.#options = options;
  }

  async take(look: HostLook, signal: AbortSignal): Promise<void> {
    const { now, say, less } = this.#options;
    if (now() < this.#tryAt) return;
    if (this.#lessening > 0 && now() - this.#lessenedAt > ALL_AGAIN_MS) this.#lessen(0);
    let sent = await this.#tell(look, signal);
    // It was started anew, or missed one: it gets everything at once.
    if (!sent.taken && sent.gap) {
      this.#sequence.restart();
      sent = await this.#tell(look, signal);
    }
    while (!sent.taken && sent.tooLarge === true && this.#lessening < 3 && !signal.aborted) {
      this.#lessen((this.#lessening + 1) as Lessening);
      sent = await this.#tell(look, signal);
    }
    if (signal.aborted) return;
    if (sent.taken) this.#failures = 0;
    else {
      this.#sequence.restart();
      this.#tryAt = now() + AGAIN_MS[Math.min(this.#failures++, AGAIN_MS.length - 1)]!;
    }
    if (sent.taken && this.#saidLessening !== this.#lessening) {
      this.#saidLessening = this.#lessening;
      less(lessenedWords(this.#lessening));
    }
    if (this.#isTaken === sent.taken) return;
    this.#isTaken = sent.taken;
    say(sent.taken, sent.taken ? '' : sent.words);
  }

  #tell(look: HostLook, signal: AbortSignal): Promise<Sent> {
    return this.#send(this.#sequence.next(this.#looks.of(look, this.#lessening)), signal);
  }

  #lessen(lessening: Lessening): void {
    this.#lessening = lessening;
    this.#lessenedAt = this.#options.now();
    this.#sequence.restart();
  }
}

async function send(
  dialer: Dialer,
  url: URL,
  token: string | undefined,
  report: HostReport,
  signal: AbortSignal,
): Promise<Sent> {
  const body = JSON.stringify(report);
  // Whoever is sent too much may end the connection before it says so.
  if (Buffer.byteLength(body) > MOST_REPORT_BYTES) {
    const words = `The report of this machine is larger than the ${MOST_REPORT_BYTES} bytes that a service takes.`;
    return { taken: false, gap: false, tooLarge: true, words };
  }
  try {
    const response = await dialer.request(url, {
      method: 'POST',
      headers: { ...jsonHeaders(token), 'Content-Encoding': 'gzip' },
      body: await promisify(gzip)(body, { level: GZIP_LEVEL }),
      signal: limitTime(signal, PATIENCE),
    });
    const { status } = response;
    if (status === 200) {
      response.discard();
      return { taken: true };
    }
    const words = await wordsOf(response.body);
    if (status === 404) throw noMap(url);
    const advice =
      status === 401 || status === 403 ? ' Give a token of the scope "report" by --server-token-file.' : '';
    return {
      taken: false,
      gap: status === 409,
      tooLarge: status === 413,
      words: `The service ${url.host} answers HTTP ${status}${words}.${advice}`,
    };
  } catch (error) {
    if (error instanceof DrydockError) return { taken: false, gap: false, words: error.message };
    return { taken: false, gap: false, words: `The service ${url.host} ${describeFailure(error)}.` };
  }
}

function noMap(url: URL): DrydockError {
  return new DrydockError('map.off', `The service ${url.host} has no map: it is turned on by --map reports.`);
}

/** In its own words why not, where it has some. */
async function wordsOf(body: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of body) {
    text += piece.toString('utf8');
    if (text.length > MOST_WORDS) break;
  }
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? `: ${detail.slice(0, 500)}` : '';
  } catch {
    return '';
  }
}
