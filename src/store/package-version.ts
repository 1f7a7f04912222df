import type { PackageBuild } from '../match/versions.ts';

/**
 * A package in one version, as advisories are compared with it: the unit that is judged, once, however many layers and
 * images have it. Two that differ in their source only are two: an image may claim any source; and so are two builds.
 */
export interface PackageVersion extends PackageBuild {
  /** Where advisories on it stand, and how its versions compare: `debian:12`. */
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** Absent: it is its own source. Layers of the v1 API hold source packages of dpkg databases as packages. */
  readonly source?: { readonly name: string; readonly version: string };
}

/** A vulnerability that a package version has. */
export interface PackageVulnerability {
  readonly namespace: string;
  readonly name: string;
  readonly description: string;
  readonly link: string;
  readonly severity: StoredSeverity;
  /** JSON text of an object, or empty. */
  readonly metadata: string;
  /** The version that fixes it in this package; absent: there is none yet. */
  readonly fixedBy?: string;
}

/** Clair's scale, ascending. */
export const storedSeverities = ['Unknown', 'Negligible', 'Low', 'Medium', 'High', 'Critical', 'Defcon1'] as const;
export type StoredSeverity = (typeof storedSeverities)[number];
