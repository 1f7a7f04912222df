import type { ByteSource } from '../../model/bytes.ts';
import type { Executable } from '../executables/executable.ts';
import { type Mark, MOST_MARK, MOST_PLACES, type PlacesLeft, versionsAt } from './mark.ts';

/** What marks tell of a program. */
export type MarkedVersion =
  | { readonly kind: 'version'; readonly version: string }
  /** Some mark is there with several versions, two of which are told: it is not known which of them is its own. */
  | { readonly kind: 'several'; readonly versions: readonly string[] }
  | { readonly kind: 'none' };

/** Marks of a program: the first one that tells a version decides. */
export interface Marks {
  readonly marks: readonly Mark[];
  /** A text that has to be there, too: marks of bare versions say nothing of whose version it is. */
  readonly needs?: Buffer;
  /** Versions of something else that stand in it as its own does. */
  readonly others?: readonly string[];
}

const WINDOW = 256 * 1024;
/** Bytes that are looked at of one program: those of browsers have 25 MB of constants. */
const MOST_BYTES = 64 * 1024 * 1024;

let scratch: Buffer | undefined;

/**
 * Looks for marks in the constants of a program: one walk over bounded windows that overlap, in each of them one search a
 * mark. Its steps grow with the bytes, whatever they are; what has too many places of a mark to be a program is given up.
 */
export function findVersion(program: Executable, { marks, needs, others = [] }: Marks): MarkedVersion {
  const found = marks.map(() => new Set<string>());
  const left = marks.map((): PlacesLeft => ({ places: MOST_PLACES }));
  let lacks = needs !== undefined;
  const isSure = marks[0]?.isBare === false;
  for (const window of windowsOf(program)) {
    if (lacks && window.includes(needs as Buffer)) lacks = false;
    for (const [index, mark] of marks.entries()) {
      const versions = found[index] as Set<string>;
      for (const version of versionsAt(window, mark, left[index])) {
        if (!others.includes(version)) versions.add(version);
        if (versions.size > 1) break;
      }
    }
    // A mark that names the program is sure at its first place.
    if (!lacks && isSure && (found[0] as Set<string>).size > 0) break;
  }
  if (lacks) return { kind: 'none' };
  const versions = found.find(({ size }) => size > 0);
  if (versions === undefined) return { kind: 'none' };
  const [version = ''] = versions;
  return versions.size === 1
    ? { kind: 'version', version }
    : { kind: 'several', versions: [...versions].sort().slice(0, 2) };
}

/** Pieces of the constants of a program, valid until the next one. */
export function* windowsOf({ source, sections, format }: Executable): Generator<Buffer, void, void> {
  const constants = format === 'ELF' ? sections.filter(({ name }) => isConstant(name)) : [];
  const parts = constants.length > 0 ? constants : [{ offset: 0, size: source.size }];
  let left = MOST_BYTES;
  for (const { offset, size } of parts) {
    // With the byte before: the first text begins there, and ends none.
    const start = Math.max(0, offset - 1);
    const end = Math.min(offset + size, source.size, start + left);
    left -= Math.max(0, end - start);
    for (let at = start; at < end; at += WINDOW - MOST_MARK) {
      yield readWindow(source, at, Math.min(WINDOW, end - at));
      if (at + WINDOW >= end) break;
    }
  }
}

function readWindow(source: ByteSource, at: number, length: number): Buffer {
  scratch ??= Buffer.allocUnsafeSlow(WINDOW);
  const wanted = scratch.subarray(0, length);
  return wanted.subarray(0, source.read(wanted, at));
}

/** Where texts are: constants, what is initialised, and the names of what is linked, whose versions some have in them. */
function isConstant(name: string): boolean {
  return (
    name === '.rodata' || name === '.data' || name === '.dynstr' || name === '.lrodata' || name.startsWith('.rodata.')
  );
}
