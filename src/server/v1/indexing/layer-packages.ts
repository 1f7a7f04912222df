import type { DatabaseSlot } from '../../../model/fact.ts';
import type { LayerPackage } from '../../../store/layer-shelf.ts';
import type { PackageVersion } from '../../../store/package-version.ts';
import type { StoredNamespace } from '../../../store/stored-namespace.ts';
import { IndexError } from '../layer-indexer.ts';
import { keyOf, type ListedPackage } from './listed-packages.ts';

/** What a layer itself says. */
export interface LayerStatement {
  readonly packages: readonly ListedPackage[];
  /** Databases of lower layers that it removes. */
  readonly removed: ReadonlySet<DatabaseSlot>;
  /** Its own namespace, else that of its parent. */
  readonly namespace?: StoredNamespace;
}

/** What is installed once the layer is applied. */
export interface InstalledPackages {
  readonly packages: readonly PackageVersion[];
  /** Namespaces of the packages, with their formats. */
  readonly namespaces: readonly StoredNamespace[];
}

/**
 * Puts packages into namespaces. A layer that lists none has those of its parent, but for the databases that it removes.
 * One that lists some has these alone; a package that the parent has in the same version stays in its namespace, so that
 * what an upgrade of the distribution left untouched is judged as before.
 * @throws IndexError `unsupported-system` where there is no namespace for a package
 */
export function installPackages(statement: LayerStatement, parent: readonly LayerPackage[]): InstalledPackages {
  const { packages, removed, namespace } = statement;
  if (packages.length === 0) return inherit(parent.filter((one) => !removed.has(slotOf(one))));
  const known = new Map<string, StoredNamespace>();
  for (const one of parent) if (!known.has(keyOf(one))) known.set(keyOf(one), namespaceOf(one));
  const used = new Map<string, StoredNamespace>();
  const installed = packages.map((listed): PackageVersion => {
    const own = known.get(keyOf(listed)) ?? namespace;
    if (own === undefined) {
      throw new IndexError('unsupported-system', `nothing tells which distribution ${listed.name} belongs to`);
    }
    used.set(own.name, own);
    return { namespace: own.name, ...listed };
  });
  return { packages: installed, namespaces: [...used.values()] };
}

function inherit(parent: readonly LayerPackage[]): InstalledPackages {
  const packages = parent.map(
    ({ namespace, name, version, source }): PackageVersion => ({
      namespace,
      name,
      version,
      ...(source !== undefined && { source }),
    }),
  );
  return { packages, namespaces: [...new Map(parent.map((one) => [one.namespace, namespaceOf(one)])).values()] };
}

function namespaceOf({ namespace, versionFormat }: LayerPackage): StoredNamespace {
  return { name: namespace, versionFormat };
}

/** The kind of database that a stored package came from: of a namespace there is one. */
function slotOf({ namespace, versionFormat }: LayerPackage): DatabaseSlot {
  if (versionFormat === 'rpm') return 'rpm';
  return namespace.startsWith('alpine:') ? 'apk' : 'dpkg';
}
