import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';

/** One look that comes back in a moment: what is larger is cut. */
const START = 64 * 1024;

/**
 * Reads a tree like /proc, synchronously: what is read are a few hundred bytes of each of thousands of files, and a
 * promise for each would cost more than all of them. Undefined where something vanished or may not be read.
 */
export class ProcFolder {
  readonly root: string;
  #buffer = Buffer.allocUnsafeSlow(START);

  /** @param root `/proc`, or a folder that looks like it */
  constructor(root = '/proc') {
    this.root = root;
  }

  /** The bytes of a file, valid until the next one is read. */
  bytes(path: string, most: number): Buffer | undefined {
    let file: number;
    try {
      file = openSync(`${this.root}/${path}`, 'r');
    } catch {
      return undefined;
    }
    try {
      let length = 0;
      while (length < most) {
        if (length === this.#buffer.length) this.#grow();
        const read = readSync(file, this.#buffer, length, Math.min(this.#buffer.length, most) - length, null);
        if (read === 0) break;
        length += read;
      }
      return this.#buffer.subarray(0, length);
    } catch {
      // A process that ended between the two calls (ESRCH).
      return undefined;
    } finally {
      closeSync(file);
    }
  }

  text(path: string, most: number): string | undefined {
    return this.bytes(path, most)?.toString('utf8');
  }

  link(path: string): string | undefined {
    try {
      return readlinkSync(`${this.root}/${path}`);
    } catch {
      return undefined;
    }
  }

  names(path: string): readonly string[] | undefined {
    try {
      return readdirSync(`${this.root}/${path}`);
    } catch {
      return undefined;
    }
  }

  /** Size as stat(2) tells it: of `/proc/PID/fd` the number of open files, since Linux 6.2 (proc_pid_fd(5)); else 0. */
  size(path: string): number | undefined {
    try {
      return statSync(`${this.root}/${path}`).size;
    } catch {
      return undefined;
    }
  }

  #grow(): void {
    const larger = Buffer.allocUnsafeSlow(this.#buffer.length * 4);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}
