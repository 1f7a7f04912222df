import { FormatError } from '../../errors.ts';
import { parseJson } from '../parse-json.ts';
import { asList, asRecord, asText, ownValue } from '../record.ts';

/** A package as Composer writes it. */
export interface ComposerPackage {
  /** `vendor/name`, as written. */
  readonly name: string;
  /** As written: also with a `v` in front, and `dev-BRANCH`. */
  readonly version: string;
  readonly licences: readonly string[];
  /** Names of the packages it needs, sorted; what it needs of PHP itself is left out. */
  readonly requires: readonly string[];
  /** It is there for development only. */
  readonly development: boolean;
  /** SHA-1 of its archive, hex, where the archive's host tells one. */
  readonly sha1?: string;
}

export interface ComposerPackages {
  readonly packages: readonly ComposerPackage[];
  /** Entries without a name or a version, which Composer does not write. */
  readonly unreadable: number;
}

const MAX_PACKAGES = 200_000;

/**
 * Reads `vendor/composer/installed.json`: a list (Composer 1), or an object with `packages` and `dev-package-names` (2).
 * Source: getcomposer.org/doc, src/Composer/Repository/FilesystemRepository.php.
 * @throws FormatError for what is no JSON, or another
 */
export function parseComposerInstalled(text: string): ComposerPackages {
  const root = parseJson(text);
  const record = asRecord(root);
  const packages = record === undefined ? root : ownValue(record, 'packages');
  if (!Array.isArray(packages)) throw new FormatError('it has no list of packages');
  const development = new Set(asList(record && ownValue(record, 'dev-package-names')));
  const collected = new Collected();
  for (const entry of packages) collected.add(entry, (name) => development.has(name));
  return collected.done();
}

/**
 * Reads `composer.lock`.
 * Source: getcomposer.org/doc/01-basic-usage.md, src/Composer/Package/Locker.php.
 * @throws FormatError for what is no JSON, or another
 */
export function parseComposerLock(text: string): ComposerPackages {
  const root = asRecord(parseJson(text));
  const packages = root && ownValue(root, 'packages');
  const development = root && ownValue(root, 'packages-dev');
  if (!Array.isArray(packages) && !Array.isArray(development)) throw new FormatError('it has no list of packages');
  const collected = new Collected();
  for (const entry of asList(packages)) collected.add(entry, () => false);
  for (const entry of asList(development)) collected.add(entry, () => true);
  return collected.done();
}

class Collected {
  readonly #packages: ComposerPackage[] = [];
  #unreadable = 0;

  add(entry: unknown, isDevelopment: (name: string) => boolean): void {
    const record = asRecord(entry);
    const name = asText(record && ownValue(record, 'name'));
    const version = asText(record && ownValue(record, 'version'));
    if (record === undefined || name === undefined || version === undefined) {
      this.#unreadable++;
      return;
    }
    if (this.#packages.length >= MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
    const sha1 = shasum(ownValue(record, 'dist'));
    this.#packages.push({
      name,
      version,
      licences: licences(ownValue(record, 'license')),
      requires: requires(ownValue(record, 'require')),
      development: isDevelopment(name),
      ...(sha1 !== undefined && { sha1 }),
    });
  }

  done(): ComposerPackages {
    return { packages: this.#packages, unreadable: this.#unreadable };
  }
}

function licences(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((one) => asText(one)).filter((one) => one !== undefined);
}

/** PHP, its extensions and libraries, and Composer's own interfaces have names without a vendor. */
function requires(value: unknown): readonly string[] {
  return Object.keys(asRecord(value) ?? {})
    .filter((name) => name.includes('/'))
    .sort();
}

function shasum(dist: unknown): string | undefined {
  const record = asRecord(dist);
  const digest = asText(record && ownValue(record, 'shasum'));
  return digest !== undefined && /^[0-9a-f]{40}$/i.test(digest) ? digest.toLowerCase() : undefined;
}
