import type { ReleaseFile } from '../../model/distribution.ts';

/** What a file with `KEY=value` lines calls the distribution; empty text where it does not tell. */
export interface ReleaseName {
  /** Lower case. */
  readonly id: string;
  readonly version: string;
  readonly codename: string;
}

/** Reads os-release(5) or lsb-release. Undefined for files of another kind, and where no distribution is named. */
export function releaseName({ path, fields }: ReleaseFile): ReleaseName | undefined {
  const isLsb = path.endsWith('/lsb-release');
  if (!isLsb && !path.endsWith('/os-release')) return undefined;
  const id = fields.get(isLsb ? 'DISTRIB_ID' : 'ID')?.toLowerCase() ?? '';
  if (id === '') return undefined;
  return {
    id,
    version: fields.get(isLsb ? 'DISTRIB_RELEASE' : 'VERSION_ID') ?? '',
    codename: (fields.get(isLsb ? 'DISTRIB_CODENAME' : 'VERSION_CODENAME') ?? '').toLowerCase(),
  };
}

/**
 * True when a file that names a distribution names another one than these. Files that only hint at one (apt sources,
 * `debian_version`, `alpine-release`) are no evidence then: derivatives carry them along.
 */
export function isNamedOtherwise(files: readonly ReleaseFile[], ids: readonly string[]): boolean {
  return files.some((file) => {
    const name = releaseName(file);
    return name !== undefined && !ids.includes(name.id);
  });
}
