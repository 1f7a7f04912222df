import { FormatError } from '../../errors.ts';
import { readControlFields } from '../control-fields.ts';
import { parseJson } from '../parse-json.ts';
import { asList, asRecord, asText, type JsonRecord, ownValue } from '../record.ts';

/** A port of vcpkg. */
export interface VcpkgPort {
  readonly name: string;
  /** Empty where a manifest wants any. */
  readonly version: string;
  /** How often the port was changed since that version; absent for 0. */
  readonly portVersion?: string;
  readonly licences: readonly string[];
  /** Names of the ports it needs, sorted. */
  readonly requires: readonly string[];
  /** A feature of the manifest's wants it, and not the manifest itself. */
  readonly group?: 'optional';
}

/** What a `vcpkg.json` says. */
export interface VcpkgManifest {
  /** Absent where the manifest has no name. */
  readonly own?: VcpkgPort;
  readonly wanted: readonly VcpkgPort[];
}

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const MAX_PORTS = 100_000;

/**
 * Reads `vcpkg/status`, the database of what vcpkg installed: stanzas as dpkg writes them, one a port and one a feature of it
 * (learn.microsoft.com/vcpkg, "vcpkg list"; vcpkg-tool, statusparagraph.cpp).
 * @throws FormatError for more ports than there can be
 */
export function parseVcpkgStatus(text: string): readonly VcpkgPort[] {
  return readControlFields(text).flatMap((fields): VcpkgPort[] => {
    const name = fields.get('Package') ?? '';
    const version = fields.get('Version') ?? '';
    const isThere = fields.get('Status')?.endsWith(' installed') === true;
    if (!isThere || fields.has('Feature') || !NAME.test(name) || version === '') return [];
    return [port(name, version, fields.get('Port-Version'), [], needsOf(fields.get('Depends')))];
  });
}

/**
 * Reads `share/NAME/vcpkg.spdx.json`, which vcpkg writes beside each port that it installs (SPDX 2.2, where the port is
 * `SPDXRef-port`).
 * @throws FormatError for another file
 */
export function parseVcpkgSpdx(text: string): VcpkgPort {
  const root = asRecord(parseJson(text));
  const found = asList(root && ownValue(root, 'packages'))
    .map(asRecord)
    .find((one) => one !== undefined && ownValue(one, 'SPDXID') === 'SPDXRef-port');
  const name = found && asText(ownValue(found, 'name'));
  const info = found && asText(ownValue(found, 'versionInfo'));
  if (found === undefined || name === undefined || info === undefined || !NAME.test(name)) {
    throw new FormatError('it names no port of vcpkg');
  }
  const licence = asText(ownValue(found, 'licenseConcluded'), 200) ?? 'NOASSERTION';
  const { version, portVersion } = splitVersion(info);
  return port(name, version, portVersion, licence === 'NOASSERTION' || licence === 'NONE' ? [] : [licence], []);
}

/**
 * Reads `vcpkg.json` (learn.microsoft.com/vcpkg/reference/vcpkg-json).
 * @throws FormatError for what is no JSON, or no object
 */
export function parseVcpkgManifest(text: string): VcpkgManifest {
  const root = asRecord(parseJson(text));
  if (root === undefined) throw new FormatError('it is no manifest of vcpkg');
  const wanted = new Map<string, VcpkgPort>();
  const own = asText(ownValue(root, 'name'));
  for (const one of dependenciesOf(root)) wanted.set(one.name, one);
  for (const feature of featuresOf(root)) {
    for (const one of dependenciesOf(feature)) {
      // A feature that needs another one names the manifest itself.
      if (one.name !== own && !wanted.has(one.name)) wanted.set(one.name, { ...one, group: 'optional' });
      if (wanted.size > MAX_PORTS) throw new FormatError(`it has more than ${MAX_PORTS} dependencies`);
    }
  }
  for (const override of asList(ownValue(root, 'overrides')).map(asRecord)) {
    const name = override && asText(ownValue(override, 'name'));
    const version = override && versionOf(override);
    // An override asks for nothing: it decides the version of what something else asks for.
    if (override === undefined || name === undefined || version === undefined || !wanted.has(name)) continue;
    const { group } = wanted.get(name) ?? {};
    wanted.set(name, {
      ...port(name, version, portVersionOf(override), [], []),
      ...(group !== undefined && { group }),
    });
  }
  const licence = asText(ownValue(root, 'license'), 200);
  const isNamed = own !== undefined && NAME.test(own);
  const requires = [...wanted.values()].flatMap(({ name, group }) => (group === undefined ? [name] : [])).sort();
  return {
    ...(isNamed && {
      own: port(own, versionOf(root) ?? '', portVersionOf(root), licence === undefined ? [] : [licence], requires),
    }),
    wanted: [...wanted.values()],
  };
}

function dependenciesOf(record: JsonRecord): readonly VcpkgPort[] {
  const dependencies = asList(ownValue(record, 'dependencies'));
  if (dependencies.length > MAX_PORTS) throw new FormatError(`it has more than ${MAX_PORTS} dependencies`);
  return dependencies.flatMap((dependency) => {
    const one = asRecord(dependency) ?? { name: dependency };
    const name = asText(ownValue(one, 'name'));
    if (name === undefined || !NAME.test(name)) return [];
    const minimum = asText(ownValue(one, 'version>='));
    return [port(name, minimum === undefined ? '' : `>=${minimum}`, undefined, [], [])];
  });
}

/** An object by their names; a list in manifests of old. */
function featuresOf(root: JsonRecord): readonly JsonRecord[] {
  const features = ownValue(root, 'features');
  const all: readonly unknown[] = Array.isArray(features) ? features : Object.values(asRecord(features) ?? {});
  return all.flatMap((one): JsonRecord[] => {
    const feature = asRecord(one);
    return feature === undefined ? [] : [feature];
  });
}

function versionOf(record: JsonRecord): string | undefined {
  const keys = ['version', 'version-semver', 'version-date', 'version-string'];
  const text = keys.map((key) => asText(ownValue(record, key), 200)).find((one) => one !== undefined);
  return text === undefined ? undefined : splitVersion(text).version;
}

function portVersionOf(record: JsonRecord): string | undefined {
  const value = ownValue(record, 'port-version');
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

/** `1.2.3#4`: the version of the port stands behind the number sign. */
function splitVersion(text: string): { readonly version: string; readonly portVersion?: string } {
  const [, version, portVersion] = /^([^#]{1,900})#(\d{1,9})$/.exec(text) ?? [];
  return version === undefined || portVersion === undefined ? { version: text } : { version, portVersion };
}

function port(
  name: string,
  version: string,
  portVersion: string | undefined,
  licences: readonly string[],
  requires: readonly string[],
): VcpkgPort {
  const isTold = portVersion !== undefined && /^[1-9]\d{0,8}$/.test(portVersion);
  return { name, version, ...(isTold && { portVersion }), licences, requires };
}

/** `vcpkg-cmake:x64-linux, zlib`. */
function needsOf(list = ''): readonly string[] {
  const names = list.split(',').map((one) => one.split(/[:[(]/, 1)[0]!.trim());
  return [...new Set(names.filter((one) => NAME.test(one)))].sort();
}
