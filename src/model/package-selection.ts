/** Which packages of an image a user wants to know of. */
export interface PackageSelection {
  /** As the user said it: `os`, `library`, purl types. */
  readonly words: readonly string[];
  /** Whether packages of a purl type are among them. */
  has(type: string): boolean;
}
