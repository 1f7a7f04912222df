import type { RunOutcome } from '../../../model/observation.ts';
import { isAsGood } from '../as-good.ts';
import { allowedCalls, type SeccompProfile, seccompProfile } from './profile.ts';
import { runtimeCalls, usualCalls } from './runtime-calls.ts';

/** How a run under a profile went. */
export interface ProfileRun {
  readonly outcome: RunOutcome;
  readonly reason: string;
  /** Calls that it was refused, as far as that was seen. */
  readonly refused?: readonly string[];
}

export interface ProvenProfile {
  readonly profile: SeccompProfile;
  /** The image came up under it as it did without. */
  readonly proven: boolean;
  /** Calls beyond those that were seen and those that the runtime needs. */
  readonly added: readonly string[];
  readonly runs: number;
  /** Why it is, or is not. */
  readonly reason: string;
}

/** Runs that a proof may take. */
const MAX_RUNS = 8;

/**
 * Makes a profile of the calls that were seen and those of the runtime, and runs the image under it until it comes up as it
 * did without: what a run is refused is allowed, and where nobody can tell what that was, calls that are usual.
 * @param wanted the outcome without a profile
 */
export async function proveProfile(
  seen: Iterable<string>,
  architecture: string,
  wanted: RunOutcome,
  run: (profile: SeccompProfile) => Promise<ProfileRun>,
): Promise<ProvenProfile> {
  const allowed = new Set([...runtimeCalls, ...seen]);
  const added = new Set<string>();
  const groups = [...usualCalls];
  for (let runs = 1; ; runs++) {
    const profile = seccompProfile(allowed, architecture);
    const { outcome, reason, refused = [] } = await run(profile);
    const done = (proven: boolean, why: string): ProvenProfile => {
      const kept = new Set(allowedCalls(profile));
      return { profile, proven, added: [...added].filter((name) => kept.has(name)).sort(), runs, reason: why };
    };
    if (isAsGood(outcome, wanted)) return done(true, reason);
    if (runs >= MAX_RUNS) return done(false, `after ${runs} runs: ${reason}`);
    const missing = refused.filter((name) => !allowed.has(name));
    const more = missing.length > 0 ? missing : nextGroup(groups, allowed);
    if (more === undefined) return done(false, `with all calls that are usual: ${reason}`);
    for (const name of more) {
      allowed.add(name);
      added.add(name);
    }
  }
}

function nextGroup(groups: (readonly string[])[], allowed: ReadonlySet<string>): readonly string[] | undefined {
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    const missing = group.filter((name) => !allowed.has(name));
    if (missing.length > 0) return missing;
  }
  return undefined;
}
