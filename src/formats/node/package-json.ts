import { FormatError } from '../../errors.ts';
import type { Hashes } from '../../model/package.ts';
import { asList, asRecord, asText, type JsonRecord } from '../record.ts';
import { integrityHashes } from './integrity.ts';
import { aliased, cleanVersion, dependencyNames, isPackageName } from './names.ts';

/** Ranges of one package.json that are kept. */
const MAX_WANTED = 2000;

/** What a package.json says of the package that it describes. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly licences: readonly string[];
  /** Names of what it needs, optional things included. */
  readonly requires?: readonly string[];
  /** Digests of the archive it came as, which npm before version 7 wrote into it. */
  readonly hashes?: Hashes;
  /** No registry takes it: the program of somebody, under a name that may be another's in the registry. */
  readonly isPrivate: boolean;
  /** It is for an editor or an engine with a registry of its own. */
  readonly isForeign: boolean;
  /** What it wants to have for use: name and range as written. */
  readonly wanted: readonly { readonly name: string; readonly range: string }[];
}

/**
 * Reads a package.json (docs.npmjs.com/cli/configuring-npm/package-json). Fields of a wrong type count as absent.
 * @returns undefined for one that has no name or no version: `{"type": "module"}` marks a folder, and is no package
 * @throws FormatError for what is no JSON object
 */
export function parsePackageJson(text: string): PackageJson | undefined {
  const record = parseObject(text);
  const name = record['name'];
  const version = cleanVersion(record['version']);
  if (!isPackageName(name) || version === '') return undefined;
  const requires = dependencyNames(record['dependencies'], record['optionalDependencies']);
  const hashes = integrityHashes(record['_integrity']);
  return {
    name,
    version,
    licences: licencesOf(record),
    ...(requires !== undefined && { requires }),
    ...(hashes !== undefined && { hashes }),
    isPrivate: record['private'] === true,
    isForeign: isForeign(record),
    // Of installed packages nobody asks.
    get wanted() {
      return wantedOf(record['dependencies']);
    },
  };
}

/**
 * The name in a package.json that tells no version, which no package manager installs: undefined where it has none either,
 * and is no package then.
 * @throws FormatError for what is no JSON object
 */
export function nameWithoutVersion(text: string): string | undefined {
  const { name, version } = parseObject(text);
  return isPackageName(name) && cleanVersion(version) === '' ? name : undefined;
}

function parseObject(text: string): JsonRecord {
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    throw new FormatError(text.trim() === '' ? 'it is empty' : 'it is no valid JSON', { cause: error });
  }
  const record = asRecord(value);
  if (record === undefined) throw new FormatError('it is no JSON object');
  return record;
}

/** `license` and `licenses`, each a text, an object with a `type` or a list of either: npm had all of these. */
export function licencesOf(record: JsonRecord): readonly string[] {
  const found = new Set<string>();
  for (const value of [record['license'], record['licenses'], record['licence']]) {
    for (const one of Array.isArray(value) ? asList(value).slice(0, 50) : [value]) {
      const text = asText(one) ?? asText(asRecord(one)?.['type']) ?? asText(asRecord(one)?.['name']);
      if (text !== undefined) found.add(text.trim());
    }
  }
  return [...found];
}

/** Extensions of Visual Studio Code (code.visualstudio.com/api/references/extension-manifest) and packages of Unity. */
function isForeign(record: JsonRecord): boolean {
  const engines = asRecord(record['engines']);
  return (
    (engines !== undefined && Object.hasOwn(engines, 'vscode')) ||
    asRecord(record['contributes']) !== undefined ||
    asText(record['unity']) !== undefined
  );
}

function wantedOf(dependencies: unknown): PackageJson['wanted'] {
  const wanted: { name: string; range: string }[] = [];
  for (const [key, value] of Object.entries(asRecord(dependencies) ?? {})) {
    const range = asText(value);
    if (range === undefined) continue;
    const other = aliased(range);
    const name = other?.name ?? key;
    if (isPackageName(name) && wanted.length < MAX_WANTED) wanted.push({ name, range: other?.rest ?? range });
  }
  return wanted;
}
