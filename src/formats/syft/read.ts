import { FormatError } from '../../errors.ts';
import type { SbomComponent, SbomDocument, SbomLimits } from '../bom/document.ts';
import { SbomFaults } from '../bom/faults.ts';
import { jsonValue } from '../bom/json-values.ts';
import { sbomText as text } from '../bom/text.ts';
import { jsonElements, jsonMembers } from '../json-members.ts';
import { asList, asRecord, type JsonRecord } from '../record.ts';

/**
 * Reads Syft's own JSON (github.com/anchore/syft, schema/json): its artifacts with their package URLs, the distribution and
 * the layers of the image. It is told by its members `artifacts` and `schema`.
 * @throws FormatError if it is no JSON object, or ends in the middle
 */
export function readSyft(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const faults = new SbomFaults();
  const components: SbomComponent[] = [];
  let subject: SbomComponent | undefined;
  let version: string | undefined;
  function value(name: string, raw: Uint8Array): JsonRecord | undefined {
    try {
      return asRecord(jsonValue(raw));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faults.component(`${name}: ${error.message}`);
      return undefined;
    }
  }
  for (const { name, value: raw } of jsonMembers(bytes)) {
    if (name === 'source') subject = subjectFrom(value(name, raw) ?? {});
    else if (name === 'distro') components.push(...distributionFrom(value(name, raw) ?? {}));
    else if (name === 'schema') version = text(value(name, raw)?.['version']);
    else if (name === 'artifacts' && raw[0] === 0x5b) {
      let index = 0;
      for (const element of jsonElements(raw)) {
        if (components.length >= limits.components) {
          faults.add('limit', `it has more than ${limits.components} artifacts`);
          break;
        }
        const component = artifactFrom(value(`artifacts[${index++}]`, element) ?? {});
        if (component === undefined) faults.component(`artifact ${index} has no name`);
        else components.push(component);
      }
    }
  }
  return {
    format: `Syft JSON ${version ?? 'of no version'}`,
    ...(subject !== undefined && { subject }),
    components,
    dependencies: new Map(),
    faults: faults.all(),
  };
}

function artifactFrom(record: JsonRecord): SbomComponent | undefined {
  const [name, version, purl] = ['name', 'version', 'purl'].map((key) => text(record[key]));
  if (name === undefined) return undefined;
  const places = asList(record['locations']).map((one) => asRecord(one) ?? {});
  const layer = text(places[0]?.['layerID']);
  return {
    kind: 'library',
    name,
    ...(version !== undefined && { version }),
    ...(purl !== undefined && { purl }),
    licences: asList(record['licenses']).flatMap((one) => text(one) ?? text(asRecord(one)?.['value']) ?? []),
    locations: places.flatMap(({ path }) => text(path) ?? []),
    properties: new Map(layer === undefined ? [] : [['syft:location:0:layerID', [layer]]]),
  };
}

/** `{ id, versionID, prettyName, versionCodename }` of os-release. */
function distributionFrom(record: JsonRecord): readonly SbomComponent[] {
  const [id, version, codename] = ['id', 'versionID', 'versionCodename'].map((key) => text(record[key]));
  if (id === undefined) return [];
  return [
    {
      kind: 'operating-system',
      name: id,
      ...(version !== undefined && { version }),
      licences: [],
      locations: [],
      properties: new Map(codename === undefined ? [] : [['syft:distro:versionCodename', [codename]]]),
    },
  ];
}

/** Layers, whose order is the image's, become the property by which Trivy tells them. */
function subjectFrom(source: JsonRecord): SbomComponent | undefined {
  const target = asRecord(source['metadata']) ?? asRecord(source['target']) ?? {};
  const name = text(target['userInput']) ?? text(source['name']);
  if (name === undefined) return undefined;
  const layers = asList(target['layers']).flatMap((one) => text(asRecord(one)?.['digest']) ?? []);
  const digest = text(target['manifestDigest']);
  return {
    kind: 'container',
    name,
    ...(digest !== undefined && { version: digest }),
    licences: [],
    locations: [],
    properties: new Map(layers.length === 0 ? [] : [['aquasecurity:trivy:DiffID', layers]]),
  };
}
