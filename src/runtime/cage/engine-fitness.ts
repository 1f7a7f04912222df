import { UsageError } from '../../errors.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import type { EngineInfo } from '../../net/container-engine/engine-info.ts';
import { isGvisor } from '../gvisor.ts';

/** Something that an engine cannot hold an image to. */
export interface CageWeakness {
  readonly what: 'memory' | 'swap' | 'processors' | 'processes' | 'seccomp' | 'user-namespaces' | 'platform';
  /** What may happen, as a sentence. */
  readonly sentence: string;
  /** An image could take this machine with it: nothing is run then without the user's word. */
  readonly grave: boolean;
}

/** What an engine says that it cannot do, judged by what that means for a cage. */
export function engineWeaknesses(info: EngineInfo, kind: Engine['kind'], runtime?: string): readonly CageWeakness[] {
  const weaknesses: CageWeakness[] = [];
  const add = (what: CageWeakness['what'], grave: boolean, sentence: string): void => {
    weaknesses.push({ what, grave, sentence });
  };
  if (info.os !== 'linux') add('platform', true, `It runs containers of ${info.os}, and cages are made for Linux.`);
  if (!info.limits.memory) add('memory', true, 'It cannot limit memory: the image can take all that this machine has.');
  else if (!info.limits.swap) {
    add('swap', false, 'It cannot limit swap: where there is some, the image can use it beyond its memory.');
  }
  if (!info.limits.processes) {
    add('processes', true, 'It cannot limit processes: an image that starts them without end takes all there can be.');
  }
  if (!info.limits.processors) {
    add('processors', false, 'It cannot limit processor time: the image may slow everything else down.');
  }
  // gVisor has a kernel of its own between the image and this one.
  if (!info.security.includes('seccomp') && !isGvisor(runtime)) {
    add('seccomp', true, 'It does not filter system calls (seccomp): more of the kernel is open to the image.');
  }
  // Seen with containers-common 0.62: its filter lets anybody make user namespaces, Docker's only who is privileged.
  if (kind === 'podman' && !isGvisor(runtime)) {
    add('user-namespaces', false, 'It lets the image make user namespaces, in which more of the kernel is open to it.');
  }
  return weaknesses;
}

/** @throws UsageError `observe.runtime` where the engine does not know the OCI runtime that is wanted */
export function demandRuntime(engineName: string, { runtimes }: EngineInfo, runtime: string | undefined): void {
  // Podman finds some that it does not name.
  if (runtime === undefined || runtimes.length === 0 || runtimes.includes(runtime)) return;
  throw new UsageError(
    'observe.runtime',
    `${engineName} knows no OCI runtime ${JSON.stringify(runtime)}, but ${runtimes.join(', ')}. Nothing was run. Install it (gVisor: the program runsc), name it in the engine's settings (Docker: "runtimes" of daemon.json) and start the engine anew; or leave --sandbox out.`,
  );
}

/**
 * Refuses an engine that cannot hold an image, unless the user accepts that.
 * @returns all weaknesses, grave ones first
 * @throws UsageError `observe.weak-cage`
 */
export function demandFitness(
  engineName: string,
  weaknesses: readonly CageWeakness[],
  acceptWeak: boolean,
): readonly CageWeakness[] {
  const grave = weaknesses.filter((weakness) => weakness.grave);
  if (grave.length > 0 && !acceptWeak) {
    throw new UsageError(
      'observe.weak-cage',
      `${engineName} cannot hold an image that nobody trusts. ${grave.map(({ sentence }) => sentence).join(' ')} Nothing was run. Use an engine that can (cgroup delegation for one without root), or accept it with --accept-weak-cage.`,
    );
  }
  return [...grave, ...weaknesses.filter((weakness) => !weakness.grave)];
}
