import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';

/** Characters of what a program writes to standard error that are kept. */
const WORDS = 2000;

/** The standard streams of a program as one; when it is destroyed, the program is ended. */
export class ChildStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #endBy: NodeJS.Signals;
  #words = '';

  /** @param endBy the signal that ends the program when the stream is destroyed */
  constructor(child: ChildProcessWithoutNullStreams, endBy: NodeJS.Signals) {
    super();
    this.#child = child;
    this.#endBy = endBy;
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words = `${this.#words}${text}`.slice(-WORDS);
    });
    // That it does not listen any more is told by its end.
    child.stdin.on('error', () => {});
    child.on('error', (error) => this.destroy(this.startError(error)));
    child.on('close', (status) => this.ended(status));
  }

  /** What a program that could not be started is told as. */
  protected startError(error: Error): Error {
    return error;
  }

  /** The program has ended: by itself, or because the stream was destroyed. */
  protected ended(_status: number | null): void {
    this.push(null);
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
    this.#child.kill(this.#endBy);
    done(error);
  }
}
