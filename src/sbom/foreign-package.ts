import type { SbomComponent } from '../formats/bom/document.ts';
import { ofDistributions, type PackageUrl, packageName, parsePackageUrl } from '../formats/package-url.ts';
import type { Distribution } from '../model/distribution.ts';
import { type Ecosystem, homeOf } from '../model/ecosystem.ts';
import type { LayerRef, Package } from '../model/package.ts';
import { formatPurl } from '../model/purl.ts';
import type { NamedDistributions } from './distribution.ts';

/** What components of others are understood by. */
export interface ForeignContext {
  readonly distribution?: Distribution;
  readonly distributions: NamedDistributions;
  readonly ecosystems: readonly Ecosystem[];
  /** Numbers of layers by their digest. */
  readonly layers: ReadonlyMap<string, number>;
  /** Gets what packages call their release and is not understood, with their number. */
  readonly unknownReleases: Map<string, number>;
}

const TRIVY = 'aquasecurity:trivy:';

/**
 * The package that a component of another tool stands for. Its package URL says what it is; without one, its own words
 * do, and it is of the type `generic`, which nobody watches.
 */
export function foreignPackage(component: SbomComponent, context: ForeignContext): Package {
  const { properties } = component;
  const purl = component.purl === undefined ? undefined : parsePackageUrl(component.purl);
  const trivy = (name: string): string | undefined => properties.get(TRIVY + name)?.[0];
  const type = purl?.type ?? 'generic';
  const name = nameOf(component, purl);
  const version = versionOf(component, purl);
  const arch = purl?.qualifiers.get('arch');
  const source = sourceOf(component, purl, name, version);
  const modularity = trivy('Modularitylabel') ?? purl?.qualifiers.get('rpmmod');
  const distribution = purl === undefined ? undefined : belongsTo(purl, context);
  return {
    name,
    version,
    type,
    purl: purl === undefined ? formatPurl(type, undefined, name, version) : component.purl!,
    ...(arch !== undefined && arch !== '' && { arch }),
    ...(source !== undefined && { source }),
    licences: component.licences,
    ...(component.supplier !== undefined && type === 'rpm' && { vendor: component.supplier }),
    ...(modularity !== undefined && modularity !== '' && { modularity }),
    ...(distribution !== undefined && { distribution: `${distribution.id}:${distribution.version}` }),
    layer: layerOf(properties.get('syft:location:0:layerID')?.[0] ?? trivy('LayerDiffID'), context),
    locations: locationsOf(component),
    ...(component.hashes !== undefined && { hashes: component.hashes }),
    presence: 'present',
  };
}

/** Types whose names have upper case, which package URLs of many tools do not (purl specification, "Known types"). */
const lowered: ReadonlySet<string> = new Set(['golang', 'npm']);

/** That of the package URL, or that of the component where it is the same before it was lower-cased. */
function nameOf({ name: own }: SbomComponent, purl: PackageUrl | undefined): string {
  if (purl === undefined) return own;
  const name = packageName(purl);
  // So cyclonedx-gomod calls the standard library.
  if (purl.type === 'golang' && name === 'std') return 'stdlib';
  return lowered.has(purl.type) && own !== name && own.toLowerCase() === name ? own : name;
}

/** An epoch stands in a qualifier: for Trivy that of a deb, too. For Syft it is in the version of the component as well, for others there alone. */
function versionOf({ version = '', properties }: SbomComponent, purl: PackageUrl | undefined): string {
  const said = purl?.version ?? version;
  if (purl === undefined || !['deb', 'rpm'].includes(purl.type) || /^\d+:/.test(said)) return said;
  const epoch = purl.qualifiers.get('epoch') ?? properties.get(`${TRIVY}SrcEpoch`)?.[0];
  if (epoch === undefined) return EPOCH.exec(version)?.[1] === said ? version : said;
  return epoch === '0' || !/^\d+$/.test(epoch) ? said : `${epoch}:${said}`;
}

/** A version that begins with one; zero is none. */
const EPOCH = /^0*[1-9]\d*:(.+)$/s;

/** `upstream=openssl`, `upstream=openssl@1.1.1`, `upstream=bash-5.1.8-6.el9.src.rpm`, or what Trivy calls `SrcName`. */
function sourceOf(
  { properties }: SbomComponent,
  purl: PackageUrl | undefined,
  name: string,
  version: string,
): Package['source'] {
  const trivy = (key: string): string | undefined => properties.get(TRIVY + key)?.[0];
  const found = sourceFromTrivy(trivy, version) ?? sourceFromUpstream(purl, version);
  return found === undefined || (found.name === name && found.version === version) ? undefined : found;
}

function sourceFromTrivy(said: (key: string) => string | undefined, version: string): Package['source'] {
  const name = said('SrcName');
  if (name === undefined) return undefined;
  const [number, release, epoch] = [said('SrcVersion'), said('SrcRelease'), said('SrcEpoch')];
  if (number === undefined) return { name, version };
  const whole = release === undefined ? number : `${number}-${release}`;
  return { name, version: epoch === undefined || epoch === '0' ? whole : `${epoch}:${whole}` };
}

function sourceFromUpstream(purl: PackageUrl | undefined, version: string): Package['source'] {
  const upstream = purl?.qualifiers.get('upstream');
  if (purl === undefined || upstream === undefined || upstream === '') return undefined;
  const [, name, release] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(upstream) ?? [];
  if (name !== undefined && release !== undefined) {
    const epoch = /^\d+:/.exec(version)?.[0] ?? '';
    return { name, version: epoch + release };
  }
  const at = upstream.lastIndexOf('@');
  return at > 0 ? { name: upstream.slice(0, at), version: upstream.slice(at + 1) } : { name: upstream, version };
}

/** The distribution that a package says it is of, else the image's, where packages of this type are its own. */
function belongsTo(purl: PackageUrl, context: ForeignContext): Distribution | undefined {
  if (!ofDistributions.has(purl.type)) return undefined;
  const named = context.distributions.ofPurl(purl, context.distribution);
  if (named === 'not-known') {
    const told = purl.qualifiers.get('distro') ?? '';
    context.unknownReleases.set(told, (context.unknownReleases.get(told) ?? 0) + 1);
    return undefined;
  }
  const distribution = named ?? context.distribution;
  if (distribution === undefined) return undefined;
  return homeOf(distribution, context.ecosystems)?.types.includes(purl.type) === true ? distribution : undefined;
}

function layerOf(diffId: string | undefined, { layers }: ForeignContext): LayerRef {
  return { index: layers.get(diffId ?? '') ?? 0, ...(diffId !== undefined && { diffId }) };
}

function locationsOf({ locations, properties }: SbomComponent): readonly string[] {
  const found = locations.length > 0 ? [...locations] : [];
  if (found.length === 0) {
    for (const [name, values] of properties) {
      if (/^syft:location:\d+:path$/.test(name) || name === `${TRIVY}FilePath`) found.push(...values);
    }
  }
  return [...new Set(found.map((path) => path.replace(/^\/+/, '')))].filter((path) => path !== '').sort();
}
