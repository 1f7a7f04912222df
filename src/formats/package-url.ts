/** What a package URL says (github.com/package-url/purl-spec). */
export interface PackageUrl {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers: ReadonlyMap<string, string>;
  readonly subpath?: string;
}

/** Reads a package URL; undefined for a text that is none. Parts that are badly encoded are taken as they stand. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  if (!text.startsWith('pkg:')) return undefined;
  const hash = text.indexOf('#');
  const rest = text.slice(4, hash < 0 ? undefined : hash);
  const question = rest.indexOf('?');
  const path = (question < 0 ? rest : rest.slice(0, question)).replace(/^\/+/, '');
  const at = versionMark(path);
  const hasVersion = at > 0;
  const parts = (hasVersion ? path.slice(0, at) : path).split('/').filter((part) => part !== '');
  const [type, ...names] = parts;
  const name = names.pop();
  if (type === undefined || name === undefined) return undefined;
  const qualifiers = new Map<string, string>();
  for (const pair of question < 0 ? [] : rest.slice(question + 1).split('&')) {
    const equals = pair.indexOf('=');
    if (equals > 0) qualifiers.set(pair.slice(0, equals).toLowerCase(), decode(pair.slice(equals + 1)));
  }
  return {
    type: type.toLowerCase(),
    name: decode(name),
    qualifiers,
    ...(names.length > 0 && { namespace: names.map(decode).join('/') }),
    ...(hasVersion && at < path.length - 1 && { version: decode(path.slice(at + 1)) }),
    ...(hash >= 0 && hash < text.length - 1 && { subpath: decode(text.slice(hash + 1)) }),
  };
}

/**
 * Where the version begins: at the last `@`, whatever follows it (purl specification, "How to parse"), but a scoped name
 * begins with an unencoded one in some.
 */
function versionMark(path: string): number {
  let at = path.lastIndexOf('@');
  while (at > 0 && path[at - 1] === '/') at = path.lastIndexOf('@', at - 1);
  return at;
}

/**
 * The name of the package as advisories have it, by the rules of its type: `@scope/name` (npm), `group:artifact` (maven),
 * `vendor/name` (composer), the path of a Go module, `Pod/Part` (cocoapods). The namespace of a distribution's package is the distribution,
 * that of a package of CPAN its author.
 */
export function packageName({ type, namespace, name, subpath }: PackageUrl): string {
  if (type === 'cocoapods' && subpath !== undefined) return `${name}/${subpath}`;
  if (namespace === undefined || type === 'cpan' || ofDistributions.has(type)) return name;
  return `${namespace}${type === 'maven' ? ':' : '/'}${name}`;
}

/** purl types of packages of distributions. */
export const ofDistributions: ReadonlySet<string> = new Set(['alpm', 'apk', 'cos', 'deb', 'ebuild', 'opkg', 'rpm']);

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
