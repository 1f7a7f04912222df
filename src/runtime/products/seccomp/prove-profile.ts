import type { Verdict } from '../as-good.ts';
import { allowedCalls, type SeccompProfile, seccompProfile } from './profile.ts';
import { runtimeCalls, usualCalls } from './runtime-calls.ts';

export interface ProvenProfile {
  readonly profile: SeccompProfile;
  /** The image did under it what it did without, and not under one that allows nothing. */
  readonly proven: boolean;
  /** Calls beyond those that were seen and those that the runtime needs. */
  readonly added: readonly string[];
  readonly runs: number;
  /** Why it is, or is not. */
  readonly reason: string;
}

/** Runs that a proof may take. */
const MAX_RUNS = 9;

/** What no program, and no runtime, gets by with. */
const nothing = ['exit_group'];

/**
 * Makes a profile of the calls that were seen and those of the runtime, and runs the image under it until it does what it did
 * without: which call a program was refused nobody is told, so that groups of usual ones are allowed one after the other.
 * Before that it is run under a profile that allows nothing: where it does as well under that, nobody holds it to profiles
 * (runsc does not by itself: gVisor, `--oci-seccomp`), and nothing is proven.
 */
export async function proveProfile(
  seen: Iterable<string>,
  architecture: string,
  run: (profile: SeccompProfile) => Promise<Verdict>,
): Promise<ProvenProfile> {
  const allowed = new Set([...runtimeCalls, ...seen]);
  const added = new Set<string>();
  const groups = [...usualCalls];
  if ((await run(seccompProfile(nothing, architecture))).asGood) {
    const reason = 'it came up under a profile that allows nothing: programs are not held to profiles here';
    return { profile: seccompProfile(allowed, architecture), proven: false, added: [], runs: 1, reason };
  }
  for (let runs = 2; ; runs++) {
    const profile = seccompProfile(allowed, architecture);
    const { asGood, reason } = await run(profile);
    const done = (proven: boolean, why: string): ProvenProfile => {
      const kept = new Set(allowedCalls(profile));
      return { profile, proven, added: [...added].filter((name) => kept.has(name)).sort(), runs, reason: why };
    };
    if (asGood) return done(true, reason);
    if (runs >= MAX_RUNS) return done(false, `after ${runs} runs: ${reason}`);
    const more = nextGroup(groups, allowed);
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
