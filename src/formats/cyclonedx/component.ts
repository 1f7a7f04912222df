import type { SbomComponent } from '../bom/document.ts';
import { hashesOf } from '../bom/hashes.ts';
import { sbomText as text } from '../bom/text.ts';
import { asList, asRecord, type JsonRecord } from '../record.ts';

/** Components that a component has in it. */
export function nestedIn(record: JsonRecord): readonly unknown[] {
  return asList(record['components']);
}

/** What a component says of itself; undefined where it has no name. */
export function componentFrom(record: JsonRecord, within: SbomComponent | undefined): SbomComponent | undefined {
  const [name, group, ref, version, purl] = ['name', 'group', 'bom-ref', 'version', 'purl'].map((key) =>
    text(record[key]),
  );
  if (name === undefined) return undefined;
  const hashes = hashesOf(
    asList(record['hashes']).map((one) => ({ algorithm: asRecord(one)?.['alg'], value: asRecord(one)?.['content'] })),
    'cycloneDx',
  );
  const supplier = text(asRecord(record['supplier'])?.['name']);
  return {
    ...(ref !== undefined && { ref }),
    kind: text(record['type']) ?? 'library',
    name: group === undefined ? name : `${group}/${name}`,
    ...(version !== undefined && { version }),
    ...(purl !== undefined && { purl }),
    licences: licencesOf(record),
    ...(hashes !== undefined && { hashes }),
    locations: asList(asRecord(record['evidence'])?.['occurrences']).flatMap(
      (one) => text(asRecord(one)?.['location']) ?? [],
    ),
    ...(supplier !== undefined && { supplier }),
    properties: propertiesOf(record['properties']),
    ...(within !== undefined && { within }),
  };
}

const none: ReadonlyMap<string, readonly string[]> = new Map();

function propertiesOf(value: unknown): ReadonlyMap<string, readonly string[]> {
  const list = asList(value);
  if (list.length === 0) return none;
  const found = new Map<string, string[]>();
  for (const one of list) {
    const { name, value: said } = asRecord(one) ?? {};
    if (typeof name !== 'string' || typeof said !== 'string') continue;
    const values = found.get(name);
    if (values === undefined) found.set(name, [said]);
    else values.push(said);
  }
  return found;
}

/** What is declared, and what was found in its files (`evidence`): a policy judges both. */
function licencesOf(record: JsonRecord): readonly string[] {
  const found = asRecord(record['evidence'])?.['licenses'];
  return [...new Set([record['licenses'], found].flatMap((list) => asList(list).flatMap(licence)))];
}

/** `{ license: { id | name } }` or `{ expression }`. */
function licence(value: unknown): string | readonly string[] {
  const record = asRecord(value);
  const named = asRecord(record?.['license']);
  return text(record?.['expression']) ?? text(named?.['id']) ?? text(named?.['name']) ?? [];
}
