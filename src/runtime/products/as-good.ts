import type { RunOutcome } from '../../model/observation.ts';

/** What a run showed, as far as it is held against others of the same image. */
export interface RunSight {
  readonly outcome: RunOutcome;
  /** Why it counts as that: a sentence without an end. */
  readonly reason: string;
  /** What listened when its time was over, as `8080/tcp`; absent where nobody could look. */
  readonly ports?: readonly string[];
  /** What became of the steps of the workload. */
  readonly workload: readonly StepSight[];
  /** How it ended before its time was over; absent where it lived on. */
  readonly ended?: string;
}

/** A step of the workload: the same text where it went as well. */
export interface StepSight {
  readonly done: boolean;
  readonly told: string;
}

/** Whether a run went as well as another one, and why it did not. */
export interface Verdict {
  readonly asGood: boolean;
  readonly reason: string;
}

/**
 * Holds a run against another one: it has to become ready as that did, to do what that did of the
 * workload, to listen on all ports that
 * the other listened on at its end, and to live on. What it does beyond that is its own affair.
 */
export function judgeRun(run: RunSight, wanted: RunSight): Verdict {
  const worse = (reason: string): Verdict => ({ asGood: false, reason });
  if (!isAsGood(run.outcome, wanted.outcome)) return worse(run.reason);
  if (run.ended !== undefined) return worse(run.ended);
  for (const [index, { done, told }] of wanted.workload.entries()) {
    const own = run.workload[index]?.told ?? 'not done';
    if (done && own !== told) {
      return worse(`step ${index + 1} of the workload went otherwise: ${own} instead of ${told}`);
    }
  }
  const missing = missingPorts(run, wanted.ports ?? []);
  if (missing.length > 0) return worse(`nothing listens on ${missing.join(', ')}`);
  return { asGood: true, reason: asGoodWords(wanted) };
}

/** What a run that is as good was seen to do: a sentence without an end. */
function asGoodWords({ outcome, reason, ports = [], workload }: RunSight): string {
  const steps = workload.filter(({ done }) => done).length;
  const did = [
    ...(ports.length === 0 ? [] : [`listened on ${ports.join(', ')}`]),
    ...(steps === 0 ? [] : [`did ${steps} of ${workload.length} steps of the workload as before`]),
  ];
  return did.length === 0
    ? `it was ${outcome} as before (${reason}) and lived on`
    : `it ${did.join(', ')} and lived on`;
}

/** Ports of these that did not listen at the end of a run; all of them where nobody could look. */
export function missingPorts({ ports }: Pick<RunSight, 'ports'>, wanted: readonly string[]): readonly string[] {
  return wanted.filter((port) => ports?.includes(port) !== true);
}

function isAsGood(outcome: RunOutcome, wanted: RunOutcome): boolean {
  // Which of the two is seen first is a matter of chance.
  const isReady = (one: RunOutcome): boolean => one === 'listening' || one === 'healthy';
  return outcome === wanted || (isReady(outcome) && isReady(wanted));
}
