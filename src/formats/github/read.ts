import { FormatError } from '../../errors.ts';
import type { SbomComponent, SbomDocument, SbomLimits } from '../bom/document.ts';
import { SbomFaults } from '../bom/faults.ts';
import { jsonValue } from '../bom/json-values.ts';
import { OWN } from '../bom/own-package.ts';
import { sbomText as text } from '../bom/text.ts';
import { jsonMembers } from '../json-members.ts';
import { packageName, parsePackageUrl } from '../package-url.ts';
import { asList, asRecord, type JsonRecord } from '../record.ts';

/** What packages need, in the mean. */
const EDGES = 20;

/**
 * Reads a dependency snapshot as GitHub takes it (REST API, "Dependency submission": `manifests`, each with what it
 * resolves to). Packages are known by their package URL alone; one without is a fault.
 * @throws FormatError if it is no JSON object, or ends in the middle
 */
export function readGitHubSnapshot(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const faults = new SbomFaults();
  const components: SbomComponent[] = [];
  const dependencies = new Map<string, readonly string[]>();
  let edges = 0;
  function value(name: string, raw: Uint8Array): unknown {
    try {
      return jsonValue(raw);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faults.component(`${name}: ${error.message}`);
      return undefined;
    }
  }
  function* members(name: string, raw: Uint8Array): Generator<{ readonly name: string; readonly value: Uint8Array }> {
    if (raw[0] === 0x7b) yield* jsonMembers(raw);
    else if (raw[0] !== 0x6e) faults.component(`${name} is no object`);
  }
  function manifest(place: string, raw: Uint8Array): void {
    let location: string | undefined;
    const resolved: Uint8Array[] = [];
    for (const { name, value: inner } of members(place, raw)) {
      if (name === 'file') location = text(asRecord(value(name, inner))?.['source_location']);
      else if (name === 'resolved') resolved.push(inner);
    }
    for (const list of resolved) {
      for (const { name, value: inner } of members('resolved', list)) {
        if (components.length >= limits.components) {
          faults.add('limit', `it has more than ${limits.components} packages`);
          return;
        }
        const record = asRecord(value(name.slice(0, 200), inner));
        const purl = text(record?.['package_url']);
        if (purl === undefined) {
          faults.component(`${name.slice(0, 200)} of ${place.slice(0, 200)} has no package URL`);
          continue;
        }
        const ref = `${place}\0${name}`;
        const parsed = parsePackageUrl(purl);
        components.push({
          ref,
          kind: 'library',
          name: parsed === undefined ? (text(name) ?? purl) : packageName(parsed),
          ...(parsed?.version !== undefined && { version: parsed.version }),
          purl,
          licences: [],
          locations: placesOf(record, location),
          properties: new Map(),
        });
        const needed = asList(record?.['dependencies']).flatMap((one) =>
          text(one) === undefined ? [] : [`${place}\0${one}`],
        );
        edges += needed.length;
        if (edges > EDGES * limits.components) {
          faults.add('limit', `it has more than ${EDGES * limits.components} dependencies`);
        } else if (needed.length > 0) dependencies.set(ref, needed);
      }
    }
  }
  for (const { name, value: raw } of jsonMembers(bytes)) {
    if (name !== 'manifests') continue;
    for (const one of members(name, raw)) manifest(one.name, one.value);
  }
  return {
    format: 'a dependency snapshot of GitHub',
    components,
    dependencies: byUrlToo(dependencies, components),
    faults: faults.all(),
  };
}

/** Of a package in an image that we wrote, its own place; else the file that names it. */
function placesOf(record: JsonRecord | undefined, file: string | undefined): readonly string[] {
  const place = text(asRecord(record?.['metadata'])?.[`${OWN}location`]) ?? file;
  return place === undefined ? [] : [place];
}

/** Needed packages are named by their key or by their package URL. */
function byUrlToo(
  dependencies: ReadonlyMap<string, readonly string[]>,
  components: readonly SbomComponent[],
): ReadonlyMap<string, readonly string[]> {
  const known = new Set<string>();
  const byUrl = new Map<string, string>();
  for (const { ref, purl } of components) {
    if (ref === undefined) continue;
    known.add(ref);
    byUrl.set(`${ref.slice(0, ref.indexOf('\0'))}\0${purl}`, ref);
  }
  return new Map(
    [...dependencies].map(([ref, needed]) => [
      ref,
      needed.map((one) => (known.has(one) ? one : (byUrl.get(one) ?? one))),
    ]),
  );
}
