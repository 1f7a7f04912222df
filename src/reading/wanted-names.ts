import type { PlainHeader } from '../formats/tar/plain-header.ts';
import type { Analyzer } from '../model/analyzer.ts';

const EXECUTE = 0o111;

/**
 * The names that analyzers declared, found by their last byte: of nearly every member of a layer a look at each table tells
 * that nobody asks for its name.
 */
export class WantedNames {
  /** For each last byte, in lower case, the names that end with it. */
  readonly #byLast: (readonly Buffer[] | undefined)[] = [];
  readonly #isWhole: Set<Buffer> = new Set();
  readonly #parts: readonly Buffer[];
  /** Bytes from which on a file that may be executed is wanted. */
  readonly #executables: number;

  constructor(analyzers: readonly Analyzer[]) {
    const lists = analyzers.flatMap(({ names }) => names ?? []);
    const all = (kind: 'exact' | 'ends' | 'parts'): Buffer[] => {
      const texts = lists.flatMap((names) => names[kind] ?? []).map((text) => text.toLowerCase());
      return [...new Set(texts)].filter((text) => text !== '').map((text) => Buffer.from(text));
    };
    this.#parts = all('parts');
    this.#executables = Math.min(...lists.map(({ executables = Number.POSITIVE_INFINITY }) => executables));
    for (const name of all('ends')) this.#add(name);
    for (const name of all('exact')) {
      this.#isWhole.add(name);
      this.#add(name);
    }
  }

  /** Whether somebody asks for the name of a member, or for what may be executed. */
  has({ bytes, name, end, directory, mode, size }: PlainHeader): boolean {
    return !directory && size >= this.#executables && (mode & EXECUTE) !== 0 ? true : this.#hasText(bytes, name, end);
  }

  /** The same of a file whose name is a part of `bytes`. */
  hasPart(bytes: Uint8Array, name: number, end: number, mode: number, size: number): boolean {
    return size >= this.#executables && (mode & EXECUTE) !== 0 ? true : this.#hasText(bytes, name, end);
  }

  /** The same of a file of which this is known. */
  hasName(name: string, mode: number): boolean {
    if (this.#executables !== Number.POSITIVE_INFINITY && (mode & EXECUTE) !== 0) return true;
    const bytes = Buffer.from(name);
    return bytes.length > 0 && this.#hasText(bytes, 0, bytes.length);
  }

  #hasText(bytes: Uint8Array, name: number, end: number): boolean {
    const names = this.#byLast[lower(bytes[end - 1] as number)];
    if (names !== undefined) {
      for (const wanted of names) {
        const start = end - wanted.length;
        if (start < name || (start > name && this.#isWhole.has(wanted))) continue;
        if (isAt(bytes, start, wanted)) return true;
      }
    }
    for (const part of this.#parts) {
      for (let start = end - part.length; start >= name; start--) if (isAt(bytes, start, part)) return true;
    }
    return false;
  }

  #add(name: Buffer): void {
    const last = name[name.length - 1] as number;
    this.#byLast[last] = [...(this.#byLast[last] ?? []), name];
  }
}

function isAt(bytes: Uint8Array, start: number, wanted: Buffer): boolean {
  for (let i = wanted.length - 1; i >= 0; i--) if (lower(bytes[start + i] as number) !== wanted[i]) return false;
  return true;
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
