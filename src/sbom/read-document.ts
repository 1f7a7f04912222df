import { FormatError, SourceError } from '../errors.ts';
import type { SbomDocument, SbomLimits } from '../formats/bom/document.ts';
import { formatOf, RECOGNISED_BYTES, recogniseSbom } from '../formats/bom/recognise.ts';
import { readCycloneDx } from '../formats/cyclonedx/read.ts';
import { jsonMembers } from '../formats/json-members.ts';
import { readSpdx } from '../formats/spdx/read.ts';
import { readSpdxTags } from '../formats/spdx/tag-value.ts';
import { readSyft } from '../formats/syft/read.ts';

/**
 * Reads a bill of materials in whatever format it is.
 * @param name of the file, for messages
 * @throws SourceError where it is none, is damaged, or is of a form that is not read
 */
export function readSbomDocument(bytes: Uint8Array, name: string, limits: SbomLimits): SbomDocument {
  try {
    switch (recogniseSbom(bytes.subarray(0, RECOGNISED_BYTES))) {
      case 'json':
        return readJson(bytes, name, limits);
      case 'spdx-tags':
        return readSpdxTags(bytes, limits);
      case 'xml':
        throw unsupported(name, 'is XML. Bills of materials in XML or RDF are not read');
      case 'yaml':
        throw unsupported(name, 'is YAML. Bills of materials in YAML are not read');
      case undefined:
        throw new SourceError(
          'source.not-an-image',
          `${name} is no bill of materials: neither CycloneDX nor SPDX, in JSON or as lines of tags`,
        );
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new SourceError('source.unreadable', `${name} cannot be read: ${error.message}.`, { cause: error });
  }
}

function readJson(bytes: Uint8Array, name: string, limits: SbomLimits): SbomDocument {
  if (firstOf(bytes) === '[') {
    throw unsupported(name, 'is a list, and one bill of materials is an object. Give each of them a file of its own');
  }
  const names = new Set<string>();
  for (const member of jsonMembers(bytes)) names.add(member.name);
  switch (formatOf(names)) {
    case 'cyclonedx':
      return readCycloneDx(bytes, limits);
    case 'spdx':
      return readSpdx(bytes, limits);
    case 'syft':
      return readSyft(bytes, limits);
    case 'spdx-3':
      throw unsupported(name, 'looks like SPDX 3. Versions 2.2 and 2.3 are read');
    case undefined:
      throw new SourceError(
        'source.not-an-image',
        `${name} is JSON, but neither CycloneDX nor SPDX: no image and no bill of materials`,
      );
  }
}

function firstOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, RECOGNISED_BYTES)).toString('utf8');
  return /^\uFEFF?\s*(.)/.exec(head)?.[1];
}

function unsupported(name: string, what: string): SourceError {
  return new SourceError('source.unsupported', `${name} ${what}. CycloneDX and SPDX 2.2 and 2.3 in JSON are.`);
}
