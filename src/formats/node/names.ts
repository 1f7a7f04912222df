/** Characters of a name that are kept; npm allows 214, and has older ones that are longer. */
const MAX_NAME = 400;

/**
 * Whether a text can be the name of a package: `lodash`, `@babel/core`, and the older forms with capitals and other signs
 * that a URL can have (validate-npm-package-name, "validForOldPackages"). What a template leaves to be filled in cannot.
 */
export function isPackageName(text: unknown): text is string {
  return typeof text === 'string' && text.length <= MAX_NAME && NAME.test(text);
}

const NAME = /^(?:@[\w.!~*'()-]+\/)?[\w!~*'()-][\w.!~*'()-]*$/;

/** A package and what is said of it behind an `@`. */
export interface NameAndRest {
  readonly name: string;
  /** '' where nothing is said. */
  readonly rest: string;
}

/**
 * Splits `@scope/name@rest`, as descriptors and locators of lockfiles are written. Undefined where there is no name that
 * could be one.
 */
export function splitName(text: string): NameAndRest | undefined {
  const at = text.indexOf('@', 1);
  const name = at < 0 ? text : text.slice(0, at);
  return isPackageName(name) ? { name, rest: at < 0 ? '' : text.slice(at + 1) } : undefined;
}

/**
 * The package that a dependency means: that of an alias (`"cjs": "npm:string-width@^4"` is string-width), or else its
 * own name (npm documentation, "package-spec", Aliases).
 */
export function dependencyName(key: string, wanted: unknown): string {
  return (aliased(wanted) ?? { name: key }).name;
}

/** What `npm:NAME@RANGE` says. Undefined for what is no alias: `npm:^1.0.0` of Yarn is a plain range. */
export function aliased(wanted: unknown): NameAndRest | undefined {
  if (typeof wanted !== 'string' || !wanted.startsWith('npm:')) return undefined;
  const rest = wanted.slice(4);
  if (/^[\d^~<>=*v]/.test(rest) && !rest.includes('@', 1)) return undefined;
  return splitName(rest);
}

/** Names of all that members of JSON objects say is needed, aliases resolved, each once and sorted. */
export function dependencyNames(...lists: readonly unknown[]): readonly string[] | undefined {
  const names = new Set<string>();
  for (const list of lists) {
    if (typeof list !== 'object' || list === null || Array.isArray(list)) continue;
    for (const [key, wanted] of Object.entries(list)) {
      const name = dependencyName(key, wanted);
      if (isPackageName(name)) names.add(name);
    }
  }
  return names.size === 0 ? undefined : [...names].sort();
}

/**
 * A version without what npm takes away before it compares: blanks around it, `=` and `v` before the number
 * (normalize-package-data, "version"). '' for what is no text.
 */
export function cleanVersion(version: unknown): string {
  return typeof version === 'string' ? version.trim().replace(/^[=v]+\s*(?=\d)/, '') : '';
}

/** Whether a text is a version and not a range, a tag or a URL. */
export function isVersion(text: string): boolean {
  return text.length <= 400 && VERSION.test(text);
}

const VERSION = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;
