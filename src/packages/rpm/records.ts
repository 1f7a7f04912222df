import type { PackageRecord } from '../../model/fact.ts';
import { tellable } from '../tellable.ts';

/** What rpm's databases and manifests tell of a package, as far as a record holds it. */
export interface RpmStatement {
  readonly name: string;
  readonly epoch?: number;
  readonly version: string;
  readonly release?: string;
  readonly arch?: string;
  /** File name of the source package. */
  readonly sourceRpm?: string;
  readonly licence?: string;
  readonly vendor?: string;
  readonly modularityLabel?: string;
}

/** A public key that rpm keeps as if it were a package. */
export function isKey({ name }: Pick<RpmStatement, 'name'>): boolean {
  return name === 'gpg-pubkey';
}

/** The package as a record: its version is `epoch:version-release`, without the epoch where it has none. */
export function toPackageRecord(statement: RpmStatement): PackageRecord {
  const { name, arch, licence, vendor, modularityLabel } = statement;
  const version = versionOf(statement);
  const source = sourceOf(statement);
  const differs = source !== undefined && (source.name !== name || source.version !== version);
  return tellable({
    name,
    version,
    type: 'rpm',
    ...(arch !== undefined && { arch }),
    ...(differs && { source }),
    ...(licence !== undefined && { licences: [licence] }),
    ...(vendor !== undefined && { vendor }),
    ...(modularityLabel !== undefined && { modularityLabel }),
  });
}

function versionOf({ epoch, version, release }: Pick<RpmStatement, 'epoch' | 'version' | 'release'>): string {
  const text = release === undefined ? version : `${version}-${release}`;
  return epoch === undefined ? text : `${epoch}:${text}`;
}

/**
 * Name and version of the source package. The file name of a source package has no epoch. A package of the same
 * version is taken to have that of its source, as packages inherit it; one that states a version of its own may state
 * an epoch of its own, so that of its source stays open.
 */
function sourceOf({ sourceRpm, epoch, version }: RpmStatement): PackageRecord['source'] {
  const stem = sourceRpm?.endsWith('.rpm') === true ? sourceRpm.slice(0, -4) : '';
  const kind = ['.src', '.nosrc'].find((suffix) => stem.endsWith(suffix));
  if (kind === undefined) return undefined;
  const text = stem.slice(0, -kind.length);
  const last = text.lastIndexOf('-');
  const first = text.lastIndexOf('-', last - 1);
  if (first <= 0 || last === first + 1 || last === text.length - 1) return undefined;
  const sourceVersion = text.slice(first + 1, last);
  const inherits = epoch !== undefined && sourceVersion === version;
  return {
    name: text.slice(0, first),
    version: versionOf({ version: sourceVersion, release: text.slice(last + 1), ...(inherits && { epoch }) }),
  };
}
