/** Whether the image's own database lists a package, or we found it although the database does not. */
export type Presence = 'present' | 'recovered';

/**
 * What states a package: its own files or the database of who installed them; a file that says exactly what shall be
 * installed (`package-lock.json`); or one that says what is wanted, often as a range (`requirements.txt`).
 */
export type Evidence = 'installed' | 'lockfile' | 'manifest';

/** Digests of a package, or of the archive it came as: hex. */
export interface Hashes {
  readonly md5?: string;
  readonly sha1?: string;
  readonly sha256?: string;
  readonly sha512?: string;
}

export interface LayerRef {
  /** From 0 at the base; counts file-system layers only. */
  readonly index: number;
  readonly diffId?: string;
}

/** A package of an image. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** purl type: `deb`, `apk`, ... */
  readonly type: string;
  readonly purl: string;
  readonly arch?: string;
  /** Source package; absent means that it is the package itself. */
  readonly source?: { readonly name: string; readonly version: string };
  readonly licences: readonly string[];
  /** Who built it, as an rpm says: the distribution, or a third party. */
  readonly vendor?: string;
  /** Module stream that an rpm was built for: `name:stream:version:context`. */
  readonly modularity?: string;
  /** Where it may have come from, as far as the image tells: content sets of Red Hat, repositories of Amazon. */
  readonly repositories?: readonly string[];
  /** `id:version` of the distribution it belongs to, if it belongs to one. */
  readonly distribution?: string;
  /** The layer that brought this version. */
  readonly layer: LayerRef;
  /** The layer that first brought the package, where an upper layer changed its version. */
  readonly introducedIn?: LayerRef;
  /**
   * Where we know it from: the database, or the files that stand for it, sorted. Copies that came with one layer are one
   * package. In an archive: `app.jar!/lib/inner.jar`.
   */
  readonly locations: readonly string[];
  /** Absent: installed. What files only ask for is listed, and not judged unless that is asked for. */
  readonly evidence?: Exclude<Evidence, 'installed'>;
  /** It is made here and published nowhere under this name: listed, and held against no advisory. */
  readonly application?: true;
  /** What it is asked for, where not for use: `dev`, `optional`, `test` ... */
  readonly groups?: readonly string[];
  /** Name of the distribution package that owns the file this package was read from: that one is judged in its place. */
  readonly ownedBy?: string;
  readonly hashes?: Hashes;
  /** purls of the packages of this image that it says it needs, sorted. */
  readonly dependsOn?: readonly string[];
  /** purl of the package whose archive it stands in. */
  readonly within?: string;
  readonly presence: Presence;
}
