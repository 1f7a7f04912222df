/** Budgets for one image. The image is the attacker: every loop over its bytes ends at one of these. */
export interface Limits {
  /** Bytes of a manifest, an index or a configuration. */
  readonly manifestBytes: number;
  /** Layers of an image. */
  readonly layers: number;
  /** Members of one layer. */
  readonly entries: number;
  /** Uncompressed bytes of one layer. */
  readonly layerBytes: number;
  /** Uncompressed bytes of all layers. */
  readonly imageBytes: number;
  /** A compressed layer may grow to this multiple of what was read, once it is past `ratioFloorBytes`. */
  readonly ratio: number;
  readonly ratioFloorBytes: number;
  /** Bytes of a file that an analyzer may hold. */
  readonly bodyBytes: number;
  /** Bytes of a file that an analyzer reads at any place: a package database. */
  readonly randomBytes: number;
  /** Archives in archives: how many around a member. */
  readonly archiveDepth: number;
  /** Members of all archives of a layer, nested ones among them. */
  readonly archiveMembers: number;
  /** Bytes that members of the archives of a layer inflate to, as far as they are read. */
  readonly archiveBytes: number;
  /** Bytes of PAX records or GNU long names before one member. */
  readonly headerBytes: number;
  /** Characters of a name; PATH_MAX of Linux, beyond which no runtime unpacks a member. */
  readonly pathBytes: number;
  /**
   * Members of all layers of an image, those of a layer once; as many again of layers that are listed again. Also what
   * the merged tree has of members and directories, those that were replaced among them.
   */
  readonly imageEntries: number;
  /**
   * Memory that the members of all layers of an image take, and lists of the files that packages own, by estimate:
   * they are kept for as long as the scan runs.
   */
  readonly heldBytes: number;
  /** Characters of lists of the files that packages own, of all layers of an image. */
  readonly ownershipCharacters: number;
  /** Packages that the databases of all layers list together; each layer that installs something lists all of them. */
  readonly packages: number;
  /** Links followed for one path. */
  readonly links: number;
  /** Bytes kept of standard input, or of an archive that is compressed as a whole. */
  readonly spoolBytes: number;
  /** Problems kept of one layer; the rest is counted. */
  readonly problems: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const defaultLimits: Limits = {
  manifestBytes: 8 * MiB,
  layers: 1000,
  entries: 4_000_000,
  layerBytes: 32 * GiB,
  imageBytes: 64 * GiB,
  ratio: 200,
  ratioFloorBytes: 64 * MiB,
  bodyBytes: 64 * MiB,
  randomBytes: 2 * GiB,
  archiveDepth: 8,
  archiveMembers: 2_000_000,
  archiveBytes: 8 * GiB,
  headerBytes: 1 * MiB,
  pathBytes: 4 * KiB,
  imageEntries: 2_050_000,
  heldBytes: 200 * MiB,
  ownershipCharacters: 24 * MiB,
  packages: 1_000_000,
  links: 40,
  spoolBytes: 32 * GiB,
  problems: 100,
};
