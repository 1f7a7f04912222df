import { formatPurl } from '../../model/purl.ts';
import type { SbomComponent } from '../bom/document.ts';
import { hashesOf } from '../bom/hashes.ts';
import { sbomText as text } from '../bom/text.ts';
import { asList, asRecord, type JsonRecord } from '../record.ts';

/** A member of `Results` as far as it says what its packages are. */
export interface TrivyResult {
  readonly index: number;
  /** Image and distribution, a path, or the name of a language. */
  readonly target: string;
  /** `os-pkgs`, `lang-pkgs` ... */
  readonly class: string;
  /** Of a distribution, a lockfile or what is installed: `debian`, `npm`, `node-pkg`. */
  readonly type: string;
}

/** What `Type` means for package URLs, for reports of versions that wrote none (before 0.48). */
const types: ReadonlyMap<string, string> = new Map(
  Object.entries({
    apk: ['alpine', 'chainguard', 'wolfi'],
    deb: ['debian', 'ubuntu'],
    rpm: ['alma', 'amazon', 'azurelinux', 'cbl-mariner', 'centos', 'fedora', 'oracle', 'photon', 'redhat', 'rocky'],
    cargo: ['cargo', 'rustbinary', 'rust-binary'],
    cocoapods: ['cocoapods'],
    composer: ['composer', 'composer-vendor'],
    conan: ['conan'],
    gem: ['bundler', 'gemspec'],
    golang: ['gobinary', 'gomod'],
    hex: ['hex'],
    maven: ['gradle', 'jar', 'pom', 'sbt'],
    npm: ['bun', 'node-pkg', 'npm', 'pnpm', 'yarn'],
    nuget: ['dotnet-core', 'nuget', 'nuget-config', 'packages-props'],
    pub: ['pub'],
    pypi: ['pip', 'pipenv', 'poetry', 'pylock', 'python-pkg', 'uv'],
    swift: ['swift'],
  }).flatMap(([purl, names]) => names.map((name): [string, string] => [name, purl])),
);

/** Results that gather packages of many places, each with its own. */
const gathered: ReadonlySet<string> = new Set(['conda-pkg', 'gemspec', 'jar', 'node-pkg', 'python-pkg']);

/** A member of `Packages`; undefined where it has no name. */
export function packageFrom(record: JsonRecord, result: TrivyResult): SbomComponent | undefined {
  const name = text(record['Name']);
  if (name === undefined) return undefined;
  const version = versionOf(record);
  const id = text(record['ID']);
  const layer = text(asRecord(record['Layer'])?.['DiffID']);
  const hashes = hashesOf([digestOf(record['Digest'])], 'cycloneDx');
  const path = text(record['FilePath']) ?? placeOf(result);
  const epoch = record['SrcEpoch'];
  const pairs: [string, string | undefined][] = [
    ['SrcName', text(record['SrcName'])],
    ['SrcVersion', text(record['SrcVersion'])],
    ['SrcRelease', text(record['SrcRelease'])],
    ['SrcEpoch', Number.isSafeInteger(epoch) ? String(epoch) : undefined],
    ['Modularitylabel', text(record['Modularitylabel'])],
    ['LayerDiffID', layer],
  ];
  return {
    ...(id !== undefined && { ref: `${result.index}/${id}` }),
    ...common(name, version, asRecord(record['Identifier']), result),
    licences: asList(record['Licenses']).flatMap((one) => text(one) ?? []),
    ...(hashes !== undefined && { hashes }),
    locations: path === undefined ? [] : [path],
    properties: new Map(
      pairs.flatMap(([key, value]) => (value === undefined ? [] : [[`aquasecurity:trivy:${key}`, [value]]])),
    ),
  };
}

/** The package that a member of `Vulnerabilities` is about. */
export function vulnerableFrom(record: JsonRecord, result: TrivyResult): SbomComponent | undefined {
  const name = text(record['PkgName']);
  if (name === undefined) return undefined;
  const layer = text(asRecord(record['Layer'])?.['DiffID']);
  const path = text(record['PkgPath']) ?? placeOf(result);
  return {
    ...common(name, text(record['InstalledVersion']), asRecord(record['PkgIdentifier']), result),
    licences: [],
    locations: path === undefined ? [] : [path],
    properties: new Map(layer === undefined ? [] : [['aquasecurity:trivy:LayerDiffID', [layer]]]),
  };
}

function common(
  name: string,
  version: string | undefined,
  identifier: JsonRecord | undefined,
  { type }: TrivyResult,
): Pick<SbomComponent, 'kind' | 'name' | 'version' | 'purl'> {
  const purl = text(identifier?.['PURL']) ?? madePurl(name, version ?? '', type);
  return {
    kind: 'library',
    name,
    ...(version !== undefined && { version }),
    ...(purl !== undefined && { purl }),
  };
}

/** `@scope/name`, `group:artifact` and `vendor/name` are names with a namespace. */
function madePurl(name: string, version: string, type: string): string | undefined {
  const purl = types.get(type);
  if (purl === undefined) return undefined;
  const at = purl === 'maven' ? name.lastIndexOf(':') : name.lastIndexOf('/');
  const isOfDistribution = purl === 'apk' || purl === 'deb' || purl === 'rpm';
  const namespace = isOfDistribution ? type : at > 0 ? name.slice(0, at) : undefined;
  return formatPurl(purl, namespace, isOfDistribution ? name : name.slice(at + 1), version);
}

/** Epoch, version and release, as the distribution writes them in one. */
function versionOf(record: JsonRecord): string | undefined {
  const [version, release, epoch] = [text(record['Version']), text(record['Release']), record['Epoch']];
  if (version === undefined) return undefined;
  const whole = release === undefined ? version : `${version}-${release}`;
  return Number.isSafeInteger(epoch) && (epoch as number) > 0 ? `${epoch}:${whole}` : whole;
}

function placeOf({ class: kind, type, target }: TrivyResult): string | undefined {
  return kind === 'lang-pkgs' && !gathered.has(type) && target !== '' ? target : undefined;
}

/** `sha1:...` */
function digestOf(value: unknown): { readonly algorithm: string | undefined; readonly value: unknown } {
  const [algorithm, digits] = text(value)?.split(':', 2) ?? [];
  return { algorithm: algorithm?.toUpperCase().replace(/^SHA(?=\d)/, 'SHA-'), value: digits };
}
