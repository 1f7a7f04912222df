import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ObservationProofs } from '../../model/observation.ts';
import { killContainer } from '../../net/container-engine/containers.ts';
import type { Cage } from '../cage/open-cage.ts';
import { cageRules } from '../cage/profiles.ts';
import { beginRun, type Run } from '../cage/run.ts';
import { appArmorProfile } from '../products/apparmor.ts';
import { type Advice, hardeningAdvice, type RunChange } from '../products/hardening.ts';
import { networkPolicy } from '../products/network-policy.ts';
import { allowedCalls, type SeccompProfile } from '../products/seccomp/profile.ts';
import { type ProvenProfile, proveProfile } from '../products/seccomp/prove-profile.ts';
import type { ObservedRun, ObserveOptions } from './observe-image.ts';
import { runOnce } from './run-once.ts';
import { openStrace } from './tracing.ts';
import { doWorkload } from './workload.ts';

/** What further runs proved, and what can be written to files. */
export interface Proofs {
  readonly told: ObservationProofs;
  readonly seccomp: ProvenProfile;
  readonly advice: readonly Advice[];
  readonly appArmor: string;
  readonly networkPolicy: object;
}

/** Time of all further runs, beyond what each may take to be ready. */
const SECONDS = 600;
const ALL_RUNS = 24;

/**
 * Runs an image again that came up before: once with every call watched, then under the seccomp profile that follows, and
 * with less of what it may not need.
 * @returns undefined where it did not come up, or nobody watched
 */
export async function proveRun(observed: ObservedRun, options: ObserveOptions): Promise<Proofs | undefined> {
  const { observation, calls, start } = observed;
  const wanted = observation.attempts.at(-1)?.outcome;
  if (calls === undefined || start === undefined || wanted === undefined) return undefined;
  if (wanted === 'exited' || wanted === 'failed') return undefined;
  const { engine, image, signal, environment } = options;
  const seconds = SECONDS + (ALL_RUNS * options.readyTimeout) / 1000;
  const run = beginRun(engine, seconds);
  const files = await mkdtemp(path.join(options.temporary, 'drydock-profiles-'));
  let runs = 0;
  const once = async (change: RunChange & { readonly seccomp?: SeccompProfile }) => {
    runs++;
    const { capabilities, readOnlyRoot, user, seccomp } = change;
    return await runOnce(run, {
      cage: {
        image: image.id,
        profile: observation.cage.profile === 'none' ? options.profile : observation.cage.profile,
        start: { ...start, ...(user !== undefined && { user }) },
        rules: { ...(capabilities && { capabilities }), ...(readOnlyRoot && { readOnlyRoot: true }) },
        tools: {
          ...(readOnlyRoot && { memoryFolders: inMemory(readOnlyRoot.memoryFolders) }),
          ...(seccomp && { securityOptions: [await profileOption(seccomp, options, files)] }),
        },
        acceptWeak: options.acceptWeak,
        signal,
      },
      readyTimeout: options.readyTimeout,
      environment,
      signal,
      use: async (cage, inside) => {
        await doWorkload(options.runProfile?.workload ?? [], cage, inside, signal);
      },
    });
  };
  try {
    options.progress.report('proving: every call is watched');
    const names = await allCalls(run, observed, options);
    options.progress.report('proving: a seccomp profile');
    const seccomp = await proveProfile(
      new Set([...names, ...Object.keys(observation.calls)]),
      image.architecture ?? 'amd64',
      wanted,
      (profile) => once({ seccomp: profile }),
    );
    options.progress.report('proving: capabilities, writable folders, user');
    const { profile } = observation.cage;
    const advice = await hardeningAdvice(
      {
        needed: calls.capabilities.needed.keys(),
        granted: cageRules[profile === 'none' ? options.profile : profile].capabilities,
        written: calls.files.written,
        volumes: Object.keys((image.config['Volumes'] ?? {}) as object),
        runsAsRoot: isRoot(start.user ?? image.config['User']),
        wanted,
      },
      async (change) => (await once(change)).outcome,
    );
    return {
      told: {
        seccomp: {
          calls: allowedCalls(seccomp.profile),
          proven: seccomp.proven,
          added: seccomp.added,
          reason: seccomp.reason,
        },
        advice: advice.map(({ id, text, proof, flags }) => ({ id, text, proof, flags })),
        runs: runs + 1,
      },
      seccomp,
      advice,
      appArmor: appArmorProfile({
        name: 'drydock-observed',
        used: calls.files.used,
        written: calls.files.written,
        capabilities: calls.capabilities.needed.keys(),
        families: calls.families,
      }),
      networkPolicy: networkPolicy(observation, 'observed'),
    };
  } finally {
    await rm(files, { recursive: true, force: true });
    const { failures } = await run.close();
    for (const failure of failures) options.log.warn({}, failure);
  }
}

/** Names of all calls of a run: what a watch for behaviour leaves out is among them. */
async function allCalls(
  run: Run,
  { start, observation }: ObservedRun,
  options: ObserveOptions,
): Promise<readonly string[]> {
  const { image, signal, environment } = options;
  const tracing = openStrace(run, { ...options, purpose: 'all' });
  if ('reason' in tracing || start === undefined) return [];
  const instrumented = await tracing.instrument(start);
  let names: readonly string[] = [];
  await runOnce(run, {
    cage: {
      image: image.id,
      profile: observation.cage.profile === 'none' ? options.profile : observation.cage.profile,
      start: instrumented.start,
      ...(instrumented.tools && { tools: instrumented.tools }),
      acceptWeak: options.acceptWeak,
      signal,
    },
    // Every call is stopped: all of it takes several times as long.
    readyTimeout: options.readyTimeout * 2,
    environment,
    signal,
    use: async (cage, inside) => {
      await doWorkload(options.runProfile?.workload ?? [], cage, inside, signal);
      await new Promise((resolve) => setTimeout(resolve, Math.min(options.duration, 5000)));
      await end(cage);
      const { reading } = await tracing.read(cage, { call() {} }, signal);
      names = Object.keys(reading.counts);
    },
  });
  return names;
}

async function end(cage: Cage): Promise<void> {
  await killContainer(cage.engine, cage.container, 'SIGTERM').catch(() => {});
  const late = new Promise((resolve) => setTimeout(resolve, 2000));
  await Promise.race([cage.ended, late]);
  await killContainer(cage.engine, cage.container, 'SIGKILL').catch(() => {});
  await cage.ended;
}

/** Docker takes a profile as it is. Podman takes the name of a file of its machine, which is this one unless it is remote. */
async function profileOption(profile: SeccompProfile, { engine }: ObserveOptions, folder: string): Promise<string> {
  const text = JSON.stringify(profile);
  if (engine.kind === 'docker') return `seccomp=${text}`;
  const file = path.join(folder, 'seccomp.json');
  await writeFile(file, text);
  return `seccomp=${file}`;
}

function inMemory(folders: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(folders.map((folder) => [folder, 'rw,nosuid,nodev,mode=1777,size=64m']));
}

function isRoot(user: unknown): boolean {
  return typeof user !== 'string' || user === '' || /^(?:0|root)(?::|$)/.test(user);
}
