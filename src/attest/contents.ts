import { SourceError } from '../errors.ts';
import { isOfType } from '../formats/attestation/predicate-types.ts';
import type { Statement } from '../formats/attestation/statement.ts';
import { asList, asRecord, asText, type JsonRecord } from '../formats/record.ts';
import { readSbomDocument } from '../sbom/read-document.ts';

/** Components of a bill of materials that are counted. */
const COMPONENTS = 250_000;

/** What provenance (SLSA 0.2 and 1) says of a build: claims of its builder. */
export interface Provenance {
  readonly builder?: string;
  readonly buildType?: string;
  /** Where the source was taken from, with its digest. */
  readonly source?: string;
  /** Things that went into the build. */
  readonly materials: number;
}

/** What a statement says, as far as one line has room for it. */
export interface Contents {
  readonly provenance?: Provenance;
  /** Of a bill of materials. */
  readonly packages?: number;
  /** Of a report of vulnerabilities: the address of the scanner. */
  readonly scanner?: string;
}

/** Reads a predicate whose type is known; what is no such thing says nothing. */
export function contentsOf({ predicateType, predicate }: Statement): Contents {
  if (predicateType.startsWith('https://slsa.dev/provenance/')) return { provenance: provenanceIn(predicate) };
  if (isOfType(predicateType, 'https://cosign.sigstore.dev/attestation/vuln')) {
    const scanner = asText(asRecord(predicate['scanner'])?.['uri'], 1000);
    return scanner === undefined ? {} : { scanner };
  }
  const isSbom = ['https://spdx.dev/Document', 'https://cyclonedx.org/bom'].some((type) =>
    isOfType(predicateType, type),
  );
  if (!isSbom) return {};
  try {
    const bytes = Buffer.from(JSON.stringify(predicate));
    const { components } = readSbomDocument(bytes, 'the predicate', { components: COMPONENTS });
    return { packages: components.filter(({ purl }) => purl !== undefined).length };
  } catch (error) {
    if (error instanceof SourceError) return {};
    throw error;
  }
}

function provenanceIn(predicate: JsonRecord): Provenance {
  const definition = asRecord(predicate['buildDefinition']);
  const builder = asRecord(asRecord(predicate['runDetails'])?.['builder']) ?? asRecord(predicate['builder']);
  const materials = asList(definition?.['resolvedDependencies'] ?? predicate['materials']);
  const parameters = asRecord(definition?.['externalParameters']) ?? asRecord(predicate['invocation']);
  const source = sourceOf(asRecord(parameters?.['configSource'])) ?? sourceOf(asRecord(materials[0]));
  const id = asText(builder?.['id'], 1000);
  const buildType = asText(definition?.['buildType'] ?? predicate['buildType'], 1000);
  return {
    ...(id !== undefined && { builder: id }),
    ...(buildType !== undefined && { buildType }),
    ...(source !== undefined && { source }),
    materials: materials.length,
  };
}

function sourceOf(record: JsonRecord | undefined): string | undefined {
  const uri = asText(record?.['uri'], 1000);
  if (uri === undefined) return undefined;
  const digest = Object.entries(asRecord(record?.['digest']) ?? {}).find(([, value]) => typeof value === 'string');
  return digest === undefined ? uri : `${uri} (${digest[0].slice(0, 40)}:${String(digest[1]).slice(0, 128)})`;
}
