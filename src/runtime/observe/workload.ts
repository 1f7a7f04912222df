import type { Problem } from '../../model/problem.ts';
import { runExec } from '../../net/container-engine/exec.ts';
import type { Cage } from '../cage/open-cage.ts';
import type { Inside } from '../inside/open-inside.ts';
import type { WorkloadStep } from '../run-profiles/run-profile.ts';
import { runWorkload, type WorkloadResult } from '../run-profiles/run-workload.ts';

const OUTPUT_BYTES = 1024 * 1024;

/** Does what a run profile wants done with an image that is ready. What could not be done is told. */
export async function doWorkload(
  steps: readonly WorkloadStep[],
  cage: Cage,
  inside: Inside | undefined,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const results = await workloadResults(steps, cage, inside, signal);
  return results.flatMap(({ step, done, told }, index): Problem[] =>
    done ? [] : [{ code: 'run.workload', message: `step ${index + 1} of the workload (${step.kind}) failed: ${told}` }],
  );
}

/** The same, with what became of each step. */
export async function workloadResults(
  steps: readonly WorkloadStep[],
  { engine, container }: Cage,
  inside: Inside | undefined,
  signal: AbortSignal,
): Promise<readonly WorkloadResult[]> {
  return await runWorkload(
    steps,
    {
      exec: async (command, user, during) => {
        const settings = { command, ...(user !== undefined && { user }) };
        return (await runExec(engine, container, settings, { bytes: OUTPUT_BYTES, signal: during })).exitCode;
      },
      dial: async (port, during) => {
        if (inside?.dial === undefined) throw new Error('its ports cannot be reached here');
        return await inside.dial({ protocol: 'tcp', port, addresses: ['0.0.0.0', '::'] }, during);
      },
    },
    signal,
  );
}
