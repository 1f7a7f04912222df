/** A package that a file of a .NET project asks for. */
export interface RequestedPackage {
  /** purl type, where it is no package of NuGet. */
  readonly type?: 'github';
  readonly name: string;
  /** As written: also a range, a variable, or nothing. */
  readonly version: string;
  readonly groups?: readonly string[];
  readonly requires?: readonly string[];
}

/** Packages of one file; those of several frameworks or groups are there once for each version. */
export const MAX_REQUESTED = 100_000;
