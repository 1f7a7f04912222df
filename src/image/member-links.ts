import { normalisePath } from '../formats/tar/path.ts';
import type { FileHeader } from '../model/file.ts';

/** Links followed for one name: no program that saves images makes more than one. */
const HOPS = 8;

/** The name in the archive that a link leads to; undefined for a member that is no link. */
export function linkedName({
  path,
  type,
  linkTarget = '',
}: Pick<FileHeader, 'path' | 'type' | 'linkTarget'>): string | undefined {
  if (type === 'hardlink') return normalisePath(linkTarget).path;
  if (type !== 'symlink') return undefined;
  return normalisePath(`${path.slice(0, path.lastIndexOf('/') + 1)}${linkTarget}`).path;
}

/**
 * The member that a name of a saved image means; old archives store a layer that two images share once, and link to it.
 * Undefined where there is none, and where links lead on and on.
 */
export function followLinks<Member extends object>(
  name: string,
  members: ReadonlyMap<string, Member | { readonly link: string }>,
): Member | undefined {
  let path = normalisePath(name).path;
  for (let hops = 0; hops < HOPS; hops++) {
    const member = members.get(path);
    if (member === undefined || !('link' in member)) return member;
    path = member.link;
  }
  return undefined;
}
