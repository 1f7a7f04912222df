import type { Limits } from '../limits.ts';
import type { Fact } from '../model/fact.ts';
import type { ProblemCode } from '../model/problem.ts';
import { ANALYSED, type LayerFacts } from './pass.ts';
import type { LayerReading } from './read-layer.ts';

/** Bytes that a character of a list of files may take: one letter that is not Latin makes all of them wide. */
const CHARACTER_BYTES = 2;

/** The budgets of an image, which its layers use up in their order, base first. */
export class Ledger {
  readonly #limits: Limits;
  #bytes: number;
  #entries: number;
  #held: number;
  #packages: number;
  #ownership: number;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#bytes = limits.imageBytes;
    this.#entries = limits.imageEntries;
    this.#held = limits.heldBytes;
    this.#packages = limits.packages;
    this.#ownership = limits.ownershipCharacters;
  }

  /** Uncompressed bytes that are left. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Members that are left. */
  get entries(): number {
    return this.#entries;
  }

  /** Bytes of memory that are left. */
  get held(): number {
    return this.#held;
  }

  /** Why not even the beginning of a further layer fits. */
  get exhausted(): string | undefined {
    const { imageBytes, imageEntries, heldBytes } = this.#limits;
    if (this.#bytes <= 0) return `the layers before it have ${imageBytes} bytes or more; it was not read`;
    if (this.#entries <= 0) return `the layers before it have ${imageEntries} members or more; it was not read`;
    if (this.#held <= 0) return `the layers before it take ${heldBytes} bytes of memory or more; it was not read`;
    return undefined;
  }

  fits({ walk, facts }: LayerReading): boolean {
    return walk.bytes <= this.#bytes && facts.index.count <= this.#entries && membersHeld(facts) <= this.#held;
  }

  /** Books a layer, and takes out what is too much of it. */
  take(reading: LayerReading): LayerReading {
    const { facts, walk } = reading;
    this.#bytes -= walk.bytes;
    this.#entries -= facts.index.count;
    this.#held -= membersHeld(facts);
    this.#packages -= countPackages(facts.facts);
    const listed = this.#packages < 0 ? withoutPackages(reading, this.#limits.packages) : reading;
    const characters = ownershipCharacters(facts.facts);
    const held = characters * CHARACTER_BYTES;
    if (characters > 0 && (characters > this.#ownership || held > this.#held))
      return withoutOwnership(listed, this.#limits);
    this.#ownership -= characters;
    this.#held -= held;
    return listed;
  }
}

/** Bytes of memory that a reading holds. */
export function heldBytes({ facts }: LayerReading): number {
  return membersHeld(facts) + ownershipCharacters(facts.facts) * CHARACTER_BYTES;
}

/** Bytes of memory that the members take, as a pass counts them. */
export function membersHeld({ index, analysed }: LayerFacts): number {
  // What was analysed stands in a set besides.
  let held = index.held;
  for (const path of analysed) held += path.length + ANALYSED;
  return held;
}

function ownershipCharacters(facts: readonly Fact[]): number {
  let count = 0;
  for (const fact of facts) {
    if (fact.kind !== 'ownership') continue;
    count += fact.files.length + (fact.md5?.length ?? 0) + (fact.sha256?.length ?? 0);
  }
  return count;
}

/** Packages that facts list, one as often as it is listed. */
export function countPackages(facts: readonly Fact[]): number {
  let count = 0;
  for (const fact of facts) {
    if (fact.kind === 'package-database') count += fact.packages.length;
    else if (fact.kind === 'package') count++;
  }
  return count;
}

/** A layer whose packages do not fit into the budget any more. */
function withoutPackages(reading: LayerReading, limit: number): LayerReading {
  const message = `the layers list more than ${limit} packages together; those of this layer were left out`;
  return without(reading, new Set(['package-database', 'package']), message);
}

/** A layer whose lists of files do not fit into the budget any more: its files are taken for unowned. */
export function withoutOwnership(
  reading: LayerReading,
  limits: Pick<Limits, 'ownershipCharacters' | 'heldBytes'>,
): LayerReading {
  const message =
    `lists of the files that packages own have more than ${limits.ownershipCharacters} characters in all layers, or take ` +
    `with the members more than ${limits.heldBytes} bytes of memory; those of this layer were left out`;
  return without(reading, new Set(['ownership']), message);
}

function without(reading: LayerReading, kinds: ReadonlySet<Fact['kind']>, message: string): LayerReading {
  const facts = reading.facts.facts.filter((fact) => !kinds.has(fact.kind));
  const problems = [...reading.facts.problems, { code: 'layer.limit', message } as const];
  return { ...reading, facts: { ...reading.facts, facts, problems } };
}

/** Lists that are longer than those of all layers may be fit nowhere: they are not even kept. */
export function withinOwnership(reading: LayerReading, limits: Limits): LayerReading {
  const tooLong = ownershipCharacters(reading.facts.facts) > limits.ownershipCharacters;
  return tooLong ? withoutOwnership(reading, limits) : reading;
}

export function hasProblem({ facts }: LayerReading, code: ProblemCode): boolean {
  return facts.problems.some((problem) => problem.code === code);
}
