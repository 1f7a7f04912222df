import { DrydockError, exitStatus } from '../errors.ts';

/** What the user or the system asked for while a command ran. */
export interface Interruption {
  /** Fires on the first SIGINT or SIGTERM, with a DrydockError `interrupted` as its reason. */
  readonly signal: AbortSignal;
  /** Which came first. */
  readonly received: 'SIGINT' | 'SIGTERM' | undefined;
  /** Leaves signals to somebody else. */
  release(): void;
}

/** Work that waits for something that does not come, such as standard input, cannot stop by itself. */
const GRACE_MS = 1000;

/**
 * The first signal asks the command to stop; the second, or too long a wait, ends the process at once.
 * @param tell says that it was interrupted, where nobody else is left who could
 */
export function catchInterruption(tell: () => void): Interruption {
  const controller = new AbortController();
  let received: 'SIGINT' | 'SIGTERM' | undefined;
  const stop = (name: 'SIGINT' | 'SIGTERM'): void => {
    const end = (): never => {
      tell();
      process.exit(name === 'SIGINT' ? exitStatus.interrupted : exitStatus.terminated);
    };
    if (received !== undefined) end();
    received = name;
    controller.abort(new DrydockError('interrupted', 'interrupted.'));
    setTimeout(end, GRACE_MS).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    get received() {
      return received;
    },
    release() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
