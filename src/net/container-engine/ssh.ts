import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { childEnvironment } from '../child-environment.ts';
import { ChildStream } from '../child-stream.ts';
import type { Endpoint } from './endpoint.ts';
import { EngineError } from './engine-error.ts';

/** Characters of what ssh says that are worth repeating. */
const WORDS = 500;

/**
 * Reaches an engine on another machine through the user's own ssh, with the keys, agents and settings it knows: the
 * command there joins its standard streams to the engine.
 */
export function connectSsh(
  endpoint: Extract<Endpoint, { kind: 'ssh' }>,
  environment: Readonly<Record<string, string | undefined>>,
  connectMs: number,
): Duplex {
  const { host, user, port, identity, command } = endpoint;
  const child = spawn(
    'ssh',
    [
      ...['-o', `ConnectTimeout=${Math.max(1, Math.ceil(connectMs / 1000))}`, '-T'],
      ...(user === undefined ? [] : ['-l', user]),
      ...(port === undefined ? [] : ['-p', String(port)]),
      ...(identity === undefined ? [] : ['-i', identity]),
      // What follows is no option, whatever it looks like.
      ...['--', host, ...command],
    ],
    { env: childEnvironment(environment), stdio: ['pipe', 'pipe', 'pipe'] },
  );
  return new SshStream(child, 'SIGTERM');
}

/** The streams of ssh as one. It ends only when ssh has ended: only then is it known whether that was a failure. */
class SshStream extends ChildStream {
  protected override startError(error: Error): Error {
    return new EngineError('no-engine', `ssh could not be started (${error.message})`, { cause: error });
  }

  protected override ended(status: number | null): void {
    if (status === 0 || this.destroyed) {
      this.push(null);
      return;
    }
    const said = this.words.trim().split('\n').at(-1)?.slice(-WORDS) ?? '';
    this.destroy(new EngineError('no-engine', `ssh ended with status ${status}${said === '' ? '' : `: ${said}`}`));
  }
}
