import type { ErrorCode } from '../../src/errors.ts';
import type { Limits } from '../../src/limits.ts';
import type { ProblemCode } from '../../src/model/problem.ts';
import { type DockerArchiveOptions, dockerArchive, layer } from '../support/image.ts';
import { debianFiles, debianPackages } from '../support/root-file-systems.ts';
import type { TarEntry } from '../support/tar.ts';

/** A problem that must be on the report. */
export interface ExpectedProblem {
  /** Any of several where the choice is a matter of taste. */
  readonly code: ProblemCode | readonly ProblemCode[];
  /** Part of the message. */
  readonly says?: string | RegExp;
  readonly layer?: number;
  readonly path?: string;
}

/** One kind of bad input, and what a scan must make of it. */
export interface HostileCase {
  readonly name: string;
  /** Bytes of the file to scan, or the path of what was written to a temporary folder. */
  readonly make: () => Uint8Array | string;
  /** `stdin`: the bytes come on standard input. Default: `file`. */
  readonly via?: 'file' | 'stdin';
  /** Put before the path: `dir:`. */
  readonly scheme?: string;
  readonly limits?: Partial<Limits>;
  /** The scan ends with this error. With `problems` too, either may be: the place of a cut decides. */
  readonly error?: { readonly code: ErrorCode | readonly ErrorCode[]; readonly says?: string | RegExp };
  readonly problems?: readonly ExpectedProblem[];
  /** Found all of these, a scan need not tell of `problems`: the damage may have hit bytes that nobody reads. */
  readonly harmless?: readonly string[];
  /** Problem codes of the reading that must not be there; `all`: none but those of `problems` and of judging. */
  readonly silent?: readonly ProblemCode[] | 'all';
  /** `name@version` of packages that must be found. */
  readonly packages?: readonly string[];
  /** True: no other packages may be found. */
  readonly exactly?: boolean;
  /** Names of packages that must not be found. */
  readonly absent?: readonly string[];
  /** Scans with `--verify`. */
  readonly verify?: boolean;
  /** Asks for this platform. */
  readonly platform?: string;
  /** Folder for temporary files. */
  readonly temporary?: () => string;
  /** Called when it was scanned. */
  readonly after?: () => void;
  /** Files that the scanning process may have open at once. */
  readonly openFiles?: number;
  /** Bytes of memory it is known to take beyond what a case may, and what would have to change. */
  readonly known?: { readonly peakBytes: number; readonly because: string };
  /** Why it cannot be made here; the case is skipped then. */
  readonly why?: string | undefined;
  /** Regular files of the merged view. */
  readonly files?: number;
}

/** A group of cases, in one file. */
export interface HostileGroup {
  readonly title: string;
  readonly cases: readonly HostileCase[];
}

/** What the runtime says of its own faults. A message for a user has none of it. */
export const faults: RegExp =
  /\b(?:TypeError|RangeError|ReferenceError|SyntaxError|ERR_[A-Z_]+|undefined|NaN)\b|\[object |\bat .*\.[jt]s:\d+/;

/** What a scan of `debianLayer()` finds. */
export const basePackages: readonly string[] = debianPackages.map((pkg) => `${pkg.name}@${pkg.version}`);

/** An archive of layers given as members; everything else is as it should be. */
export function image(
  layers: readonly (readonly (TarEntry | Uint8Array)[])[],
  options: Partial<DockerArchiveOptions> = {},
): Buffer {
  return dockerArchive({ layers: layers.map((entries) => layer(entries)), ...options });
}

/** A Debian root file system, and layers upon it. */
export function onDebian(...layers: readonly (readonly (TarEntry | Uint8Array)[])[]): Buffer {
  return image([debianFiles(), ...layers]);
}

/** `count` places between 0 and `length`, both ends left out, evenly spread and at odd positions. */
export function cuts(length: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 1) * length) / (count + 1)) | 1);
}
