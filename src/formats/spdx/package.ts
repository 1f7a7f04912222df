import type { SbomComponent } from '../bom/document.ts';
import { hashesOf } from '../bom/hashes.ts';
import { OWN } from '../bom/own-package.ts';
import { sbomText as text } from '../bom/text.ts';
import { asList, asRecord, asTexts, type JsonRecord } from '../record.ts';
import type { LicenceNames } from './licence-names.ts';

/** What a package of SPDX says of itself (SPDX 2.3, clause 7); undefined where it has no name. */
export function componentFrom(record: JsonRecord, licenceNames: LicenceNames): SbomComponent | undefined {
  const [name, ref, version] = ['name', 'SPDXID', 'versionInfo'].map((key) => text(record[key]));
  if (name === undefined) return undefined;
  const purl = purlOf(record['externalRefs']);
  const hashes = hashesOf(
    asList(record['checksums']).map((one) => ({
      algorithm: asRecord(one)?.['algorithm'],
      value: asRecord(one)?.['checksumValue'],
    })),
    'spdx',
  );
  // What its authors declare and what somebody else concludes need not be the same: a policy judges both.
  const licences = ['licenseDeclared', 'licenseConcluded'].flatMap((key) => assertion(record[key]) ?? []);
  const supplier = supplierOf(text(record['supplier']) ?? '');
  return {
    ...(ref !== undefined && { ref }),
    kind: kindOf(record['primaryPackagePurpose']),
    name,
    ...(version !== undefined && { version }),
    ...(purl !== undefined && { purl }),
    licences: [...new Set(licences.flatMap((one) => licenceNames.explained(one)))],
    ...(hashes !== undefined && { hashes }),
    locations: [],
    ...(supplier !== undefined && { supplier }),
    properties: propertiesOf(record),
  };
}

/** `Organization: NAME (ADDRESS)`, of which the address may be empty or absent (SPDX 2.3, 7.5). */
function supplierOf(words: string): string | undefined {
  const name = /^(?:Organization|Person): (?=.)/.exec(words);
  if (name === null) return undefined;
  const rest = words.slice(name[0].length);
  const address = rest.endsWith(')') ? rest.indexOf(' (', 1) : -1;
  return address < 0 ? rest : rest.slice(0, address);
}

/** `OPERATING_SYSTEM` in JSON, with a hyphen in lines of tags and by some in JSON too. */
function kindOf(purpose: unknown): string {
  return text(purpose)?.toLowerCase().replaceAll('_', '-') ?? 'library';
}

/** The first of the references of type purl; any category, since some write `SECURITY`. */
function purlOf(references: unknown): string | undefined {
  for (const one of asList(references)) {
    const { referenceType, referenceLocator } = asRecord(one) ?? {};
    if (referenceType === 'purl' || /\/purl$/.test(text(referenceType) ?? '')) {
      const locator = text(referenceLocator);
      if (locator !== undefined) return locator;
    }
  }
  return undefined;
}

function assertion(value: unknown): string | undefined {
  const said = text(value);
  return said === 'NOASSERTION' || said === 'NONE' ? undefined : said;
}

/**
 * Annotations are all that SPDX has for what it does not know. Ours are JSON; Trivy's are `LayerDiffID: sha256:...`, of
 * which the name gets the prefix that it has in CycloneDX. Syft names the database in `sourceInfo`.
 */
export function propertiesOf(record: JsonRecord): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const one of asList(record['annotations'])) {
    const { comment } = asRecord(one) ?? {};
    if (typeof comment !== 'string') continue;
    if (comment.startsWith(`{"${OWN}`)) {
      for (const [name, value] of Object.entries(parse(comment))) {
        found.set(name, valuesOf(value));
      }
      continue;
    }
    const [, name, value] = /^(?:aquasecurity:trivy:)?(\w{1,40}): (.{1,4096})$/.exec(comment) ?? [];
    if (name !== undefined && value !== undefined) {
      const key = `aquasecurity:trivy:${name}`;
      found.set(key, [...(found.get(key) ?? []), value]);
    }
  }
  const [, paths] = /^acquired package info from [^:]+: (\/.*)$/.exec(text(record['sourceInfo']) ?? '') ?? [];
  if (paths !== undefined) found.set('syft:location:0:path', [paths.split(', ')[0]!]);
  return found;
}

/** A text, a list of texts, or whatever else is JSON in a property of CycloneDX. */
function valuesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return asTexts(value) ?? [JSON.stringify(value)];
}

function parse(comment: string): JsonRecord {
  try {
    return asRecord(JSON.parse(comment)) ?? {};
  } catch {
    return {};
  }
}
