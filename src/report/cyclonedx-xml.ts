import { asList, asRecord, type JsonRecord } from '../formats/record.ts';
import { type XmlElement, xml, xmlText } from '../formats/xml/write.ts';
import type { Report } from '../model/report.ts';
import { cycloneDxDocument } from './cyclonedx.ts';
import { vulnerabilityKinds } from './cyclonedx-vulnerabilities.ts';
import type { Format } from './format.ts';

const VERSION = '1.7';

export const cycloneDxXml: Format = {
  id: 'cyclonedx-xml',
  title: `Bill of materials: CycloneDX ${VERSION} in XML, of one image`,
  findingKinds: vulnerabilityKinds,
  steady: true,
  single: true,
  render: (reports) => reports.map((report) => cycloneDxXmlText(report)).join('') || '\n',
};

/**
 * The same document as in JSON, in the order of elements that the schema wants (cyclonedx.org/docs/1.7/xml). Controls, which
 * XML does not have, are written visibly.
 */
export function cycloneDxXmlText(report: Report): string {
  return xmlText(bomOf(asRecord(cycloneDxDocument(report, VERSION))!));
}

function bomOf(document: JsonRecord): XmlElement {
  const metadata = asRecord(document['metadata'])!;
  return xml(
    'bom',
    {
      xmlns: `http://cyclonedx.org/schema/bom/${VERSION}`,
      serialNumber: text(document['serialNumber']),
      version: 1,
    },
    [
      xml('metadata', {}, [
        leaf('timestamp', metadata['timestamp']),
        xml('tools', {}, [
          xml('components', {}, records(asRecord(metadata['tools'])?.['components']).map(componentOf)),
        ]),
        componentOf(asRecord(metadata['component'])!),
      ]),
      xml('components', {}, records(document['components']).map(componentOf)),
      xml(
        'dependencies',
        {},
        records(document['dependencies']).map(({ ref, dependsOn }) =>
          xml(
            'dependency',
            { ref: text(ref) },
            asList(dependsOn).map((one) => xml('dependency', { ref: text(one) })),
          ),
        ),
      ),
      xml(
        'compositions',
        {},
        records(document['compositions']).map(({ aggregate, assemblies }) =>
          xml('composition', {}, [
            leaf('aggregate', aggregate),
            xml(
              'assemblies',
              {},
              asList(assemblies).map((one) => xml('assembly', { ref: text(one) })),
            ),
          ]),
        ),
      ),
      group('vulnerabilities', records(document['vulnerabilities']).map(vulnerabilityOf)),
    ],
  );
}

function componentOf(component: JsonRecord): XmlElement {
  const supplier = asRecord(component['supplier']);
  const pedigree = asRecord(component['pedigree']);
  const occurrences = records(asRecord(component['evidence'])?.['occurrences']);
  return xml('component', { type: text(component['type']), 'bom-ref': text(component['bom-ref']) }, [
    supplier === undefined ? undefined : xml('supplier', {}, leaves(supplier, ['name'])),
    ...leaves(component, ['group', 'name', 'version', 'description']),
    group(
      'hashes',
      records(component['hashes']).map(({ alg, content }) => xml('hash', { alg: text(alg) }, text(content) ?? '')),
    ),
    group('licenses', records(component['licenses']).map(licenceOf)),
    leaf('purl', component['purl']),
    pedigree === undefined
      ? undefined
      : xml('pedigree', {}, [
          xml('ancestors', {}, records(pedigree['ancestors']).map(componentOf)),
          leaf('notes', pedigree['notes']),
        ]),
    propertiesOf(component),
    group('components', records(component['components']).map(componentOf)),
    occurrences.length === 0
      ? undefined
      : xml('evidence', {}, [
          xml(
            'occurrences',
            {},
            occurrences.map((one) => xml('occurrence', {}, leaves(one, ['location']))),
          ),
        ]),
  ]);
}

function licenceOf({ license, expression, acknowledgement }: JsonRecord): XmlElement {
  if (expression !== undefined) {
    return xml('expression', { acknowledgement: text(acknowledgement) }, text(expression) ?? '');
  }
  const said = asRecord(license) ?? {};
  return xml('license', { acknowledgement: text(said['acknowledgement']) }, leaves(said, ['id', 'name']));
}

function vulnerabilityOf(said: JsonRecord): XmlElement {
  const analysis = asRecord(said['analysis']);
  return xml('vulnerability', { 'bom-ref': text(said['bom-ref']) }, [
    leaf('id', said['id']),
    sourceOf(said['source']),
    group(
      'references',
      records(said['references']).map(({ id, source }) => xml('reference', {}, [leaf('id', id), sourceOf(source)])),
    ),
    group(
      'ratings',
      records(said['ratings']).map((rating) =>
        xml('rating', {}, [sourceOf(rating['source']), ...leaves(rating, ['score', 'severity', 'method', 'vector'])]),
      ),
    ),
    group(
      'cwes',
      asList(said['cwes']).map((cwe) => xml('cwe', {}, String(cwe))),
    ),
    ...leaves(said, ['description', 'recommendation']),
    group(
      'advisories',
      records(said['advisories']).map((one) => xml('advisory', {}, leaves(one, ['url']))),
    ),
    analysis === undefined
      ? undefined
      : xml('analysis', {}, [
          ...leaves(analysis, ['state', 'justification']),
          group(
            'responses',
            asList(analysis['response']).map((one) => xml('response', {}, String(one))),
          ),
          leaf('detail', analysis['detail']),
        ]),
    group(
      'affects',
      records(said['affects']).map(({ ref, versions }) =>
        xml('target', {}, [
          leaf('ref', ref),
          group(
            'versions',
            records(versions).map((one) => xml('version', {}, leaves(one, ['version', 'status']))),
          ),
        ]),
      ),
    ),
    propertiesOf(said),
  ]);
}

function sourceOf(source: unknown): XmlElement | undefined {
  const record = asRecord(source);
  return record === undefined ? undefined : xml('source', {}, leaves(record, ['name', 'url']));
}

function propertiesOf({ properties }: JsonRecord): XmlElement | undefined {
  return group(
    'properties',
    records(properties).map(({ name, value }) => xml('property', { name: text(name) }, text(value) ?? '')),
  );
}

function group(name: string, children: readonly XmlElement[]): XmlElement | undefined {
  return children.length === 0 ? undefined : xml(name, {}, children);
}

function leaves(record: JsonRecord, names: readonly string[]): readonly (XmlElement | undefined)[] {
  return names.map((name) => leaf(name, record[name]));
}

function leaf(name: string, value: unknown): XmlElement | undefined {
  return value === undefined ? undefined : xml(name, {}, String(value));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function records(value: unknown): readonly JsonRecord[] {
  return asList(value).flatMap((one): readonly JsonRecord[] => [asRecord(one) ?? {}]);
}
