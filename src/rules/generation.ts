import { createHash, type Hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FormatError, LimitError } from '../errors.ts';
import { compareText } from '../model/order.ts';
import type { RuleFile, RuleKind, RuleLimits } from './rule-file.ts';
import { isInnerPath, type SetPart } from './set-record.ts';

interface WrittenFile {
  readonly path: string;
  readonly kind: RuleKind | undefined;
  readonly size: number;
  readonly sha256: string;
}

/** A part whose rules nobody counted yet. */
export type UncountedPart = Omit<SetPart, 'counts'>;

/** Writes the files of a generation into an empty folder of its own, and sums up what they are. */
export class GenerationWriter {
  readonly #folder: string;
  readonly #limits: RuleLimits;
  readonly #files = new Map<string, WrittenFile>();
  readonly #folders = new Set<string>(['']);
  #total = 0;

  constructor(folder: string, limits: RuleLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /**
   * @param kind undefined of what is no rule: a licence
   * @throws FormatError for a path that cannot stand here, or came before
   * @throws LimitError for too much
   */
  add({ path: inner, bytes }: RuleFile, kind: RuleKind | undefined): void {
    const { files, totalBytes } = this.#limits;
    if (!isInnerPath(inner)) throw new FormatError(`a name cannot be kept: ${JSON.stringify(inner.slice(0, 200))}`);
    if (this.#files.has(inner)) throw new FormatError(`${inner} comes twice`);
    if (this.#files.size >= files) throw new LimitError(`it has more than ${files} files of rules`);
    this.#total += bytes.length;
    if (this.#total > totalBytes) throw new LimitError(`its files have more than ${totalBytes} bytes`);
    this.#makeFolders(path.posix.dirname(inner));
    if (this.#folders.has(inner)) throw new FormatError(`${inner} is a file and a folder`);
    writeFileSync(path.join(this.#folder, inner), bytes, { flag: 'wx', mode: 0o600 });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#files.set(inner, { path: inner, kind, size: bytes.length, sha256 });
  }

  /** Files by kind, each with its digest: the same for the same files, in whatever order they came. */
  parts(): readonly UncountedPart[] {
    const kinds = new Map<RuleKind, { files: string[]; bytes: number; hash: Hash }>();
    for (const file of [...this.#files.values()].sort((a, b) => compareText(a.path, b.path))) {
      if (file.kind === undefined) continue;
      const part = kinds.get(file.kind) ?? { files: [], bytes: 0, hash: createHash('sha256') };
      kinds.set(file.kind, part);
      part.files.push(file.path);
      part.bytes += file.size;
      part.hash.update(`${file.sha256} ${file.path}\n`);
    }
    return [...kinds].map(([kind, { files, bytes, hash }]) => ({
      kind,
      files,
      bytes,
      digest: `sha256:${hash.digest('hex')}`,
    }));
  }

  #makeFolders(inner: string): void {
    if (inner === '.' || this.#folders.has(inner)) return;
    this.#makeFolders(path.posix.dirname(inner));
    if (this.#files.has(inner)) throw new FormatError(`${inner} is a file and a folder`);
    mkdirSync(path.join(this.#folder, inner), { mode: 0o700 });
    this.#folders.add(inner);
  }
}
