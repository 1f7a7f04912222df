import type { Problem } from '../model/problem.ts';
import { list } from './json.ts';
import { type Descriptor, isIndexType, readDescriptor } from './manifest.ts';

/** Indexes may list indexes; more than this many below each other are no image. */
const DEPTH = 4;

/** Images of one index, variants and attestations counted. An index can name itself a million times. */
const MANIFESTS = 1000;

/** An index as whoever has it reads it. */
export interface ReadIndex {
  /** Absent where it could not be read; `why` says why. */
  readonly root?: Readonly<Record<string, unknown>>;
  readonly why?: string;
  /** What is wrong with the document itself. */
  readonly problems: readonly Problem[];
}

/**
 * Every manifest that an index names, and those of indexes in it, each index once (OCI image specification, "Image
 * Index").
 * @param problems grows by what is wrong with any of them
 */
export function collectManifests(
  root: Readonly<Record<string, unknown>>,
  read: (index: Descriptor) => ReadIndex,
  problems: Problem[],
): readonly Descriptor[] {
  const walk = new NestedIndexes(problems).below(root);
  let step = walk.next();
  while (step.done !== true) step = walk.next(read(step.value));
  return step.value;
}

/** The same where an index has to be fetched. */
export async function fetchManifests(
  root: Readonly<Record<string, unknown>>,
  read: (index: Descriptor) => Promise<ReadIndex>,
  problems: Problem[],
): Promise<readonly Descriptor[]> {
  const walk = new NestedIndexes(problems).below(root);
  let step = walk.next();
  while (step.done !== true) step = walk.next(await read(step.value));
  return step.value;
}

class NestedIndexes {
  readonly #problems: Problem[];
  readonly #seen: Set<string> = new Set();
  #count = 0;

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  /** Yields the indexes to be read. */
  *below(root: Readonly<Record<string, unknown>>, depth = 0): Generator<Descriptor, Descriptor[], ReadIndex> {
    const found: Descriptor[] = [];
    for (const entry of list(root['manifests'])) {
      const descriptor = readDescriptor(entry);
      if (descriptor === undefined) continue;
      if (++this.#count > MANIFESTS) {
        if (this.#count === MANIFESTS + 1) this.#ambiguous(`the index names more than ${MANIFESTS} images`);
        break;
      }
      if (!isIndexType(descriptor.mediaType)) found.push(descriptor);
      // Of one that was seen before, its images are among them.
      else if (!this.#seen.has(descriptor.digest)) found.push(...(yield* this.#inner(descriptor, depth)));
    }
    return found;
  }

  *#inner(descriptor: Descriptor, depth: number): Generator<Descriptor, Descriptor[], ReadIndex> {
    const { digest, name } = descriptor;
    this.#seen.add(digest);
    const what = JSON.stringify(digest);
    const index: ReadIndex =
      depth < DEPTH ? yield descriptor : { problems: [], why: 'too many indexes below each other' };
    this.#problems.push(...index.problems);
    if (index.root === undefined) {
      const message = `the index ${what} was not read: ${index.why}`;
      this.#problems.push({ code: 'image.layer-unreadable', message });
      return [];
    }
    if (list(index.root['manifests']).length === 0) this.#ambiguous(`${what} is called an index, but names no images`);
    const inner = yield* this.below(index.root, depth + 1);
    return name === undefined ? inner : inner.map((one) => ({ ...one, name: one.name ?? name }));
  }

  #ambiguous(message: string): void {
    this.#problems.push({ code: 'image.ambiguous', message });
  }
}
