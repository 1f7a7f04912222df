import type { ImageInfo } from '../model/image.ts';

/** Characters of a reference with a registry, a repository, a tag and a digest (distribution reference grammar). */
const LONGEST = 512;

/**
 * What an image from a file or folder is called as a base: the first name by which the file knows it (`RepoTags` of `docker
 * save`, annotations of an OCI layout), since every file in a pipeline may be called `image.tar`. A tag alone, as the OCI
 * annotation `ref.name` often is, names no image. Anybody can write these names: they call it something, and decide nothing.
 * @returns undefined where there is none
 */
export function nameInside({ names }: Pick<ImageInfo, 'names'>): string | undefined {
  return names.find(isName);
}

function isName(name: string): boolean {
  if (name.length > LONGEST || !/^[A-Za-z0-9][\w./:-]*(?:@sha\d+:[0-9a-f]+)?$/.test(name)) return false;
  return /[/:]/.test(name);
}
