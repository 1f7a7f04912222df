import type { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { type CageProfile, cageProfiles } from '../../model/observation.ts';
import { parseRunProfile } from '../../runtime/run-profiles/read-run-profile.ts';
import type { ImageRuns, RunOrder } from '../observe/image-runs.ts';
import type { RunSubmission } from './observation-schema.ts';
import { MOST_SECONDS } from './observation-schema.ts';

/**
 * What a submission asks for, held against what the service allows.
 * @throws UsageError `usage.option`, `usage.configuration`
 */
export async function runOrder(
  body: z.output<typeof RunSubmission>,
  allowed: Pick<ImageRuns, 'cage' | 'callRules' | 'serviceScanners'>,
): Promise<RunOrder> {
  const { reference, duration, readyTimeout, network, presets, prove, runProfile } = body;
  if (duration + readyTimeout > MOST_SECONDS) {
    throw new UsageError(
      'usage.option',
      `duration and readyTimeout together are more than ${MOST_SECONDS} seconds, which is as long as a cage lives.`,
    );
  }
  if (/^-|[\s\p{Cc}]/u.test(reference)) {
    throw new UsageError('usage.option', `reference: ${JSON.stringify(reference)} is no name of an image.`);
  }
  return {
    ...{ reference, network, presets, prove },
    duration: duration * 1000,
    readyTimeout: readyTimeout * 1000,
    cage: cageOf(body.cage, allowed.cage),
    callRules: chosen('callRules', body.callRules, allowed.callRules),
    serviceScanners: chosen('serviceScanners', body.serviceScanners, allowed.serviceScanners),
    ...(runProfile !== undefined && { runProfile: await profileOf(runProfile) }),
  };
}

/** Profiles stand in their list from the tightest to the weakest. */
function cageOf(wanted: CageProfile | undefined, weakest: CageProfile): CageProfile {
  if (wanted === undefined) return weakest;
  if (cageProfiles.indexOf(wanted) <= cageProfiles.indexOf(weakest)) return wanted;
  throw new UsageError('usage.option', `cage: this service runs images in no weaker cage than ${weakest}.`);
}

function chosen(what: string, names: readonly string[] | undefined, there: readonly string[]): readonly string[] {
  if (names === undefined) return there;
  const unknown = names.find((name) => !there.includes(name));
  if (unknown === undefined) return [...new Set(names)];
  const list = there.length === 0 ? 'none' : there.join(', ');
  throw new UsageError('usage.option', `${what}: ${JSON.stringify(unknown)} is not there; there is ${list}.`);
}

/** A document of JSON is one of YAML; what it may hold is checked in one place. */
async function profileOf(profile: object): Promise<RunOrder['runProfile'] & {}> {
  return await parseRunProfile(JSON.stringify(profile, undefined, 1), 'runProfile', { files: false });
}
