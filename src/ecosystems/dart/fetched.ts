/**
 * The cache of pub has packages of registries in `hosted/HOST/NAME-VERSION`, those of repositories in `git/NAME-COMMIT`;
 * PUB_CACHE says where it is.
 */
const FETCHED =
  /(?:^|\/)(?:hosted\/[^/]{1,300}\/[A-Za-z_]\w{0,200}-\d[^/]{0,200}|git\/[A-Za-z_]\w{0,200}-[0-9a-f]{40})(?=\/)/;

/** The folder of the fetched package that a path is in; undefined outside of the cache. */
export function fetchedFolder(path: string): string | undefined {
  const found = FETCHED.exec(path);
  return found === null ? undefined : path.slice(0, found.index + found[0].length);
}
