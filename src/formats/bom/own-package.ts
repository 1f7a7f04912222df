import type { LayerRef, Package } from '../../model/package.ts';
import { packageName, parsePackageUrl } from '../package-url.ts';
import type { SbomComponent, SbomProperty } from './document.ts';

/** What names of our properties begin with. */
export const OWN = 'drydock:';

/** What a component says in the words of its format, so that no property has to. */
export interface SaidOfPackage {
  readonly purl: string;
  /** Whether licences, locations and whoever built it have their places. */
  readonly lists: boolean;
  /** Whether it stands in the component that has it. */
  readonly nested: boolean;
}

/**
 * What a report knows of a package and a component has no place for, as properties: together they give the package back
 * (`ownPackage`). `dependsOn` and `hashes` have their places in every format.
 */
export function ownProperties(pkg: Package, said: SaidOfPackage): readonly SbomProperty[] {
  const implied = impliedBy(said.purl);
  const { layer, introducedIn, source } = pkg;
  const pairs: [string, string | undefined][] = [
    ['layer', String(layer.index)],
    ['layer:diffId', layer.diffId],
    ['introducedIn', introducedIn === undefined ? undefined : String(introducedIn.index)],
    ['introducedIn:diffId', introducedIn?.diffId],
    ['type', pkg.type === implied.type ? undefined : pkg.type],
    ['name', pkg.name === implied.name ? undefined : pkg.name],
    // An empty one says that the purl has it and the package not.
    ['arch', pkg.arch === implied.arch ? undefined : (pkg.arch ?? '')],
    ['purl', pkg.purl === said.purl ? undefined : pkg.purl],
    ['source:name', source?.name],
    ['source:version', source?.version],
    ['modularity', pkg.modularity],
    ['distribution', pkg.distribution],
    ['evidence', pkg.evidence],
    ['application', pkg.application === true ? 'true' : undefined],
    ['ownedBy', pkg.ownedBy],
    ['within', said.nested ? undefined : pkg.within],
    ['vendor', said.lists ? undefined : pkg.vendor],
    ['presence', pkg.presence === 'present' ? undefined : pkg.presence],
    ...(pkg.repositories ?? []).map((value): [string, string] => ['repository', value]),
    ...(pkg.groups ?? []).map((value): [string, string] => ['group', value]),
    ...(said.lists ? [] : pkg.licences.map((value): [string, string] => ['licence', value])),
    ...(said.lists ? [] : pkg.locations.map((value): [string, string] => ['location', value])),
  ];
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [{ name: OWN + name, value }]));
}

/** The package that a component of ours was made of; undefined for one that somebody else made. */
export function ownPackage(component: SbomComponent): Package | undefined {
  const { properties } = component;
  const text = (name: string): string | undefined => properties.get(OWN + name)?.[0];
  const layer = layerOf(text('layer'), text('layer:diffId'));
  if (layer === undefined) return undefined;
  const list = (name: string): readonly string[] | undefined => properties.get(OWN + name);
  const implied = impliedBy(component.purl ?? '');
  const type = text('type') ?? implied.type;
  const name = text('name') ?? implied.name;
  const purl = text('purl') ?? component.purl;
  if (type === undefined || name === undefined || purl === undefined) return undefined;
  const arch = text('arch') ?? implied.arch;
  const [sourceName, sourceVersion] = [text('source:name'), text('source:version')];
  const introducedIn = layerOf(text('introducedIn'), text('introducedIn:diffId'));
  const [modularity, distribution, evidence, ownedBy] = ['modularity', 'distribution', 'evidence', 'ownedBy'].map(text);
  const vendor = text('vendor') ?? component.supplier;
  const within = text('within');
  const [repositories, groups] = [list('repository'), list('group')];
  return {
    name,
    version: component.version ?? '',
    type,
    purl,
    ...(arch !== undefined && arch !== '' && { arch }),
    ...(sourceName !== undefined &&
      sourceVersion !== undefined && {
        source: { name: sourceName, version: sourceVersion },
      }),
    licences: list('licence') ?? component.licences,
    ...(vendor !== undefined && { vendor }),
    ...(modularity !== undefined && { modularity }),
    ...(repositories !== undefined && { repositories }),
    ...(distribution !== undefined && { distribution }),
    layer,
    ...(introducedIn !== undefined && { introducedIn }),
    locations: list('location') ?? component.locations,
    ...((evidence === 'lockfile' || evidence === 'manifest') && { evidence }),
    ...(text('application') === 'true' && { application: true }),
    ...(groups !== undefined && { groups }),
    ...(ownedBy !== undefined && { ownedBy }),
    ...(component.hashes !== undefined && { hashes: component.hashes }),
    ...(within !== undefined && { within }),
    presence: text('presence') === 'recovered' ? 'recovered' : 'present',
  };
}

function impliedBy(purl: string): Partial<Pick<Package, 'type' | 'name' | 'arch'>> {
  const parsed = parsePackageUrl(purl);
  if (parsed === undefined) return {};
  const arch = parsed.qualifiers.get('arch');
  return { type: parsed.type, name: packageName(parsed), ...(arch !== undefined && arch !== '' && { arch }) };
}

function layerOf(index: string | undefined, diffId: string | undefined): LayerRef | undefined {
  if (index === undefined || !/^\d{1,6}$/.test(index)) return undefined;
  return { index: Number(index), ...(diffId !== undefined && { diffId }) };
}
