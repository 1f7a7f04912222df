/** Percent-encodes a purl component (purl specification, section "Character encoding"). */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}

/**
 * Writes a package URL: `pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64&distro=debian-12`.
 * Qualifiers are sorted by key; empty ones are left out.
 */
export function formatPurl(
  type: string,
  namespace: string | undefined,
  name: string,
  version: string,
  qualifiers: Readonly<Record<string, string | undefined>> = {},
): string {
  const path = [namespace, name]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => encode(part as string));
  const query = Object.keys(qualifiers)
    .sort()
    .filter((key) => qualifiers[key] !== undefined && qualifiers[key] !== '')
    .map((key) => `${key}=${encode(qualifiers[key] as string)}`)
    .join('&');
  return `pkg:${type}/${path.join('/')}${version === '' ? '' : `@${encode(version)}`}${query === '' ? '' : `?${query}`}`;
}
