import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../net/child-environment.ts';
import type { Engine } from '../../net/container-engine/engine.ts';

/** What a guardian is told when it starts, as a line of JSON. */
export interface GuardianOrder {
  readonly kind: Engine['kind'];
  readonly run: string;
  /** From then on the run is removed whether or not its owner lives. */
  readonly seconds: number;
}

/** A process that outlives this one for long enough to remove what it made. */
export interface Guardian {
  /** @param done nothing is left: it ends; else it removes what there is */
  release(done: boolean): void;
}

/** From sources as from what they are compiled to. */
const entry = new URL(
  import.meta.url.endsWith('.ts') ? './guardian-process.ts' : './guardian-process.js',
  import.meta.url,
);

/**
 * Starts the guardian of a run. It holds the other end of a pipe: when this process dies, however it dies, the pipe closes,
 * and the guardian removes the run. It is in a session of its own, so that Ctrl-C does not reach it.
 */
export function startGuardian(engine: Engine, run: string, seconds: number): Guardian {
  const child = spawn(process.execPath, [fileURLToPath(entry)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: childEnvironment(engine.environment),
    cwd: '/',
  });
  // Without one there are still the labels: the next start removes what is left.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const order: GuardianOrder = { kind: engine.kind, run, seconds };
  child.stdin.write(`${JSON.stringify(order)}\n`);
  child.unref();
  (child.stdin as unknown as Socket).unref();
  return {
    release: (done) => void child.stdin.end(done ? 'done\n' : ''),
  };
}
