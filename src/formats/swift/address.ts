/**
 * What advisories and package URLs call a package of Swift: the address of its repository without protocol, account and
 * `.git`, `github.com/apple/swift-nio` (purl specification, type swift; OSV schema, ecosystem SwiftURL).
 * @returns undefined for what is no address of a repository elsewhere: a folder, the identity of a registry
 */
export function swiftName(location: string): string | undefined {
  if (location.length > 1000) return undefined;
  const address =
    /^(?:[a-z][a-z+.-]{0,20}:\/\/)?(?:[^/@\s]{1,200}@)?([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})(?::\d{1,5})?[:/](.{1,800})$/i.exec(
      location,
    );
  if (address === null) return undefined;
  const path = address[2]!.replace(/^\/{1,9}|\/{1,9}$/g, '').replace(/\.git$/i, '');
  return path === '' || /\s/.test(path) ? undefined : `${address[1]!.toLowerCase()}/${path}`;
}
