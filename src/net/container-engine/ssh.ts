import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { childEnvironment } from '../child-environment.ts';
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
  return new SshStream(child);
}

/** The streams of ssh as one. It ends only when ssh has ended: only then is it known whether that was a failure. */
class SshStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #words = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    super();
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words = `${this.#words}${text}`.slice(-WORDS);
    });
    // How ssh ends tells more than that it does not listen.
    child.stdin.on('error', () => {});
    child.on('error', (error) => {
      this.destroy(new EngineError('no-engine', `ssh could not be started (${error.message})`, { cause: error }));
    });
    child.on('close', (status) => this.#ended(status));
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  #ended(status: number | null): void {
    if (status === 0 || this.destroyed) {
      this.push(null);
      return;
    }
    const said = this.#words.trim().split('\n').at(-1) ?? '';
    this.destroy(new EngineError('no-engine', `ssh ended with status ${status}${said === '' ? '' : `: ${said}`}`));
  }
}
