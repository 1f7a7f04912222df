import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ObservationProofs, ObservedPort, RunOutcome } from '../../model/observation.ts';
import type { Problem } from '../../model/problem.ts';
import { withRun } from '../cage/run.ts';
import { relayToInject } from '../inside/injected-relay.ts';
import { appArmorProfile } from '../products/apparmor.ts';
import { judgeRun, type RunSight, type Verdict } from '../products/as-good.ts';
import { checkAppArmor } from '../products/check-apparmor.ts';
import { type Advice, hardeningAdvice } from '../products/hardening.ts';
import { networkPolicy } from '../products/network-policy.ts';
import { allowedCalls } from '../products/seccomp/profile.ts';
import { type ProvenProfile, proveProfile } from '../products/seccomp/prove-profile.ts';
import type { ObservedRun, ObserveOptions } from './observe-image.ts';
import { openSinkNetwork } from './sink-network.ts';
import { Trials, trialMs } from './trials.ts';

/** What further runs proved, and what can be written to files. */
export interface Proofs {
  readonly told: ObservationProofs;
  readonly seccomp: ProvenProfile;
  readonly advice: readonly Advice[];
  readonly appArmor: string;
  readonly networkPolicy: object;
  readonly problems: readonly Problem[];
}

/** Trials there are at the most. */
const MOST_TRIALS = 24;

/**
 * Runs an image again that came up before: once as it is, to have something that others are held against, once with every call
 * watched, then under the seccomp profile that follows, and with less of what it may not need.
 * @returns what is proven, or why nothing can be: a sentence without an end
 * @throws EngineError; the reason of the signal
 */
export async function proveRun(
  observed: ObservedRun,
  options: ObserveOptions,
): Promise<Proofs | { readonly refusal: string }> {
  const { observation, calls, start } = observed;
  const seen = observation.attempts.at(-1)?.outcome;
  if (calls === undefined || start === undefined) return { refusal: 'nobody watched its calls' };
  if (seen === undefined || seen === 'exited' || seen === 'failed') return { refusal: 'the image did not stay up' };
  const seconds = Math.ceil((MOST_TRIALS * trialMs(options, observed)) / 1000);
  return await withRun(options.engine, seconds, options, async (run) => {
    const folder = profilesFolder(options.temporary);
    try {
      const sink = options.network === 'sinkhole' ? await openSinkNetwork(run, options.signal) : undefined;
      try {
        const relay = await relayToInject(run, options);
        const trials = new Trials(run, observed, options, { sink, relay, folder: folder.path });
        return await proveIn(trials, folder.path, observed, { seen, calls, start }, options);
      } finally {
        await sink?.close();
      }
    } finally {
      folder.remove();
    }
  });
}

/** For the profiles of an engine that reads files. It goes, too, where the process is ended before it can clean up. */
function profilesFolder(temporary: string): { readonly path: string; remove(): void } {
  const made = mkdtempSync(path.join(temporary, 'drydock-profiles-'));
  const remove = (): void => rmSync(made, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path: made,
    remove: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

/** What was seen of an image that came up. */
interface Seen {
  readonly seen: RunOutcome;
  readonly calls: NonNullable<ObservedRun['calls']>;
  readonly start: NonNullable<ObservedRun['start']>;
}

/** @param folder for files of a moment */
async function proveIn(
  trials: Trials,
  folder: string,
  { observation }: ObservedRun,
  { seen, calls, start }: Seen,
  { image, runProfile, progress, signal }: ObserveOptions,
): Promise<Proofs | { readonly refusal: string }> {
  progress.report('proving: once more as it is');
  const known = steadyPorts(observation.ports);
  const again = await trials.try({}, known);
  const same = judgeRun(again, { outcome: seen, reason: '', workload: [] });
  if (!same.asGood) return { refusal: `it did not come up once more as it is: ${same.reason}` };
  const wanted: RunSight = {
    ...again,
    ports: (again.ports ?? []).filter((port) => observation.ports.some((one) => portName(one) === port)),
  };
  const ports = wanted.ports ?? [];
  const judge = async (trial: Promise<RunSight>): Promise<Verdict> => judgeRun(await trial, wanted);
  progress.report('proving: every call is watched');
  const names = await trials.allCalls(ports);
  progress.report('proving: a seccomp profile');
  const seccomp = await proveProfile(
    new Set([...names, ...Object.keys(observation.calls)]),
    image.architecture ?? 'amd64',
    (profile) => judge(trials.try({ seccomp: profile }, ports)),
  );
  progress.report('proving: capabilities, writable folders, user');
  const advice = await hardeningAdvice(
    {
      needed: calls.capabilities.needed.keys(),
      granted: trials.capabilities,
      written: calls.files.written,
      volumes: Object.keys((image.config['Volumes'] ?? {}) as object),
      runsAsRoot: isRoot(start.user ?? image.config['User']),
      ...(runProfile && runProfile.files.length > 0 && { noReadOnly: NO_FILES }),
    },
    (change) => judge(trials.try(change, ports)),
  );
  const appArmor = appArmorProfile({
    name: 'drydock-observed',
    used: calls.files.used,
    written: calls.files.written,
    capabilities: calls.capabilities.needed.keys(),
    families: calls.families,
  });
  const checked = await checkAppArmor(appArmor, folder, signal);
  return {
    told: {
      seccomp: {
        calls: allowedCalls(seccomp.profile),
        proven: seccomp.proven,
        added: seccomp.added,
        reason: seccomp.reason,
      },
      advice: advice.map(({ id, text, proof, flags }) => ({ id, text, proof, flags })),
      ...(checked && { appArmor: checked }),
      runs: trials.count,
    },
    seccomp,
    advice,
    appArmor,
    networkPolicy: networkPolicy(observation, 'observed'),
    problems: [...notHeld(again, known), ...notUnderstood(checked)],
  };
}

const NO_FILES = 'engines put no files into one, and the run profile has some';

/** Where ports begin that a kernel gives to whoever asks for any (ip(7), ip_local_port_range): another one each time. */
const FIRST_OF_ANY = 32_768;

/** What listens each time, as far as that can be told of one run. */
function steadyPorts(ports: readonly ObservedPort[]): readonly string[] {
  const steady = ports.filter(
    ({ state, declared, port }) => state === 'listening' && (declared || port < FIRST_OF_ANY),
  );
  return [...new Set(steady.map(portName))];
}

function portName({ port, protocol }: ObservedPort): string {
  return `${port}/${protocol}`;
}

/** What the proofs are not about, because a run without any change did not do it either. */
function notHeld({ ports, workload }: RunSight, known: readonly string[]): readonly Problem[] {
  const missing = ports === undefined ? known : known.filter((port) => !ports.includes(port));
  const failed = workload.flatMap(({ done }, index) => (done ? [] : [`step ${index + 1} of the workload`]));
  const left = [...missing.map((port) => `port ${port}`), ...failed];
  if (left.length === 0) return [];
  const why =
    ports === undefined ? 'nobody could look what listens' : 'they were not there in a run without any change';
  return [{ code: 'run.unproven', message: `the proofs say nothing of ${left.join(', ')}: ${why}` }];
}

function notUnderstood(checked: ObservationProofs['appArmor']): readonly Problem[] {
  if (checked?.parser !== 'refused') return [];
  return [
    { code: 'run.unproven', message: `apparmor_parser does not take the profile of AppArmor: ${checked.reason}` },
  ];
}

function isRoot(user: unknown): boolean {
  return typeof user !== 'string' || user === '' || /^(?:0|root)(?::|$)/.test(user);
}
