import { killContainer } from '../../net/container-engine/containers.ts';
import { eitherSignal } from '../../signals.ts';
import { pause } from '../pause.ts';
import { endTraced } from './end-traced.ts';
import type { Cage } from './open-cage.ts';

/** Milliseconds: beyond all that ending may take. */
const LONGEST_MS = 120_000;

/**
 * Kills what runs in a cage and waits until the engine tells its end; not for ever, and not beyond a signal: the cage is
 * removed by force soon, whoever knows of its end.
 * @param mercy milliseconds that it has to end by itself on SIGTERM
 * @returns whether its tracer had to be ended for that
 */
export async function endCage(cage: Cage, signal: AbortSignal, mercy = 0): Promise<boolean> {
  const over = eitherSignal([signal, endOf(cage)]);
  if (mercy > 0) {
    await terminate(cage, signal);
    await pause(mercy, over);
  }
  return await endTraced(cage.engine, cage.container, pause(LONGEST_MS, over));
}

/** Fires once what runs in a cage has ended. */
export function endOf(cage: Pick<Cage, 'ended'>): AbortSignal {
  const ended = new AbortController();
  void cage.ended.then(() => ended.abort());
  return ended.signal;
}

async function terminate({ engine, container }: Cage, signal: AbortSignal): Promise<void> {
  try {
    await killContainer(engine, container, 'SIGTERM', signal);
  } catch {
    // It has ended by itself, or nobody waits for it any more.
  }
}
