import type { PlainHeader } from '../formats/tar/plain-header.ts';
import type { Analyzer } from '../model/analyzer.ts';

const EXECUTE = 0o111;

/**
 * The names that analyzers declared, found by their last byte: of nearly every member of a layer one look at a table tells
 * that nobody asks for its name.
 */
export class WantedNames {
  /** For each last byte, in lower case, the names that end with it. */
  readonly #byLast: (readonly Buffer[] | undefined)[] = [];
  readonly #isWhole: Set<Buffer> = new Set();
  readonly #executables: boolean;

  constructor(analyzers: readonly Analyzer[]) {
    const lists = analyzers.flatMap(({ names }) => names ?? []);
    const exact = new Set(lists.flatMap((names) => names.exact ?? []).map(lowerCase));
    const ends = new Set(lists.flatMap((names) => names.ends ?? []).map(lowerCase));
    this.#executables = lists.some(({ executables }) => executables === true);
    for (const text of ends) this.#add(Buffer.from(text));
    for (const text of exact) {
      const name = Buffer.from(text);
      this.#isWhole.add(name);
      this.#add(name);
    }
  }

  /** Whether somebody asks for the name of a member, or for what may be executed. */
  has({ bytes, name, end, directory, mode, size }: PlainHeader): boolean {
    if (this.#executables && !directory && (mode & EXECUTE) !== 0 && size > 0) return true;
    return this.#hasText(bytes, name, end);
  }

  /** The same of a file of which this is known. */
  hasName(name: string, mode: number): boolean {
    if (this.#executables && (mode & EXECUTE) !== 0) return true;
    const bytes = Buffer.from(name);
    return bytes.length > 0 && this.#hasText(bytes, 0, bytes.length);
  }

  #hasText(bytes: Buffer, name: number, end: number): boolean {
    const names = this.#byLast[lower(bytes[end - 1] as number)];
    if (names === undefined) return false;
    for (const wanted of names) {
      const start = end - wanted.length;
      if (start < name || (start > name && this.#isWhole.has(wanted))) continue;
      let i = wanted.length - 1;
      while (i >= 0 && lower(bytes[start + i] as number) === wanted[i]) i--;
      if (i < 0) return true;
    }
    return false;
  }

  #add(name: Buffer): void {
    const last = name[name.length - 1];
    if (last !== undefined) this.#byLast[last] = [...(this.#byLast[last] ?? []), name];
  }
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function lowerCase(name: string): string {
  return name.toLowerCase();
}
