/** A program that tells its version to whoever looks for it: a row of data. */
export interface Program {
  /** As its purl names it: `pkg:generic/NAME@VERSION`. */
  readonly name: string;
  /**
   * Names of its files, without versions at their ends (`python` is `python3.13`, too). `lib….so` stands for a library with
   * whatever follows (`.so.1.2`), its version in front of that among it (`libpython3.13.so.1.0`).
   */
  readonly files: readonly string[];
  /** Texts with the version in it: see `parseMark`. The first one that is there decides. */
  readonly marks: readonly string[];
  /** A text that has to be there as well. */
  readonly needs?: string;
  /** Versions that stand in it as its own does, and are of something else. */
  readonly others?: readonly string[];
  /** Its version is the one that a build id follows at some other place: see `stampedVersion`. Then marks are not looked for. */
  readonly stamped?: true;
  /** SPDX expression, where it is the same for all versions that the marks know. */
  readonly licence?: string;
}
