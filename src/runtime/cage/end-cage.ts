import { killContainer } from '../../net/container-engine/containers.ts';
import { pause } from '../pause.ts';
import type { Cage } from './open-cage.ts';

/** Milliseconds that an engine has to tell the end of a container that it was asked to kill. */
const TOLD_MS = 10_000;

/**
 * Kills what runs in a cage and waits until the engine tells its end; not for ever, and not beyond a signal: the cage is
 * removed by force soon, whoever knows of its end.
 * @param mercy milliseconds that it has to end by itself on SIGTERM
 */
export async function endCage(cage: Cage, signal: AbortSignal, mercy = 0): Promise<void> {
  if (mercy > 0) {
    await kill(cage, 'SIGTERM', signal);
    await pause(mercy, AbortSignal.any([signal, endOf(cage)]));
  }
  await kill(cage, 'SIGKILL', signal);
  await pause(TOLD_MS, AbortSignal.any([signal, endOf(cage)]));
}

/** Fires once what runs in a cage has ended. */
export function endOf(cage: Pick<Cage, 'ended'>): AbortSignal {
  const ended = new AbortController();
  void cage.ended.then(() => ended.abort());
  return ended.signal;
}

async function kill({ engine, container }: Cage, name: string, signal: AbortSignal): Promise<void> {
  try {
    await killContainer(engine, container, name, signal);
  } catch {
    // It has ended by itself, or nobody waits for it any more.
  }
}
