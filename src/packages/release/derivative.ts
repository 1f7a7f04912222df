import type { ReleaseFile } from '../../model/distribution.ts';
import { releaseName } from './release-name.ts';

/** What an os-release says of a distribution that was made from another one. */
export interface Derivative {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  /** IDs of what it was made from, the nearest first (`ID_LIKE`). */
  readonly like: readonly string[];
  /** Lower case. */
  readonly codename: string;
  /** Codename of a parent, by a field of its own: `UBUNTU_CODENAME`, `DEBIAN_CODENAME`. */
  codenameOf(parent: string): string | undefined;
}

/** Reads the first os-release that names a distribution; undefined where none does, or says nothing of a parent. */
export function readDerivative(files: readonly ReleaseFile[]): Derivative | undefined {
  for (const file of files) {
    if (!file.path.endsWith('/os-release')) continue;
    const name = releaseName(file);
    if (name === undefined) continue;
    const field = (key: string): string => file.fields.get(key)?.trim() ?? '';
    const like = field('ID_LIKE')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const version = [name.version, field('BUILD_ID'), name.codename].find((text) => /^[\w.+~-]{1,40}$/.test(text));
    if (like.length === 0 || !/^[a-z0-9][a-z0-9._-]{0,39}$/.test(name.id)) return undefined;
    return {
      id: name.id,
      version: version ?? 'rolling',
      name: (field('PRETTY_NAME') || field('NAME') || name.id).slice(0, 100),
      like,
      codename: name.codename,
      codenameOf: (parent) => file.fields.get(`${parent.toUpperCase()}_CODENAME`)?.toLowerCase(),
    };
  }
  return undefined;
}

/** Whether an lsb-release that names a distribution is left over in one that was made from it, as os-release says. */
export function isCarriedAlong(file: ReleaseFile, others: readonly ReleaseFile[], id: string): boolean {
  if (!file.path.endsWith('/lsb-release')) return false;
  const derivative = readDerivative(others);
  return derivative !== undefined && derivative.id !== id && derivative.like.includes(id);
}
