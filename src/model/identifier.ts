/** What a digest was found to be. */
export interface IdentifiedPackage {
  readonly type: string;
  /** As advisories name it. */
  readonly name: string;
  readonly version: string;
}

/** Names packages by digests of what they came as, where they do not tell themselves. */
export interface PackageIdentifier {
  /**
   * @param sha1 digests in lower-case hex
   * @returns those that are known
   */
  identify(sha1: ReadonlySet<string>): Promise<ReadonlyMap<string, IdentifiedPackage>>;
}
