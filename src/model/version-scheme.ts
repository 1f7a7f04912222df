/** One step of a comparison, for people: what was compared and what came out. */
export interface ComparisonStep {
  readonly part: string;
  readonly left: string;
  readonly right: string;
  readonly result: -1 | 0 | 1;
  readonly why: string;
}

/** Thrown by a scheme on a version it cannot order: such a package is neither safe nor vulnerable. */
export class VersionError extends Error {
  override readonly name = 'VersionError';
  readonly scheme: string;
  readonly version: string;

  constructor(scheme: string, version: string, reason: string) {
    super(`not a ${scheme} version: ${JSON.stringify(version)} (${reason})`);
    this.scheme = scheme;
    this.version = version;
  }
}

/** The version order of one package manager: total on valid versions. */
export interface VersionScheme {
  /** `deb`, `apk`, ... */
  readonly id: string;
  /**
   * Orders two versions: -1, 0 or 1.
   * @throws VersionError if either is invalid.
   */
  compare(a: string, b: string): -1 | 0 | 1;
  /** The same comparison part by part, up to the part that decided. */
  explain(a: string, b: string): readonly ComparisonStep[];
}
