import type { Verdict } from './as-good.ts';

/** How a container is to be run, as far as a piece of advice changes it. */
export interface RunChange {
  readonly capabilities?: readonly string[];
  readonly readOnlyRoot?: { readonly memoryFolders: readonly string[] };
  readonly user?: string;
}

/** Something that the image does not need, and whether a run showed that. */
export interface Advice {
  readonly id: 'capabilities' | 'read-only' | 'user';
  readonly text: string;
  /** `run`: the image did the same that way; `refuted`: it did not; `trace`: only the calls say so. */
  readonly proof: 'run' | 'refuted' | 'trace';
  /** Flags of `docker run`. */
  readonly flags: readonly string[];
  /** Part of a container's securityContext in Kubernetes. */
  readonly securityContext: object;
}

export interface HardeningInput {
  /** Capabilities that the calls asked for. */
  readonly needed: Iterable<string>;
  /** Capabilities that the watched run had. */
  readonly granted: readonly string[];
  readonly written: Iterable<string>;
  /** Folders that the image declares as volumes: they stay writable. */
  readonly volumes: readonly string[];
  /** User that the image runs as, and the users that its servers became. */
  readonly runsAsRoot: boolean;
  /** Why a read-only root cannot be tried: a sentence without an end. */
  readonly noReadOnly?: string;
}

/** Runs that are spent on capabilities, beside one for each other piece of advice. */
const CAPABILITY_RUNS = 8;

/**
 * Which capabilities, which writable folders and which user the image really needs. Each answer is tried in a run: what the
 * calls say is the first guess, and where the image does not come up with it, capabilities are given back one by one.
 * @param run tries a change, and holds it against a run without
 */
export async function hardeningAdvice(
  input: HardeningInput,
  run: (change: RunChange) => Promise<Verdict>,
): Promise<readonly Advice[]> {
  return [await capabilityAdvice(input, run), await readOnlyAdvice(input, run), ...(await userAdvice(input, run))];
}

async function capabilityAdvice(
  { needed, granted }: HardeningInput,
  run: (change: RunChange) => Promise<Verdict>,
): Promise<Advice> {
  const wants = new Set(needed);
  let kept = granted.filter((name) => wants.has(name));
  const spare = granted.filter((name) => !wants.has(name));
  let proven = (await run({ capabilities: kept })).asGood;
  for (let runs = 1; !proven && runs < CAPABILITY_RUNS && spare.length > 0; runs++) {
    kept = [...kept, spare.shift()!];
    proven = (await run({ capabilities: kept })).asGood;
  }
  // With all of them it came up before.
  if (!proven) kept = [...granted];
  const sorted = kept.toSorted();
  return {
    id: 'capabilities',
    text:
      sorted.length === 0
        ? 'It did the same without any capability.'
        : `It ${proven ? 'did the same' : 'was only seen to come up'} with ${sorted.join(', ')} and no other capability.`,
    proof: proven ? 'run' : 'refuted',
    flags: ['--cap-drop=ALL', ...sorted.map((name) => `--cap-add=${name}`)],
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], ...(sorted.length > 0 && { add: sorted }) },
    },
  };
}

async function readOnlyAdvice(
  { written, volumes, noReadOnly }: HardeningInput,
  run: (change: RunChange) => Promise<Verdict>,
): Promise<Advice> {
  const memoryFolders = writtenFolders(written, volumes);
  const with_ = memoryFolders.length === 0 ? '' : ` and ${memoryFolders.join(', ')} in memory`;
  if (noReadOnly !== undefined) {
    const text = `A read-only root${with_} was not tried: ${noReadOnly}.`;
    return { id: 'read-only', text, proof: 'trace', flags: [], securityContext: {} };
  }
  const { asGood: proven, reason } = await run({ readOnlyRoot: { memoryFolders } });
  return {
    id: 'read-only',
    text: proven
      ? `It did the same with a read-only root${with_}.`
      : `It did not do the same with a read-only root${with_}: ${reason}.`,
    proof: proven ? 'run' : 'refuted',
    flags: proven ? ['--read-only', ...memoryFolders.map((folder) => `--tmpfs=${folder}`)] : [],
    securityContext: proven ? { readOnlyRootFilesystem: true } : {},
  };
}

async function userAdvice(
  { runsAsRoot }: HardeningInput,
  run: (change: RunChange) => Promise<Verdict>,
): Promise<readonly Advice[]> {
  if (!runsAsRoot) return [];
  const { asGood: proven, reason } = await run({ user: '65534:65534' });
  return [
    {
      id: 'user',
      text: proven
        ? 'It did the same as a user without rights (65534).'
        : `It did not do the same as a user without rights (65534): ${reason}.`,
      proof: proven ? 'run' : 'refuted',
      flags: proven ? ['--user=65534:65534'] : [],
      securityContext: proven ? { runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534 } : {},
    },
  ];
}

/** Folders that hold what was written, those of volumes and of the kernel left out; none within another. */
export function writtenFolders(written: Iterable<string>, volumes: readonly string[]): readonly string[] {
  const folders = new Set<string>();
  for (const path of written) {
    const folder = path.slice(0, Math.max(1, path.lastIndexOf('/')));
    const isElsewhere = volumes.some((volume) => folder === volume || folder.startsWith(`${volume}/`));
    // The root itself cannot be in memory.
    if (folder !== '/' && !isElsewhere && !/^\/(?:dev|proc|sys)(?:\/|$)/.test(folder)) folders.add(folder);
  }
  const sorted = [...folders].sort();
  return sorted.filter((folder) => !sorted.some((other) => other !== folder && folder.startsWith(`${other}/`)));
}
