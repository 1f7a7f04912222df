import type { Executable } from '../../formats/executables/executable.ts';
import { findVersion, type MarkedVersion, type Marks } from '../../formats/program-marks/find-version.ts';
import { parseMark } from '../../formats/program-marks/mark.ts';
import { stampedVersion } from '../../formats/program-marks/stamped-version.ts';
import type { Program } from './program.ts';
import { runtimes } from './runtimes.ts';
import { servers } from './servers.ts';
import { tools } from './tools.ts';

/** A row, ready to be looked for. */
interface KnownProgram extends Marks {
  readonly program: Program;
}

const LIBRARY = '.so';

export const programs: readonly Program[] = [...servers, ...runtimes, ...tools];

/** By name of a file; by that of a library without what follows. */
const byName: ReadonlyMap<string, Program> = new Map(
  programs.flatMap((program) => program.files.flatMap(expand).map((name) => [name, program])),
);

/** Whole names that programs have. */
export const programNames: readonly string[] = [...byName.keys()].filter((name) => !name.endsWith(LIBRARY));

/** The program that a file of a name may be. */
export function programOf(name: string): Program | undefined {
  const program = byName.get(name);
  if (program !== undefined) return program;
  const ending = name.startsWith('lib') ? name.indexOf(LIBRARY) : -1;
  if (ending < 0) return byName.get(withoutVersion(withoutTarget(name)));
  const library = name.slice(0, ending);
  return byName.get(`${library}${LIBRARY}`) ?? byName.get(`${withoutVersion(library)}${LIBRARY}`);
}

/** `python` of `python3.13`, `libruby` of `libruby-3.3`, and of what Rust builds without the digest: `libstd-0123456789abcdef`. */
function withoutVersion(name: string): string {
  const hyphen = name.lastIndexOf('-');
  if (hyphen > 0 && name.length - hyphen === 17 && /^[0-9a-f]{16}$/.test(name.slice(hyphen + 1)))
    return name.slice(0, hyphen);
  let end = name.length;
  while (end > 0 && isVersionPart(name.charCodeAt(end - 1))) end--;
  return name.slice(0, end);
}

/** `gcc-14` of `x86_64-linux-gnu-gcc-14`. */
function withoutTarget(name: string): string {
  const at = name.indexOf('-linux-gnu');
  const hyphen = at < 0 ? -1 : name.indexOf('-', at + '-linux-gnu'.length);
  return hyphen < 0 ? name : name.slice(hyphen + 1);
}

function isVersionPart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2d;
}

const ready: Map<string, KnownProgram> = new Map();

/** The same with its marks. They are made when the first file of the program is met. */
function knownProgram(program: Program): KnownProgram {
  let known = ready.get(program.name);
  if (known === undefined) {
    const { marks, needs, others } = program;
    known = {
      program,
      marks: marks.map(parseMark),
      ...(others && { others }),
      ...(needs !== undefined && { needs: Buffer.from(needs, 'latin1') }),
    };
    ready.set(program.name, known);
  }
  return known;
}

/** `libpypy3.[8-10]-c.so` is three names. */
function expand(name: string): readonly string[] {
  const range = /\[(\d+)-(\d+)\]/.exec(name);
  if (range === null) return [name];
  const [text, first, last] = [range[0], Number(range[1]), Number(range[2])];
  return Array.from({ length: last - first + 1 }, (_, index) => name.replace(text, String(first + index))).flatMap(
    expand,
  );
}

/** What the bytes of a file tell of the program that its name says it may be. */
export function versionOf(executable: Executable, program: Program): MarkedVersion {
  return program.stamped === true ? stampedVersion(executable) : findVersion(executable, knownProgram(program));
}
