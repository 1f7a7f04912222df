import { lowestVersion } from './lowest-version.ts';
import { isVersion, splitName } from './names.ts';

/** A package that a specifier of Deno names. */
export interface SpecifiedPackage {
  /** purl type: `npm`; `jsr` for jsr.io; `generic` for modules of deno.land, which no registry of packages has. */
  readonly type: 'npm' | 'jsr' | 'generic';
  readonly name: string;
  readonly version: string;
}

/**
 * What `npm:chalk@5`, `jsr:@std/path@^1` or the address of a module names (docs.deno.com/runtime/fundamentals/modules).
 * Of a range of npm the lowest version is told; one of JSR stays as it is. Undefined without a version, and for
 * addresses whose form does not tell a package.
 */
export function specifiedPackage(specifier: string): SpecifiedPackage | undefined {
  if (specifier.length > 2000) return undefined;
  if (specifier.startsWith('npm:')) return ofNpm(specifier.slice(specifier.startsWith('npm:/') ? 5 : 4));
  if (specifier.startsWith('jsr:')) return ofJsr(specifier.slice(specifier.startsWith('jsr:/') ? 5 : 4));
  return specifier.startsWith('https://') ? ofAddress(specifier.slice('https://'.length)) : undefined;
}

function ofNpm(text: string): SpecifiedPackage | undefined {
  const split = splitName(withoutPath(text));
  const version = split === undefined ? undefined : lowestVersion(split.rest);
  return split === undefined || version === undefined ? undefined : { type: 'npm', name: split.name, version };
}

function ofJsr(text: string): SpecifiedPackage | undefined {
  const split = splitName(withoutPath(text));
  return split?.name.startsWith('@') === true && /^[~^]?\d[\w.+-]*$/.test(split.rest)
    ? { type: 'jsr', name: split.name, version: split.rest }
    : undefined;
}

/** `@scope/name@1/sub/path` without the path. */
function withoutPath(text: string): string {
  const parts = text.split('/');
  return parts.slice(0, text.startsWith('@') ? 2 : 1).join('/');
}

/** Hosts that serve the packages of npm, with what may stand before the name. */
const npmHosts: ReadonlyMap<string, RegExp> = new Map([
  ['esm.sh', /^(?:(?:v\d+|stable|gh|pr)\/)?\*?/],
  ['unpkg.com', /^/],
  ['cdn.skypack.dev', /^/],
  ['cdn.jsdelivr.net', /^npm\//],
  ['esm.run', /^/],
  ['ga.jspm.io', /^npm:/],
]);

function ofAddress(text: string): SpecifiedPackage | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const host = text.slice(0, slash);
  const path = text.slice(slash + 1).split(/[?#]/, 1)[0]!;
  if (host === 'deno.land') {
    const found = /^(std|x\/\w[\w-]*)@v?([^/]+)\//.exec(path);
    if (found === null || !isVersion(found[2]!)) return undefined;
    return { type: 'generic', name: `deno.land/${found[1]}`, version: found[2]! };
  }
  if (host === 'jsr.io') {
    const found = /^(@[\w-]+\/[\w-]+)\/([^/]+)\//.exec(path);
    return found === null || !isVersion(found[2]!) ? undefined : { type: 'jsr', name: found[1]!, version: found[2]! };
  }
  const before = npmHosts.get(host)?.exec(path);
  if (before === undefined || before === null) return undefined;
  const split = splitName(withoutPath(path.slice(before[0].length)));
  const version = split?.rest.split('&', 1)[0] ?? '';
  return split === undefined || !isVersion(version) ? undefined : { type: 'npm', name: split.name, version };
}
