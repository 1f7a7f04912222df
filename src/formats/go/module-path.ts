/**
 * Tells whether a version may be one of a module of that path (go.dev/ref/mod#versions, "Major version suffixes"): a
 * path that ends in `/v2` has versions of 2 alone, one without has 0, 1, and `+incompatible` ones.
 */
export function isModuleVersion(path: string, version: string): boolean {
  const major = /^v(\d+)\.\d+\.\d+(?:-[\w.-]+)?(?:\+(?:incompatible|[\w.-]+))?$/.exec(version)?.[1];
  if (major === undefined || !isModulePath(path)) return false;
  const suffix = path.startsWith('gopkg.in/')
    ? /\.v(\d+)(?:-unstable)?$/.exec(path)
    : /\/v([2-9]|[1-9]\d+)$/.exec(path);
  // A pseudo-version from before its path had the suffix.
  if (version.startsWith('v0.0.0-')) return true;
  if (suffix !== null) return suffix[1] === major;
  return major === '0' || major === '1' || version.endsWith('+incompatible');
}

/** Tells whether a text may be the path of a module, not of a directory or anything else. */
export function isModulePath(text: string): boolean {
  return text.length <= 1000 && /^[\w~][\w.~-]*(?:\/[\w.~-]+)*$/.test(text) && !/(?:^|\/)\.\.?(?:\/|$)/.test(text);
}

/** Tells whether what takes the place of a module is a directory: it begins with `./`, `../`, `/` or a drive. */
export function isDirectory(target: string): boolean {
  return /^(?:\.{1,2}(?:[/\\]|$)|[/\\]|[A-Za-z]:[/\\])/.test(target);
}

/**
 * The digest of a module as hex. `h1:` is SHA-256 over a list of the digests of its files
 * (golang.org/x/mod/sumdb/dirhash, `Hash1`).
 */
export function moduleDigest(sum: string | undefined): string | undefined {
  if (sum === undefined || !/^h1:[A-Za-z0-9+/]{43}=$/.test(sum)) return undefined;
  return Buffer.from(sum.slice(3), 'base64').toString('hex');
}
