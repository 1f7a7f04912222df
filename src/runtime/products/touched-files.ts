import type { CallEvent } from '../../model/call.ts';
import type { PackageUse } from '../../model/package-use.ts';
import type { CallVisitor } from '../calls/process-table.ts';
import type { ReplacedFiles } from '../package-places.ts';

/** The heaviest thing that was done with a file. */
export type FileUse = Exclude<PackageUse, 'listening'>;

const weights: Readonly<Record<FileUse, number>> = { opened: 1, loaded: 2, executed: 3 };

/** Paths that are kept; a program that opens more makes names up. */
const MAX_PATHS = 200_000;
/** Further ones that were executed or loaded, which names that are made up do not push out. */
const MAX_PROGRAMS = 20_000;

/** Collects which files a run touched, and what for. Calls that failed touched nothing. */
export class TouchedFiles implements CallVisitor {
  readonly #used = new Map<string, FileUse>();
  readonly #written = new Set<string>();
  readonly #files = new Set<string>();
  readonly #trees = new Set<string>();
  readonly #attributes = new Set<string>();
  #cut = false;

  /** Paths as the kernel gave them, with the heaviest use of each. */
  get used(): ReadonlyMap<string, FileUse> {
    return this.#used;
  }

  /** Paths that were made, opened for writing, changed or removed. */
  get written(): ReadonlySet<string> {
    return this.#written;
  }

  /** Of those the paths that hold something else since then: `chmod` makes no other file. */
  get replaced(): ReplacedFiles {
    return { files: this.#files, trees: this.#trees };
  }

  /** Paths of which only attributes changed, as far as was seen. */
  get attributes(): ReadonlySet<string> {
    return this.#attributes;
  }

  /** Sentences that say what is not known. */
  get gaps(): readonly string[] {
    return this.#cut
      ? [`It touched more than ${MAX_PATHS} files: packages that only further ones belong to count as not used.`]
      : [];
  }

  call(event: CallEvent): void {
    if (event.error !== undefined) return;
    switch (event.kind) {
      case 'exec':
        if (event.memory !== true) this.#use(event.path, 'executed');
        break;
      case 'map':
        this.#use(event.path, event.executable ? 'loaded' : 'opened');
        break;
      case 'open':
        if (event.access === 'path' || event.directory === true) break;
        if (event.access !== 'read' || event.truncates) this.#write(event.path, this.#files);
        else if (event.creates) this.#write(event.path);
        // What is only written to is not what a package brought.
        if (event.access !== 'write') this.#use(event.path, 'opened');
        break;
      case 'delete':
      case 'mkdir':
      case 'mknod':
        this.#write(event.path);
        break;
      case 'truncate':
        this.#write(event.path, this.#files);
        break;
      case 'chmod':
      case 'chown':
      case 'setxattr':
        this.#write(event.path, this.#attributes);
        break;
      case 'rename':
        this.#write(event.path);
        this.#write(event.to, this.#trees);
        break;
      case 'link':
      case 'symlink':
        this.#write(event.to, this.#trees);
        break;
      default:
    }
  }

  /** A file that was used without a call that names it. */
  add(path: string, use: FileUse): void {
    this.#use(path, use);
  }

  #use(path: string | undefined, use: FileUse): void {
    if (path === undefined || !path.startsWith('/')) return;
    const before = this.#used.get(path);
    const most = use === 'opened' ? MAX_PATHS : MAX_PATHS + MAX_PROGRAMS;
    if (before === undefined && this.#used.size >= most) {
      this.#cut = true;
      return;
    }
    if (before === undefined || weights[use] > weights[before]) this.#used.set(path, use);
  }

  #write(path: string | undefined, as?: Set<string>): void {
    if (path === undefined || !path.startsWith('/') || isKernels(path)) return;
    if (this.#written.size < MAX_PATHS) {
      this.#written.add(path);
      as?.add(path);
    } else this.#cut = true;
  }
}

/** Files that the kernel makes: nobody keeps them. */
function isKernels(path: string): boolean {
  return /^\/(?:proc|sys|dev)(?:\/|$)/.test(path);
}
