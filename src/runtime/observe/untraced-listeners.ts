import type { ObservedProcess } from '../../model/observation.ts';
import type { PackagePlaces } from '../package-places.ts';
import { observedProcess } from '../products/observed-process.ts';
import type { ListeningSocket } from '../sockets/listening.ts';
import type { SocketProcess } from '../sockets/socket-process.ts';

const MOST = 100;

/**
 * Processes that listen and of which a trace has not one call: an engine started them beside the traced program, for its
 * HEALTHCHECK say, or they come from one that it started.
 */
export function untracedListeners(
  sockets: readonly ListeningSocket[],
  traced: ReadonlySet<number>,
): readonly SocketProcess[] {
  const found = new Map<number, SocketProcess>();
  for (const { owner } of sockets) {
    if (owner !== undefined && !traced.has(owner.pid) && found.size < MOST) found.set(owner.pid, owner);
  }
  return [...found.values()];
}

/** As observations name them. */
export function untracedProcesses(
  processes: readonly SocketProcess[],
  places: PackagePlaces,
  userName: (uid: number) => string | undefined,
): ObservedProcess[] {
  return processes.map((process) => ({
    ...observedProcess({ ...process, path: process.executable, running: true }, places, userName),
    seenBy: 'proc' as const,
  }));
}

/** Whether an image has a HEALTHCHECK (Docker image specification, `Healthcheck`), which engines run beside its program. */
export function hasHealthcheck(config: Readonly<Record<string, unknown>>): boolean {
  const check = config['Healthcheck'];
  const test = typeof check === 'object' && check !== null ? (check as { readonly Test?: unknown }).Test : undefined;
  return Array.isArray(test) && test.length > 1 && test[0] !== 'NONE';
}
