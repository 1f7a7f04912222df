import type { PackageVersion, PackageVulnerability } from './package-version.ts';
import type { StoredNamespace } from './stored-namespace.ts';

/** A layer that was indexed through the v1 API. */
export interface StoredLayer {
  readonly name: string;
  readonly parent?: string;
  readonly namespace?: StoredNamespace;
  /** Which rules indexed it: layers of an older engine are indexed again when they are posted. */
  readonly engineVersion: number;
}

/** A layer to be kept, with everything that is installed once it is applied. */
export interface IndexedLayer {
  readonly name: string;
  readonly parent?: string;
  readonly namespace?: StoredNamespace;
  readonly engineVersion: number;
  /** The whole list, not the difference to the parent: that is worked out against the parent as it is then. */
  readonly packages: readonly PackageVersion[];
  /** Formats of the namespaces that packages have and the layer has not. */
  readonly namespaces: readonly StoredNamespace[];
}

export interface LayerPackagesOptions {
  /** With what they have; default: without. */
  readonly vulnerabilities?: boolean;
  /**
   * With their builds, each of which is a package. Default: packages that differ in their builds alone are one, which
   * the lowest of their layers brought, with the vulnerabilities of all of them.
   */
  readonly builds?: boolean;
}

/** A package of a layer. */
export interface LayerPackage extends PackageVersion {
  readonly versionFormat: string;
  /** The layer nearest to the root that brought it and since which it was always there. */
  readonly addedBy: string;
  /** Only where they were asked for. By name, then namespace. */
  readonly vulnerabilities: readonly PackageVulnerability[];
}

/** Layers of the v1 API: a forest, each layer with the differences to its parent. */
export interface LayerShelf {
  find(name: string): Promise<StoredLayer | undefined>;
  /**
   * What is installed when the layer is applied, sorted by name, namespace, version (code points).
   * Undefined: no such layer.
   */
  packages(name: string, options?: LayerPackagesOptions): Promise<readonly LayerPackage[] | undefined>;
  /**
   * Keeps a layer, and judges the package versions that are new to the store. A layer of that name that another writer
   * kept meanwhile stays, and that is no error.
   * @throws StoreError `store.unknown-parent`, `store.too-long`, `store.bad-version` (a version that its namespace cannot order)
   */
  insert(layer: IndexedLayer): Promise<void>;
  /** Replaces namespace, packages and engine version of a known layer; its parent stays as it was. Children do too. */
  replace(layer: IndexedLayer): Promise<void>;
  /** Removes a layer and all that stand on it. False: there was none. */
  remove(name: string): Promise<boolean>;
}
