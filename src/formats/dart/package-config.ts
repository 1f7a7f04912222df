import { FormatError } from '../../errors.ts';
import { parseJson } from '../parse-json.ts';
import { asList, asRecord, asText, type JsonRecord } from '../record.ts';

/** A package that Dart resolved for a project. */
export interface ResolvedDartPackage {
  readonly name: string;
  /** Empty where the file does not tell it. */
  readonly version: string;
  /** It is the project itself. */
  readonly isProject: boolean;
  readonly requires: readonly string[];
}

const MAX_PACKAGES = 100_000;

/**
 * Reads `.dart_tool/package_config.json`, version 2 (dart-lang/language, "Dart Package Configuration File v2"), which says in
 * which folder each package stands. Those in the cache of pub have their version in the folder's name: `hosted/HOST/args-2.4.2`.
 * @throws FormatError where it is no such file
 */
export function parsePackageConfig(text: string): readonly ResolvedDartPackage[] {
  const found: ResolvedDartPackage[] = [];
  for (const record of packagesOf(text)) {
    const name = asText(record['name']);
    const root = asText(record['rootUri'], 4096);
    if (name === undefined || root === undefined) continue;
    const folder = root.replace(/\/$/, '').split('/');
    const last = decoded(folder.at(-1) ?? '');
    const isHosted = folder.at(-3) === 'hosted' && last.startsWith(`${name}-`);
    found.push({ name, version: isHosted ? last.slice(name.length + 1) : '', isProject: last === '..', requires: [] });
  }
  return found;
}

/**
 * Reads `.dart_tool/package_graph.json` (Dart 3.8, pub's `package_graph.dart`): packages with versions and what they need.
 * @throws FormatError where it is no such file
 */
export function parsePackageGraph(text: string): readonly ResolvedDartPackage[] {
  const roots = new Set(asList(rootOf(text)['roots']));
  const found: ResolvedDartPackage[] = [];
  for (const record of packagesOf(text)) {
    const name = asText(record['name']);
    if (name === undefined) continue;
    const requires = asList(record['dependencies'])
      .map((one) => asText(one))
      .filter((one) => one !== undefined);
    found.push({ name, version: asText(record['version']) ?? '', isProject: roots.has(name), requires });
  }
  return found;
}

function rootOf(text: string): JsonRecord {
  const root = asRecord(parseJson(text));
  if (root === undefined || !Object.hasOwn(root, 'packages')) throw new FormatError('it has no list of packages');
  return root;
}

function packagesOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  const { packages } = rootOf(text);
  if (!Array.isArray(packages)) throw new FormatError('it has no list of packages');
  if (packages.length > MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
  return packages.flatMap((one: unknown) => {
    const record = asRecord(one);
    return record === undefined ? [] : [record];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
