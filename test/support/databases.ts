/** A package of a dpkg or apk database, as far as tests vary it. */
export interface DatabasePackage {
  readonly name: string;
  readonly version: string;
  /** Default: `amd64` for dpkg, `x86_64` for apk. */
  readonly arch?: string;
  /** Source package of dpkg (`glibc`, or `gcc-12 (12.2.0-14)` where the version differs); origin of apk. */
  readonly source?: string;
  /** Default: `install ok installed`. */
  readonly status?: string;
  readonly maintainer?: string;
  readonly license?: string;
  /** First line of the description. */
  readonly description?: string;
  /** Absolute paths without the leading slash; apk keeps them in the database, dpkg in info/NAME.list. */
  readonly files?: readonly string[];
  /** Further lines of the paragraph, as they are. */
  readonly extra?: readonly string[];
}

/** Text of var/lib/dpkg/status (dpkg manual, deb822(7) and dpkg-query(1)). */
export function dpkgStatus(packages: readonly DatabasePackage[]): string {
  return packages
    .map((pkg) =>
      [
        `Package: ${pkg.name}`,
        `Status: ${pkg.status ?? 'install ok installed'}`,
        'Priority: optional',
        'Section: misc',
        'Installed-Size: 100',
        `Maintainer: ${pkg.maintainer ?? 'Example Maintainers <maintainers@example.org>'}`,
        `Architecture: ${pkg.arch ?? 'amd64'}`,
        ...(pkg.source === undefined ? [] : [`Source: ${pkg.source}`]),
        `Version: ${pkg.version}`,
        ...(pkg.extra ?? []),
        `Description: ${pkg.description ?? 'a package of the tests'}`,
        ' A longer text follows.',
        ' .',
        ' It goes on after an empty line.',
        '',
        '',
      ].join('\n'),
    )
    .join('');
}

function apkFileLines(files: readonly string[]): string[] {
  const lines: string[] = [];
  let folder: string | undefined;
  for (const file of files) {
    const slash = file.lastIndexOf('/');
    const parent = slash < 0 ? '' : file.slice(0, slash);
    if (parent !== folder) lines.push(`F:${parent}`);
    folder = parent;
    lines.push(`R:${file.slice(slash + 1)}`, 'a:0:0:755', 'Z:Q1rDD0DZ1zWvrgvUtwfV2DzBxGhtY=');
  }
  return lines;
}

/** Text of lib/apk/db/installed (Alpine wiki, "Apk spec", installed database V2). */
export function apkInstalled(packages: readonly DatabasePackage[]): string {
  return packages
    .map((pkg) =>
      [
        'C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=',
        `P:${pkg.name}`,
        `V:${pkg.version}`,
        `A:${pkg.arch ?? 'x86_64'}`,
        'S:1000',
        'I:4096',
        `T:${pkg.description ?? 'a package of the tests'}`,
        'U:https://example.org/',
        `L:${pkg.license ?? 'MIT'}`,
        `o:${pkg.source ?? pkg.name}`,
        `m:${pkg.maintainer ?? 'Example Maintainer <maintainer@example.org>'}`,
        't:1700000000',
        'c:0123456789abcdef0123456789abcdef01234567',
        ...(pkg.extra ?? []),
        ...apkFileLines(pkg.files ?? []),
        '',
        '',
      ].join('\n'),
    )
    .join('');
}
