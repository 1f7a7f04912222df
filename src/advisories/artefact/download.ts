import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { noProgress, type Progress } from '../../context.ts';
import { AdvisoriesError } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import { isAlive, removeLeftovers } from '../replace.ts';
import { explainFolder } from '../sqlite.ts';
import { headLength } from './artefact-file.ts';
import { refused } from './manifest.ts';
import { fileDigest } from './write-file.ts';

/**
 * What came of a blob so far, beside the database that it is for. It stays when the connection or this process ends,
 * and the next attempt goes on from there, whichever process makes it.
 */
export class PartFile {
  readonly path: string;
  readonly digest: string;
  readonly size: number;

  /**
   * @param digest `sha256:...`
   * @throws AdvisoriesError `advisories.refused` if it is larger than anything that is fetched
   */
  constructor(database: string, digest: string, size: number, maximum: number) {
    if (size > maximum) throw refused(`it has ${size} bytes, and ${maximum} are fetched at the most`);
    const name = digest.slice('sha256:'.length, 'sha256:'.length + 16);
    this.path = `${database}.pulling-${process.pid}-${name}`;
    this.digest = digest;
    this.size = size;
    try {
      makeFolder(path.dirname(path.resolve(database)));
      this.#adopt(path.resolve(database), name);
    } catch (error) {
      throw explainFolder(error, database);
    }
  }

  /** Takes over what a process left that is no more. */
  #adopt(database: string, name: string): void {
    const form = /^pulling-(\d{1,10})-([0-9a-f]{16})$/;
    const start = `${path.basename(database)}.`;
    const folder = path.dirname(database);
    for (const other of readdirSync(folder)) {
      const found = other.startsWith(start) ? form.exec(other.slice(start.length)) : null;
      if (found === null || found[2] !== name || isAlive(Number(found[1]))) continue;
      renameSync(path.join(folder, other), this.path);
    }
    removeLeftovers(database, ['pulling']);
  }

  /** Bytes that are there. */
  get length(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /**
   * Bytes of what stands before the payload; as many as tell this while it is not known.
   * @throws AdvisoriesError `advisories.refused` if it is no artefact
   */
  headBytes(): number {
    return headLength(this.path, this.length);
  }

  /**
   * Fetches what is missing.
   * @param more the bytes from a position on
   * @param enough how many bytes are enough, asked after each piece; default: all
   * @returns bytes that came
   */
  async fetch(
    more: (from: number) => AsyncIterable<Uint8Array>,
    progress: Progress = noProgress,
    enough: () => number = () => this.size,
  ): Promise<number> {
    let length = this.length;
    if (length >= Math.min(enough(), this.size)) return 0;
    const started = length;
    const file = await open(this.path, 'a');
    try {
      for await (const piece of more(length)) {
        await file.appendFile(piece);
        length += piece.length;
        progress.report('fetching the advisory database', length, this.size, 'bytes');
        if (length >= Math.min(enough(), this.size)) break;
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
      const words = `There is no room left beside the advisory database to fetch a new one (${this.path}).`;
      throw new AdvisoriesError('advisories.not-writable', words, { cause: error });
    } finally {
      await file.close();
    }
    return length - started;
  }

  /** @throws AdvisoriesError `advisories.refused` if what came is not what was asked for */
  async check(): Promise<void> {
    const digest = this.length === this.size ? `sha256:${await fileDigest(this.path)}` : 'too short';
    if (digest !== this.digest) throw refused('the registry gave something else than what its digest says');
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}
