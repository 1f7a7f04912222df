import { FormatError } from '../../errors.ts';
import type { SbomDocument, SbomLimits } from '../bom/document.ts';
import { jsonValue } from '../bom/json-values.ts';
import { OWN } from '../bom/own-package.ts';
import { sbomText as text } from '../bom/text.ts';
import { jsonElements, jsonMembers } from '../json-members.ts';
import { asList, asRecord, type JsonRecord } from '../record.ts';
import { SpdxBuilder } from './builder.ts';
import { licenceTitle } from './licence-names.ts';

/** Elements that say something of packages, for each that may be, in the mean. */
const ELEMENTS = 20;

/**
 * Reads an SPDX 3 document (SPDX 3.0.1, "Serialization": JSON-LD with the context of the specification, elements in one
 * `@graph`, references by `spdxId`). Elements are read one by one, twice, since what a package refers to stands anywhere.
 * What is understood is what 2.3 says too: packages with their package URL, digests, licences and supplier, and what
 * contains, needs and is the root of what.
 * @throws FormatError if it is no JSON object, or ends in the middle
 */
export function readSpdxGraph(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const builder = new SpdxBuilder(limits);
  const around = new Surroundings(builder, limits);
  const graphs = [...jsonMembers(bytes)].filter(({ name }) => name === '@graph').map(({ value }) => value);
  for (const element of elementsOf(graphs, (message) => builder.faults.component(message))) around.note(element);
  around.end();
  for (const element of elementsOf(graphs, () => undefined)) {
    if (typeOf(element) === 'software_Package' && !builder.package(around.packageOf(element))) break;
  }
  return builder.document();
}

function* elementsOf(graphs: readonly Uint8Array[], fault: (message: string) => void): Generator<JsonRecord> {
  for (const graph of graphs) {
    if (graph[0] !== 0x5b) {
      fault('@graph is no list');
      continue;
    }
    let index = 0;
    for (const raw of jsonElements(graph)) {
      const place = `@graph[${index++}]`;
      try {
        const element = asRecord(jsonValue(raw));
        if (element === undefined) fault(`${place} is no object`);
        else yield element;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        fault(`${place}: ${error.message}`);
      }
    }
  }
}

/** Names of classes are compact in the context, and may be written out. */
function typeOf(element: JsonRecord): string {
  const type = text(element['type']) ?? text(element['@type']) ?? '';
  return type.replace(/^https:\/\/spdx\.org\/rdf\/[\d.]{1,20}\/terms\/([A-Za-z]{1,30})\//, (_, profile: string) =>
    profile === 'Core' ? '' : `${profile.toLowerCase()}_`,
  );
}

function idOf(element: JsonRecord): string | undefined {
  return text(element['spdxId']) ?? text(element['@id']);
}

/** What the other elements say of packages. */
class Surroundings {
  readonly #builder: SpdxBuilder;
  readonly #most: number;
  readonly #licences = new Map<string, string>();
  readonly #agents = new Map<string, string>();
  readonly #declared = new Map<string, string>();
  readonly #concluded = new Map<string, string>();
  readonly #annotations = new Map<string, { readonly comment: unknown }[]>();
  /** Ids of licences of one's own, by what an expression calls them. */
  readonly #named = new Map<string, string>();
  #count = 0;

  constructor(builder: SpdxBuilder, limits: SbomLimits) {
    this.#builder = builder;
    this.#most = ELEMENTS * limits.components;
  }

  note(element: JsonRecord): void {
    const type = typeOf(element);
    if (type === 'software_Package') return;
    if (++this.#count > this.#most) {
      this.#builder.faults.add('limit', `it has more than ${this.#most} elements besides packages`);
      return;
    }
    const id = idOf(element);
    switch (type) {
      case 'CreationInfo':
        this.#builder.version(`SPDX-${text(element['specVersion']) ?? ''}`);
        break;
      case 'SpdxDocument':
      case 'Bom':
      case 'Bundle':
      case 'software_Sbom':
        this.#builder.describes(listOf(element['rootElement']));
        break;
      case 'Relationship':
      case 'LifecycleScopedRelationship':
        this.#relationship(element);
        break;
      case 'Annotation':
        this.#annotation(element);
        break;
      case 'Agent':
      case 'Organization':
      case 'Person':
      case 'SoftwareAgent':
        keep(this.#agents, id, text(element['name']));
        break;
      case 'simplelicensing_LicenseExpression':
        keep(this.#licences, id, text(element['simplelicensing_licenseExpression']));
        for (const one of asList(element['simplelicensing_customIdToUri'])) {
          const entry = asRecord(one);
          keep(this.#named, text(entry?.['key']), text(entry?.['value']));
        }
        break;
      case 'simplelicensing_SimpleLicensingText':
      case 'expandedlicensing_CustomLicense':
        keep(this.#licences, id, licenceTitle(element['name'], element['simplelicensing_licenseText']));
        break;
      case 'expandedlicensing_ListedLicense':
        keep(this.#licences, id, text(element['name']) ?? lastOf(id));
        break;
    }
  }

  /** Once all elements but packages are known. */
  end(): void {
    this.#builder.licences([...this.#named].map(([licenseId, id]) => ({ licenseId, name: this.#licences.get(id) })));
  }

  /** A package in the shape that it has in 2.3. */
  packageOf(element: JsonRecord): JsonRecord {
    const id = idOf(element) ?? '';
    const identifiers = asList(element['externalIdentifier']).map((one) => asRecord(one) ?? {});
    const purl =
      text(element['software_packageUrl']) ??
      identifiers
        .map((one) => text(one['externalIdentifierType']) === 'packageUrl' && text(one['identifier']))
        .find(Boolean);
    const supplier = listOf(element['suppliedBy'])
      .map((one) => this.#agents.get(text(one) ?? '') ?? text(asRecord(one)?.['name']))
      .find((name) => name !== undefined);
    return {
      name: element['name'],
      SPDXID: id,
      versionInfo: element['software_packageVersion'],
      primaryPackagePurpose: purposeOf(element['software_primaryPurpose']),
      externalRefs: purl ? [{ referenceType: 'purl', referenceLocator: purl }] : [],
      checksums: asList(element['verifiedUsing']).map((one) => {
        const hash = asRecord(one);
        return { algorithm: text(hash?.['algorithm'])?.toUpperCase(), checksumValue: hash?.['hashValue'] };
      }),
      licenseDeclared: this.#licence(this.#declared.get(id)),
      licenseConcluded: this.#licence(this.#concluded.get(id)),
      sourceInfo: element['software_sourceInfo'],
      ...(supplier !== undefined && { supplier: `Organization: ${supplier}` }),
      annotations: this.#annotations.get(id) ?? [],
    };
  }

  #licence(id: string | undefined): string | undefined {
    if (id === undefined) return undefined;
    const said = this.#licences.get(id);
    if (said !== undefined) return this.#licences.get(this.#named.get(said) ?? '') ?? said;
    // Individuals of the specification stand for "nobody says" and "none": no licence.
    return /No(?:Assertion|ne)(?:License|Element)$/.test(id) ? undefined : lastOf(id);
  }

  #relationship(element: JsonRecord): void {
    const from = text(element['from']);
    if (from === undefined) return;
    const type = text(element['relationshipType']);
    for (const one of listOf(element['to'])) {
      const to = text(one) ?? (asRecord(one) === undefined ? undefined : idOf(asRecord(one)!));
      if (to === undefined) continue;
      if (type === 'contains') this.#builder.relationship(from, 'CONTAINS', to);
      else if (type === 'dependsOn') this.#builder.relationship(from, 'DEPENDS_ON', to);
      else if (type === 'describes') this.#builder.describes([to]);
      else if (type === 'hasDeclaredLicense') keep(this.#declared, from, to);
      else if (type === 'hasConcludedLicense') keep(this.#concluded, from, to);
    }
  }

  /** What is said of anything but a package may be said of the document. */
  #annotation(element: JsonRecord): void {
    const subject = text(element['subject']);
    const comment = element['statement'];
    if (typeof comment !== 'string') return;
    if (comment.startsWith(`{"${OWN}complete"`)) this.#builder.annotations([{ comment }]);
    if (subject === undefined) return;
    const known = this.#annotations.get(subject);
    if (known === undefined) this.#annotations.set(subject, [{ comment }]);
    else known.push({ comment });
  }
}

function keep(map: Map<string, string>, key: string | undefined, value: string | undefined): void {
  if (key !== undefined && value !== undefined && !map.has(key)) map.set(key, value);
}

/** A value alone may stand in place of a list of one. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function lastOf(id: string | undefined): string | undefined {
  return id?.slice(id.lastIndexOf('/') + 1);
}

/** `operatingSystem` is `OPERATING_SYSTEM` in 2.3. */
function purposeOf(value: unknown): string | undefined {
  return text(value)?.replace(/[A-Z]/g, (letter) => `-${letter}`);
}
