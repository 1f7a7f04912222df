import type { RunOutcome } from '../../model/observation.ts';
import type { ContainerDescription } from '../../net/container-engine/containers.ts';
import { eitherSignal, timeLimit } from '../../signals.ts';
import { pause } from '../pause.ts';
import type { CageEnd } from './watch.ts';

/** Where it is seen that a container is ready. What fails counts as not seen. */
export interface ReadinessSources {
  /** What listens, one text each (`tcp 0.0.0.0:80`), without what the engine put there; undefined where nobody can tell. */
  sockets(signal: AbortSignal): Promise<readonly string[] | undefined>;
  describe(signal: AbortSignal): Promise<Pick<ContainerDescription, 'health'>>;
  readonly ended: Promise<CageEnd>;
  /** Resolves when a line that was waited for was written; absent where none is. */
  readonly line?: Promise<void>;
}

export interface ReadinessLimits {
  /** The listening set must not have changed for so long. */
  readonly stableMs: number;
  readonly pollMs: number;
  readonly healthMs: number;
  /** It counts as running then, whatever it does. */
  readonly timeoutMs: number;
}

export const defaultReadinessLimits: ReadinessLimits = {
  stableMs: 600,
  pollMs: 100,
  healthMs: 500,
  timeoutMs: 30_000,
};

/** What a run profile says of when a container is ready, instead of what is seen. */
export interface ReadyWhen {
  /** One of what listens ends with this port. */
  readonly port?: number;
  readonly seconds?: number;
}

export interface Readiness {
  readonly outcome: Exclude<RunOutcome, 'failed'>;
  readonly reason: string;
  readonly milliseconds: number;
  readonly end?: CageEnd;
}

/** Waits until a container is ready, has ended or has had its time. */
export async function waitUntilReady(
  sources: ReadinessSources,
  options: Partial<ReadinessLimits> & { readonly when?: ReadyWhen; readonly signal?: AbortSignal } = {},
): Promise<Readiness> {
  const limits = { ...defaultReadinessLimits, ...options };
  const { when, signal } = limits;
  const began = performance.now();
  const over = timeLimit(Math.ceil(limits.timeoutMs));
  const during = signal === undefined ? over : eitherSignal([signal, over]);
  const since = (): number => performance.now() - began;
  let end: CageEnd | undefined;
  let line = false;
  void sources.ended.then((value) => {
    end = value;
  });
  sources.line?.then(
    () => {
      line = true;
    },
    () => {},
  );
  const told = when !== undefined || sources.line !== undefined;
  const set = new ListeningSet();
  let healthAt = 0;
  let hasHealth = true;
  let seen: readonly string[] | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const listening = (await unless(during, sources.sockets(during))) ?? (during.aborted ? seen : undefined);
    seen = listening;
    // The end may have come while it was looked: then what was seen is no more.
    await Promise.resolve();
    if (end !== undefined) {
      return { outcome: 'exited', reason: end.reason, milliseconds: since(), end };
    }
    if (line) return ready('running', 'it wrote the line that was waited for');
    if (when?.seconds !== undefined && since() >= when.seconds * 1000) {
      return ready('running', `${when.seconds} seconds have passed, as the run profile says`);
    }
    const { port } = when ?? {};
    if (port !== undefined && listening?.some((socket) => socket.endsWith(`:${port}`)) === true) {
      return ready('listening', `port ${port} is open, as the run profile waits for`);
    }
    if (!told && set.stableFor(listening ?? [], since()) >= limits.stableMs) {
      return ready('listening', `the set of listening sockets did not change for ${limits.stableMs} ms`);
    }
    if (!told && hasHealth && since() >= healthAt) {
      healthAt = since() + limits.healthMs;
      const described = await unless(during, sources.describe(during));
      if (described !== undefined) hasHealth = described.health !== undefined;
      if (described?.health === 'healthy') return ready('healthy', 'its HEALTHCHECK says that it is healthy');
    }
    if (since() >= limits.timeoutMs)
      return ready('running', told ? missed(limits.timeoutMs) : lastWord(listening, limits.timeoutMs));
    const rest = Math.max(1, Math.min(limits.pollMs, limits.timeoutMs - since()));
    await Promise.race([sources.ended, pause(rest, signal)]);
  }

  function ready(outcome: Readiness['outcome'], reason: string): Readiness {
    return { outcome, reason, milliseconds: since() };
  }
}

function missed(timeoutMs: number): string {
  return `what the run profile waits for did not happen within ${timeoutMs / 1000} seconds`;
}

function lastWord(listening: readonly string[] | undefined, timeoutMs: number): string {
  const time = `${timeoutMs / 1000} seconds`;
  if (listening === undefined) return `it runs for ${time}, and what listens cannot be seen here`;
  if (listening.length === 0) return `it runs for ${time} and listens to nothing`;
  return `what listens did not come to rest within ${time}`;
}

/** Remembers since when the same sockets listen. */
class ListeningSet {
  #key = '';
  #since = 0;

  /** Milliseconds for which they did not change; 0 while nothing listens. */
  stableFor(listening: readonly string[], now: number): number {
    const key = [...listening].sort().join('\n');
    if (key === '' || key !== this.#key) {
      this.#key = key;
      this.#since = now;
      return 0;
    }
    return now - this.#since;
  }
}

async function unless<T>(signal: AbortSignal, value: Promise<T>): Promise<T | undefined> {
  return await new Promise((resolve) => {
    const over = (): void => resolve(undefined);
    signal.addEventListener('abort', over, { once: true });
    value.then(resolve, over).finally(() => signal.removeEventListener('abort', over));
    if (signal.aborted) over();
  });
}
