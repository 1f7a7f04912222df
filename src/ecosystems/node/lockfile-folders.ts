import type { Lockfile } from '../../formats/node/lockfile.ts';
import type { LayerContext } from '../../model/analyzer.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { isSource, type LockfileKind } from './lockfile-kinds.ts';
import { folderEnd } from './places.ts';

/** Packages that are held of all lockfiles of a layer. */
const MAX_HELD = 300_000;
/** Folders that are remembered: those of projects, of which no image has many. */
const MAX_FOLDERS = 100_000;

/** Folders above a file in which somebody looks for what belongs to it. */
const MAX_LEVELS = 40;

interface Found {
  readonly name: string;
  readonly kind: LockfileKind;
  readonly packages: readonly PackageRecord[];
}

/**
 * What files of a layer name, until it is known what stands beside them: a manifest counts where neither a lockfile nor
 * installed packages stand in its folder or above it, and sources where somebody runs Deno.
 */
export class LockfileFolders {
  readonly #found = new Map<string, Found>();
  readonly #binaries = new Set<string>();
  /** By folder, '' or with a slash at its end: names of lockfiles and manifests, and `node_modules`. */
  readonly #beside = new Map<string, Set<string>>();
  #held = 0;
  #beyond = 0;

  /** Takes what a file names; of a path that comes twice the last counts. */
  add(path: string, name: string, kind: LockfileKind, { packages }: Lockfile): void {
    if (!isSource(kind) && name !== 'package.json') this.#note(path.slice(0, -name.length), name);
    this.#held -= this.#found.get(path)?.packages.length ?? 0;
    this.#found.delete(path);
    if (packages.length === 0) return;
    if (this.#held + packages.length > MAX_HELD) {
      this.#beyond++;
      return;
    }
    this.#held += packages.length;
    this.#found.set(path, { name, kind, packages });
  }

  /** Notes that a package stands in a folder of installed ones. */
  installed(path: string): void {
    const end = folderEnd(path) - 'node_modules/'.length;
    if (end >= 0 && path.startsWith('node_modules/', end)) this.#note(path.slice(0, end), 'node_modules');
  }

  binary(path: string): void {
    if (this.#binaries.size < MAX_FOLDERS) this.#binaries.add(path);
  }

  /** Binary lockfiles without one of text beside them. */
  unread(): readonly string[] {
    return [...this.#binaries].filter((path) => !this.#has(folderOf(path), ['bun.lock']));
  }

  *packages(layer: LayerContext): Generator<{ readonly path: string; readonly record: PackageRecord }, void, void> {
    if (this.#beyond > 0) {
      const message = `${this.#beyond} lockfiles and manifests were left out: all of the layer name more than ${MAX_HELD} packages`;
      layer.problem({ code: 'layer.limit', message });
    }
    for (const [path, { name, kind, packages }] of this.#found) {
      if (!this.#counts(path, name, kind)) continue;
      for (const record of packages) yield { path, record: { ...record, evidence: kind.evidence } };
    }
  }

  #counts(path: string, name: string, kind: LockfileKind): boolean {
    const folder = folderOf(path);
    // npm reads the one alone where both are.
    if (name === 'package-lock.json') return !this.#has(folder, ['npm-shrinkwrap.json']);
    if (isSource(kind)) {
      return this.#hasAbove(folder, ['deno.json', 'deno.jsonc']) && !this.#hasAbove(folder, ['deno.lock']);
    }
    if (name === 'package.json') return !this.#hasAbove(folder, nodeLockfiles);
    return kind.evidence === 'lockfile' || !this.#hasAbove(folder, ['deno.lock']);
  }

  #note(folder: string, name: string): void {
    let names = this.#beside.get(folder);
    if (names === undefined) {
      if (this.#beside.size >= MAX_FOLDERS) return;
      names = new Set();
      this.#beside.set(folder, names);
    }
    names.add(name);
  }

  #has(folder: string, names: readonly string[]): boolean {
    const beside = this.#beside.get(folder);
    return beside !== undefined && names.some((name) => beside.has(name));
  }

  /** In the folder or in one that holds it. */
  #hasAbove(folder: string, names: readonly string[]): boolean {
    let at = folder;
    for (let level = 0; level < MAX_LEVELS; level++) {
      if (this.#has(at, names)) return true;
      if (at === '') return false;
      at = folderOf(at.slice(0, -1));
    }
    return false;
  }
}

const nodeLockfiles = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'deno.lock',
  'node_modules',
];

/** The folder of a path with the slash at its end; '' for the root. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
