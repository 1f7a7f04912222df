/**
 * Percent-encodes a purl component (purl specification, section "Character encoding"). Halves of characters, which a JSON
 * text can have, are no characters and cannot be encoded.
 */
function encode(text: string): string {
  if (/^[\w.~:-]*$/.test(text)) return text;
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}

/**
 * Writes a package URL: `pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64&distro=debian-12`.
 * Qualifiers are sorted by key; empty ones are left out. A namespace may have several parts, divided by slashes.
 */
export function formatPurl(
  type: string,
  namespace: string | undefined,
  name: string,
  version: string,
  qualifiers: Readonly<Record<string, string | undefined>> = {},
): string {
  // An image has tens of thousands of packages: what is made in between counts.
  let purl = `pkg:${type}/`;
  if (namespace !== undefined && namespace !== '') {
    for (const part of namespace.split('/')) if (part !== '') purl += `${encode(part)}/`;
  }
  purl += encode(name);
  if (version !== '') purl += `@${encode(version)}`;
  const keys = Object.keys(qualifiers).filter((key) => (qualifiers[key] ?? '') !== '');
  if (keys.length > 1) keys.sort();
  for (const [index, key] of keys.entries()) {
    purl += `${index === 0 ? '?' : '&'}${key}=${encode(qualifiers[key] as string)}`;
  }
  return purl;
}

/** What a package is called, as far as its package URL tells. */
export interface NamedPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly arch?: string;
  /** What its type asks for besides. */
  readonly qualifiers?: Readonly<Record<string, string>>;
  /** Where it is no part of the name. */
  readonly namespace?: string;
}

/**
 * The package URL of a package, by the rules of its type (purl specification, "types"): the scope of npm, the group of
 * maven, the vendor of composer and all but the last part of a Go module's path are its namespace.
 * @param distribution the one whose package it is
 */
export function packagePurl(
  { type, name, version, arch, qualifiers, namespace }: NamedPackage,
  distribution?: { readonly id: string; readonly version: string },
): string {
  if (distribution !== undefined) {
    const distro = `${distribution.id}-${distribution.version}`;
    return formatPurl(type, distribution.id, name, version, { arch, distro });
  }
  const split: SplitName = nameRules.get(type)?.(name) ?? {
    name,
    ...(namespace === undefined ? vendorOf(type, qualifiers) : { namespace }),
  };
  const purl = formatPurl(type, split.namespace, split.name, version, { ...qualifiers, arch });
  return split.subpath === undefined ? purl : `${purl}#${split.subpath.split('/').map(encode).join('/')}`;
}

/** The namespace of a package of a distribution that is not the image's: its `distro` without the version. */
function vendorOf(type: string, qualifiers: NamedPackage['qualifiers']): { readonly namespace?: string } {
  const distro = qualifiers?.['distro'];
  if (distro === undefined || !['alpm', 'apk', 'deb', 'rpm'].includes(type)) return {};
  return { namespace: distro.replace(/-[\d.]*$/, '') };
}

/**
 * A package URL without the author of a distribution of CPAN: its type asks for one, and few files tell it. A name is that of
 * one distribution, whoever published the last version.
 */
export function withoutAuthor(purl: string): string {
  return purl.replace(/^pkg:cpan\/[^/@?#]+\/(?=[^/@?#])/, 'pkg:cpan/');
}

/** A name as pypi.org compares it (PEP 503). */
export function pypiName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

interface SplitName {
  readonly namespace?: string;
  readonly name: string;
  readonly subpath?: string;
}

/** How the names of a type are divided and spelt. Those of a type that is not here are one part, as they are. */
const nameRules: ReadonlyMap<string, (name: string) => SplitName> = new Map<string, (name: string) => SplitName>([
  ['brew', (name: string) => splitLast(name, '/')],
  // A part of a pod (a subspec) is its subpath.
  ['cocoapods', splitFirst],
  ['composer', (name: string) => splitLast(name.toLowerCase(), '/')],
  ['generic', (name: string) => splitLast(name, '/')],
  // "Lower-cased", says the specification, and "case-sensitive"; only as it is written the path leads to the module.
  ['golang', (name: string) => splitLast(name, '/')],
  ['huggingface', (name: string) => splitLast(name, '/')],
  ['luarocks', (name: string) => splitLast(name.toLowerCase(), '/')],
  ['maven', (name: string) => splitLast(name, ':')],
  ['npm', (name: string) => splitLast(name, '/')],
  ['pear', (name: string) => splitLast(name, '/')],
  ['pypi', (name: string) => ({ name: pypiName(name) })],
  ['swift', (name: string) => splitLast(name, '/')],
]);

function splitFirst(name: string): SplitName {
  const at = name.indexOf('/');
  return at <= 0 || at === name.length - 1 ? { name } : { name: name.slice(0, at), subpath: name.slice(at + 1) };
}

function splitLast(text: string, by: '/' | ':'): SplitName {
  const at = text.lastIndexOf(by);
  return at <= 0 || at === text.length - 1
    ? { name: text }
    : { namespace: text.slice(0, at), name: text.slice(at + 1) };
}
