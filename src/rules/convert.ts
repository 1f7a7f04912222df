import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { linesOf } from '../checks/malware/clamav/load.ts';
import { FormatError, LimitError, UsageError } from '../errors.ts';
import { MemorySource } from '../formats/byte-source.ts';
import { readCvd } from '../formats/clamav/cvd.ts';
import { parseCvdHeader } from '../formats/clamav/cvd-header.ts';
import { type YaraConversion, YaraWriter } from '../formats/clamav/yara-text.ts';
import type { ContainerOptions } from './container-proof.ts';
import { pathsBelow, readRuleFile } from './folder-files.ts';
import { defaultRuleLimits, isContainer, kindOfFile } from './rule-file.ts';

export interface ConvertOptions extends ContainerOptions {
  /** A folder of a database of ClamAV, or a file of one. Absolute. */
  readonly from: string;
  /** The file of YARA rules that is written. */
  readonly to: string;
  /** Takes containers that nobody signed, too. */
  readonly unsigned?: boolean;
  /** A file is read now. */
  onFile?(name: string): void;
}

export interface Converted extends YaraConversion {
  /** Files that were read. */
  readonly files: number;
  /** Why files were not. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

/** Bytes that are written at once. */
const PIECE = 1024 * 1024;

/**
 * Writes the signatures of a database as YARA rules, as far as these can say the same. The file is there when it is whole.
 * @throws UsageError where nothing of the kind is there, or the file cannot be written
 */
export async function convertDatabase(options: ConvertOptions): Promise<Converted> {
  const { from, to, signal } = options;
  const { folder, names } = filesOf(from);
  const draft = `${to}.${process.pid}`;
  const file = new PieceFile(draft, to);
  try {
    const writer = new YaraWriter((text) => file.write(text));
    const refused: { name: string; reason: string }[] = [];
    for (const name of names) {
      await new Promise(setImmediate);
      signal?.throwIfAborted();
      options.onFile?.(name);
      const reason = await convertFile(folder, name, writer, options);
      if (reason !== undefined) refused.push({ name, reason });
    }
    file.end();
    return { ...writer.conversion, files: names.length - refused.length, refused };
  } finally {
    file.discard();
  }
}

function filesOf(from: string): { readonly folder: string; readonly names: readonly string[] } {
  const stats = statSync(from, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError('usage.option', `${from} is not there.`);
  const folder = stats.isDirectory() ? from : path.dirname(from);
  const isSignatures = (name: string): boolean => kindOfFile(name) === 'clamav';
  const names = stats.isDirectory() ? pathsBelow(from, isSignatures, defaultRuleLimits) : [path.basename(from)];
  if (!names.some(isSignatures)) throw new UsageError('usage.option', `${from} has no signatures of ClamAV.`);
  return { folder, names: newest(folder, names) };
}

/** Of a container and what an update tool made of it, the one with the higher version. */
function newest(folder: string, names: readonly string[]): readonly string[] {
  const best = new Map<string, { readonly name: string; readonly version: number }>();
  for (const name of names) {
    const stem = /^(.*)\.(?:cvd|cld)$/i.exec(name)?.[1] ?? `${name}/`;
    const version = stem.endsWith('/') ? 0 : versionOf(folder, name);
    const known = best.get(stem);
    if (known === undefined || version > known.version) best.set(stem, { name, version });
  }
  return [...best.values()].map(({ name }) => name);
}

function versionOf(folder: string, name: string): number {
  try {
    return parseCvdHeader(readRuleFile(folder, name, defaultRuleLimits).bytes.toString('latin1', 0, 512)).version;
  } catch {
    // Why it is of no use is told where it is read.
    return 0;
  }
}

/** @returns why it was not taken */
async function convertFile(
  folder: string,
  name: string,
  writer: YaraWriter,
  { keys, signal, unsigned = false }: ConvertOptions,
): Promise<string | undefined> {
  try {
    const { bytes } = readRuleFile(folder, name, defaultRuleLimits);
    if (!isContainer(name)) return writer.addFile(name, linesOf(bytes)) ? undefined : 'it has no lines of signatures';
    // Files are handed on before the last of them was verified: nothing of a container that is refused may be written.
    const parts: { readonly name: string; readonly bytes: Buffer }[] = [];
    await readCvd(
      new MemorySource(bytes),
      name,
      (part, content) => parts.push({ name: part, bytes: Buffer.from(content) }),
      {
        unsigned,
        ...(keys !== undefined && { keys }),
        ...(signal !== undefined && { signal }),
      },
    );
    for (const part of parts) writer.addFile(part.name, linesOf(part.bytes));
    return undefined;
  } catch (error) {
    if (error instanceof FormatError || error instanceof LimitError) return error.message;
    throw error;
  }
}

/** A file that is written piece by piece, and bears its name when it is whole. */
class PieceFile {
  readonly #draft: string;
  readonly #target: string;
  #descriptor: number | undefined;
  #pieces: string[] = [];
  #length = 0;

  constructor(draft: string, target: string) {
    this.#draft = draft;
    this.#target = target;
    this.#descriptor = this.#try(() => openSync(draft, 'w'));
  }

  write(text: string): void {
    this.#pieces.push(text);
    this.#length += text.length;
    if (this.#length >= PIECE) this.#flush();
  }

  end(): void {
    this.#flush();
    this.#try(() => {
      fsyncSync(this.#descriptor!);
      closeSync(this.#descriptor!);
      this.#descriptor = undefined;
      renameSync(this.#draft, this.#target);
    });
  }

  /** Removes what is not whole. */
  discard(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    rmSync(this.#draft, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pieces.join(''));
    this.#try(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor!, bytes, at);
    });
    this.#pieces = [];
    this.#length = 0;
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new UsageError('output.not-writable', `${this.#target} cannot be written (${code}).`, { cause: error });
    }
  }
}
