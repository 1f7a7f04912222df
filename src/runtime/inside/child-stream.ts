import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';

/** Characters of what a program writes to standard error that are kept. */
const WORDS = 2000;

/** The standard streams of a program as one; when it is destroyed, the program is ended. */
export class ChildStream extends Duplex {
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
    // That it does not listen any more is told by its end.
    child.stdin.on('error', () => {});
    child.on('error', (error) => this.destroy(error));
    child.on('close', () => this.push(null));
  }

  /** The end of what it wrote to standard error. */
  get words(): string {
    return this.#words;
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
    this.#child.kill('SIGKILL');
    done(error);
  }
}
