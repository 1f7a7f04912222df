import type { Finding } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import { sbomPurl } from './sbom-purl.ts';
import { subjectOf } from './shown-findings.ts';

/** Syft's words for what kind of package it is, and its language, by type of package URL (syft/pkg/type.go, language.go). */
const kinds: ReadonlyMap<string, readonly [type: string, language: string]> = new Map([
  ['npm', ['npm', 'javascript']],
  ['pypi', ['python', 'python']],
  ['gem', ['gem', 'ruby']],
  ['maven', ['java-archive', 'java']],
  ['golang', ['go-module', 'go']],
  ['cargo', ['rust-crate', 'rust']],
  ['composer', ['php-composer', 'php']],
  ['nuget', ['dotnet', 'dotnet']],
  ['pub', ['dart-pub', 'dart']],
  ['hex', ['hex', 'elixir']],
  ['swift', ['swift', 'swift']],
  ['cocoapods', ['pod', 'swift']],
  ['conan', ['conan', 'c++']],
  ['hackage', ['hackage', 'haskell']],
  ['cran', ['R-package', 'R']],
  ['luarocks', ['lua-rocks', 'lua']],
  ['opam', ['opam', 'ocaml']],
  ['generic', ['binary', '']],
]);

/** The package of a match: of one that the report does not list, what the finding says of it. */
export function grypeArtifact(finding: Finding, pkg: Package | undefined, report: Report): object {
  const { package: named, location, layer } = finding;
  if (pkg === undefined) {
    const { name = subjectOf(finding), version = '', purl = '' } = named ?? {};
    const places = location === undefined ? [] : [location.path];
    return artifactOf({ id: purl, name, version, type: 'unknown', places, layer: layer?.index, purl }, report);
  }
  const [type, language] = kinds.get(pkg.type) ?? [pkg.type, ''];
  const { purl: id, name, version, locations: places, licences, source } = pkg;
  return artifactOf(
    { id, name, version, type, language, places, layer: pkg.layer.index, licences, source, purl: sbomPurl(pkg) },
    report,
  );
}

interface Told {
  /** Of several with one, what they are is the same. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly language?: string;
  readonly places: readonly string[];
  readonly layer: number | undefined;
  readonly licences?: readonly string[];
  readonly source?: Package['source'];
  readonly purl: string;
}

function artifactOf({ places, layer, language = '', licences = [], source, ...rest }: Told, { image }: Report): object {
  const own = image.layers.find(({ index }) => index === layer);
  const layerID = own?.diffId ?? own?.digest;
  return {
    ...rest,
    locations: places.map((place) => ({
      path: rooted(place),
      ...(layerID !== undefined && { layerID }),
      accessPath: rooted(place),
    })),
    language,
    licenses: licences,
    cpes: [],
    upstreams: source === undefined || source.name === rest.name ? [] : [source],
  };
}

/** Paths begin at the root there. */
function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
