import { FormatError } from '../../errors.ts';
import { isCveId } from '../../formats/cve-id.ts';
import { parsePackageUrl } from '../../formats/package-url.ts';
import { asList, asRecord, asText, type JsonRecord } from '../../formats/record.ts';
import type { Advisory, Affected } from '../../model/advisory.ts';
import { pocketOf } from './pockets.ts';
import { withStandardPockets } from './standard.ts';

const NOTE = 200;
/** What Ubuntu writes where it has nothing to say. */
const boilerplate = /^This package \(for the given release\)[^.]*\.(?: CVE notes should contain[^.]*\.)? */;
const notes = /^.*CVE Notes \/ justification: */is;

/**
 * What a VEX document of Ubuntu (OpenVEX, canonical/ubuntu-security-notices) says of packages that are not affected,
 * with the reason; undefined where it says so of none. Its other statements are not used: a product that is fixed
 * bears the current version, not the first one with the fix. `component_not_present` means that a release does not
 * have the package: then no image has it either.
 * @throws FormatError for what is no such document
 */
export function readUbuntuVex(content: Uint8Array): Advisory | undefined {
  const root = parse(content);
  const statements = root['statements'];
  if (!Array.isArray(statements)) throw new FormatError('the document has no statements');
  let id: string | undefined;
  let description: string | undefined;
  const rows = new Map<string, Affected>();
  for (const item of statements) {
    const statement = asRecord(item);
    if (statement === undefined) continue;
    const vulnerability = asRecord(statement['vulnerability']);
    const name = vulnerability?.['name'];
    if (!isCveId(name)) throw new FormatError('a statement is about no CVE');
    id ??= name;
    if (id !== name) throw new FormatError(`statements are about ${id} and ${name}`);
    description ??= asText(vulnerability?.['description'], 10_000);
    const justification = statement['justification'];
    if (statement['status'] !== 'not_affected' || justification === 'component_not_present') continue;
    const note = noteOf(justification, statement['impact_statement']);
    for (const product of asList(statement['products'])) {
      const row = rowOf(asText(asRecord(product)?.['@id']), note);
      if (row !== undefined) rows.set(`${row.namespace} ${row.package}`, row);
    }
  }
  if (id === undefined || rows.size === 0) return undefined;
  return {
    key: id,
    id,
    aliases: [],
    severity: 'unknown',
    urls: [`https://ubuntu.com/security/${id}`],
    ...(description !== undefined && { description }),
    affected: withStandardPockets([...rows.values()]),
  };
}

function parse(content: Uint8Array): JsonRecord {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content.buffer, content.byteOffset, content.length).toString());
  } catch (error) {
    throw new FormatError('the document is no valid JSON', { cause: error });
  }
  const root = asRecord(value);
  if (root === undefined) throw new FormatError('the document is no JSON object');
  return root;
}

function rowOf(purl: string | undefined, note: string | undefined): Affected | undefined {
  const product = purl === undefined ? undefined : parsePackageUrl(purl);
  if (product?.type !== 'deb' || product.namespace !== 'ubuntu') return undefined;
  // Every binary package of every architecture is listed too; the source speaks for all of them.
  if (product.qualifiers.get('arch') !== 'source') return undefined;
  const pocket = pocketOf(product.qualifiers.get('distro') ?? '');
  if (pocket === undefined || pocket === 'none') return undefined;
  return {
    namespace: pocket.namespace,
    package: product.name,
    nameKind: 'source',
    state: 'not-affected',
    ranges: [],
    ...(note !== undefined && { note }),
  };
}

/** The team's own words where there are any, else the justification. */
function noteOf(justification: unknown, impact: unknown): string | undefined {
  const text = asText(impact, 5000)?.replace(notes, '').replace(boilerplate, '').trim() ?? '';
  if (text !== '') return text.replace(/\s+/g, ' ').slice(0, NOTE);
  return asText(justification, 100)?.replaceAll('_', ' ');
}
