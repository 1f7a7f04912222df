/** A distribution's release as the store knows it. The first writer decides its format. */
export interface StoredNamespace {
  /** `debian:12`. At most 128 characters. */
  readonly name: string;
  /** How its versions are written, as Clair v1 calls it: `dpkg`, `rpm`; empty while nobody knows. */
  readonly versionFormat: string;
}
