/** Whether the image's own database lists a package, or we found it although the database does not. */
export type Presence = 'present' | 'recovered';

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
  /** Where we know it from: the database, or the file that stands for it. */
  readonly locations: readonly string[];
  /** Name of the distribution package that owns the file this package was read from. */
  readonly ownedBy?: string;
  readonly presence: Presence;
}
