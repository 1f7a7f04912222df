import { utf8Of } from './encoding.ts';

/** Forms of bills of materials. YAML is known to be such and not read. */
export type SbomForm = 'json' | 'package-urls' | 'spdx-tags' | 'xml' | 'yaml';

/** Bytes of the beginning that tell. */
export const RECOGNISED_BYTES = 1024;

/**
 * Tells from its first bytes whether a file can be a bill of materials: `json` is any JSON object or list, since what it
 * is may stand at its end. Archives and images never begin so.
 */
export function recogniseSbom(head: Uint8Array): SbomForm | undefined {
  const bytes = utf8Of(head);
  if (bytes.includes(0)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF?\s+|^\uFEFF/, '');
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  if (/^(?:#[^\n]*\n\s*)*pkg:/.test(text)) return 'package-urls';
  if (text.startsWith('SPDXVersion:')) return 'spdx-tags';
  if (/^<(?:\?xml|(?:[\w.-]{1,40}:)?bom|rdf:RDF)[\s>]/.test(text)) return 'xml';
  if (/^"?spdxVersion"?: /m.test(text)) return 'yaml';
  return undefined;
}

/** A JSON form of a bill of materials. */
export type SbomJsonFormat = 'cyclonedx' | 'spdx' | 'spdx-3' | 'syft' | 'trivy' | 'github';

/** What a JSON object is, by the names of its members. */
export function formatOf(names: ReadonlySet<string>): SbomJsonFormat | undefined {
  if (names.has('bomFormat')) return 'cyclonedx';
  if (names.has('spdxVersion')) return 'spdx';
  if (names.has('@graph') && names.has('@context')) return 'spdx-3';
  if (names.has('artifacts') && names.has('schema')) return 'syft';
  if (names.has('SchemaVersion') && names.has('ArtifactName')) return 'trivy';
  if (names.has('manifests') && names.has('detector')) return 'github';
  // Without its own name it is still one, if it says which version it is of.
  return names.has('specVersion') && names.has('components') ? 'cyclonedx' : undefined;
}
