import type { PackageRecord } from '../model/fact.ts';

/** How lists of files name the owner: with `:arch` where several can be installed at once. */
export function ownerNames({ name, arch }: PackageRecord): readonly string[] {
  return [name, `${name}:${arch ?? ''}`];
}
