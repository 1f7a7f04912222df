import type { TarVisitor } from '../formats/tar/visitor.ts';
import { walkTar } from '../formats/tar/walk.ts';
import type { Limits } from '../limits.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Problem } from '../model/problem.ts';
import { followLinks, linkedName } from './member-links.ts';
import { type BlobStore, rootMarks } from './store.ts';

/** What is kept of a member: a root file system may have millions, and is an archive like any other. */
interface Member {
  readonly isFile: boolean;
  readonly offset: number;
  readonly size: number;
}

/** A name that leads to another one. */
interface Link {
  readonly link: string;
}

/** Saved images have a few hundred members. Beyond so many, only what could be part of one is kept, beyond more nothing. */
const USUAL_MEMBERS = 20_000;
const MAX_MEMBERS = 200_000;

/** Where the parts of a saved image lie; deeper down, only a root file system has anything. */
function mayBePart(path: string): boolean {
  return path.indexOf('/', path.indexOf('/') + 1) < 0 || path.startsWith('blobs/') || rootMarks.has(path);
}

/** The members of an archive, found by one walk over its headers. A name that comes twice: the last counts. */
export class ArchiveStore implements BlobStore {
  readonly problems: Problem[] = [];
  readonly #source: ByteSource;
  readonly #members: Map<string, Member | Link> = new Map();

  private constructor(source: ByteSource) {
    this.#source = source;
  }

  static async open(source: ByteSource, limits: Limits, signal: AbortSignal): Promise<ArchiveStore> {
    const store = new ArchiveStore(source);
    let untold = 0;
    const problem: TarVisitor['problem'] = (code, message) => {
      if (store.problems.length < limits.problems) store.problems.push({ code, message: `the archive: ${message}` });
      else untold++;
    };
    const visitor: TarVisitor = {
      member: (header) => {
        if (header.path.length > limits.pathBytes) {
          problem('layer.limit', `a name has ${header.path.length} characters; the member was left out`);
        } else if (header.sparse === true) {
          // Its bytes as stored are not those that a runtime sees.
          problem('file.sparse', `${header.path} is stored as a sparse file and was not read`);
          store.#members.delete(header.path);
        } else if (store.#isKept(header.path)) {
          const { path, type, offset, size } = header;
          if (type === 'file' && isFile(store.#members.get(path))) {
            problem('image.ambiguous', `${path} comes twice; the last one was read, some programs read the first`);
          }
          const link = linkedName(header);
          store.#members.set(path, link === undefined ? { isFile: type === 'file', offset, size } : { link });
        }
        return 0;
      },
      content: () => undefined,
      problem,
    };
    await walkTar(source, visitor, { limits: { ...limits, layerBytes: limits.imageBytes }, signal });
    if (store.#members.size >= MAX_MEMBERS) problem('layer.limit', `only ${MAX_MEMBERS} members were looked at`);
    if (untold > 0) store.problems.push({ code: 'layer.limit', message: `the archive: ${untold} more problems` });
    return store;
  }

  get size(): number {
    return this.#members.size;
  }

  #isKept(path: string): boolean {
    const { size } = this.#members;
    return size < USUAL_MEMBERS || (size < MAX_MEMBERS && mayBePart(path));
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** True where the members are those of a saved image, even if what describes it is missing. */
  looksLikeImage(): boolean {
    if (this.#members.has('oci-layout')) return true;
    for (const name of this.#members.keys()) {
      if (name.startsWith('blobs/sha256/') || /^[0-9a-f]{64}(\/layer\.tar|\.json)$/.test(name)) return true;
    }
    return false;
  }

  get(name: string): ByteSource | undefined {
    const member = this.#find(name);
    return member === undefined ? undefined : this.#source.slice(member.offset, member.size);
  }

  #find(name: string): Member | undefined {
    const member = followLinks(name, this.#members);
    return isFile(member) ? member : undefined;
  }
}

function isFile(member: Member | Link | undefined): member is Member {
  return member !== undefined && 'isFile' in member && member.isFile;
}
