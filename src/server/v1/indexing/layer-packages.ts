import type { DatabaseSlot } from '../../../model/fact.ts';
import type { LayerPackage } from '../../../store/layer-shelf.ts';
import type { PackageVersion } from '../../../store/package-version.ts';
import type { StoredNamespace } from '../../../store/stored-namespace.ts';
import { IndexError } from '../layer-indexer.ts';
import { buildKeyOf, keyOf, type ListedPackage } from './listed-packages.ts';

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
 * what an upgrade of the distribution left untouched is judged as before; the same build of it also stays from where it
 * came. Others come from where the layer says, else from where the parent's packages do.
 * @param parent with builds
 * @throws IndexError `unsupported-system` where there is no namespace for a package
 */
export function installPackages(statement: LayerStatement, parent: readonly LayerPackage[]): InstalledPackages {
  const { packages, removed, namespace } = statement;
  if (packages.length === 0) return inherit(parent.filter((one) => !removed.has(slotOf(one))));
  const known = new Map<string, StoredNamespace>();
  const sameBuild = new Map<string, LayerPackage>();
  for (const one of parent) {
    if (!known.has(keyOf(one))) known.set(keyOf(one), namespaceOf(one));
    sameBuild.set(buildKeyOf(one), one);
  }
  const inherited = namesOf(parent);
  const used = new Map<string, StoredNamespace>();
  const installed = packages.map((listed): PackageVersion => {
    const own = known.get(keyOf(listed)) ?? namespace;
    if (own === undefined) {
      throw new IndexError('unsupported-system', `nothing tells which distribution ${listed.name} belongs to`);
    }
    used.set(own.name, own);
    const { name, version, source, repositories: _named, ...build } = listed;
    const common = { namespace: own.name, name, version, ...(source !== undefined && { source }) };
    const kept = sameBuild.get(buildKeyOf(listed));
    // Of layers that were kept before builds were told apart they are not known: their packages are still theirs.
    if (kept === undefined && sameBuild.has(buildKeyOf({ name, version }))) return common;
    const repositories = kept === undefined ? (listed.repositories ?? inherited) : (kept.repositories ?? []);
    return { ...common, ...build, ...(repositories.length > 0 && { repositories }) };
  });
  return { packages: installed, namespaces: [...used.values()] };
}

function inherit(parent: readonly LayerPackage[]): InstalledPackages {
  return {
    packages: parent.map(versionOf),
    namespaces: [...new Map(parent.map((one) => [one.namespace, namespaceOf(one)])).values()],
  };
}

function versionOf(one: LayerPackage): PackageVersion {
  const { addedBy: _layer, vulnerabilities: _found, versionFormat: _format, ...version } = one;
  return version;
}

/** All repositories that packages are known to be from. */
function namesOf(packages: readonly LayerPackage[]): readonly string[] {
  const lists = new Set(packages.map(({ repositories }) => repositories));
  return [...new Set([...lists].flatMap((list) => list ?? []))].sort();
}

function namespaceOf({ namespace, versionFormat }: LayerPackage): StoredNamespace {
  return { name: namespace, versionFormat };
}

/** The kind of database that a stored package came from: of a namespace there is one. */
function slotOf({ namespace, versionFormat }: LayerPackage): DatabaseSlot {
  if (versionFormat === 'rpm') return 'rpm';
  return namespace.startsWith('alpine:') ? 'apk' : 'dpkg';
}
