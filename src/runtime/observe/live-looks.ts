import type { Finding } from '../../model/finding.ts';
import type { ObservedPort } from '../../model/observation.ts';
import { eitherSignal } from '../../signals.ts';
import { pause } from '../pause.ts';
import type { RunTelling } from './run-telling.ts';

/** Milliseconds between two looks, at least. */
const PORTS_EVERY = 1000;
const CALLS_EVERY = 2000;

/** A look may take this share of the time, however often it is wanted. */
const SHARE = 4;

/** Where it is looked while an image runs. */
export interface LiveSources {
  ports(signal: AbortSignal): Promise<readonly ObservedPort[]>;
  readonly looksAtPorts: boolean;
  /** What the rules on calls say of what was traced until now; absent where nobody traces. */
  readonly calls?: (
    signal: AbortSignal,
  ) => Promise<{ readonly findings: readonly Finding[]; readonly isWhole: boolean }>;
  /** Fires when there is nothing more to be seen. */
  readonly signal: AbortSignal;
}

/** A look that is taken again and again. */
export interface Looks {
  /** Waits for one that goes on. Never throws. */
  stop(): Promise<void>;
}

/** Looks for those who listen, until it is stopped or its signal fires. */
export function lookLive(telling: RunTelling, sources: LiveSources): readonly Looks[] {
  const { looksAtPorts, calls, signal } = sources;
  const looks: Looks[] = [];
  if (looksAtPorts) {
    looks.push(
      begin(PORTS_EVERY, signal, async (during) => {
        telling.ports(await sources.ports(during));
        return true;
      }),
    );
  }
  if (calls !== undefined) {
    looks.push(
      begin(CALLS_EVERY, signal, async (during) => {
        const { findings, isWhole } = await calls(during);
        for (const finding of findings) telling.finding(finding);
        // A trace of that size is read once, at the end.
        return isWhole;
      }),
    );
  }
  return looks;
}

/** @param look whether it is worth looking again; one that fails saw nothing */
function begin(every: number, outer: AbortSignal, look: (signal: AbortSignal) => Promise<boolean>): Looks {
  const stopped = new AbortController();
  const signal = eitherSignal([outer, stopped.signal]);
  const going = (async () => {
    for (let wait = every; ; ) {
      await pause(wait, signal);
      if (signal.aborted) return;
      const began = performance.now();
      if (!(await look(signal).catch(() => true))) return;
      wait = Math.max(every, (performance.now() - began) * SHARE);
    }
  })();
  return {
    async stop() {
      stopped.abort(new Error('nobody looks any more'));
      await going;
    },
  };
}
