import { FormatError, SourceError } from '../errors.ts';
import type { SbomDocument, SbomLimits } from '../formats/bom/document.ts';
import { utf8Of } from '../formats/bom/encoding.ts';
import { readPackageUrls } from '../formats/bom/package-urls.ts';
import { formatOf, RECOGNISED_BYTES, recogniseSbom } from '../formats/bom/recognise.ts';
import { readCycloneDx } from '../formats/cyclonedx/read.ts';
import { readCycloneDxXml } from '../formats/cyclonedx/read-xml.ts';
import { readGitHubSnapshot } from '../formats/github/read.ts';
import { jsonMembers } from '../formats/json-members.ts';
import { readSpdx } from '../formats/spdx/read.ts';
import { readSpdxGraph } from '../formats/spdx/read-graph.ts';
import { readSpdxTags } from '../formats/spdx/tag-value.ts';
import { readSyft } from '../formats/syft/read.ts';
import { readTrivy } from '../formats/trivy/read.ts';

/** Bytes in which the first element of XML begins. */
const FIRST_ELEMENT = 64 * 1024;

/**
 * Reads a bill of materials in whatever format it is.
 * @param name of the file, for messages
 * @throws SourceError where it is none, is damaged, or is of a form that is not read
 */
export function readSbomDocument(written: Uint8Array, name: string, limits: SbomLimits): SbomDocument {
  const bytes = utf8Of(written);
  try {
    switch (recogniseSbom(bytes.subarray(0, RECOGNISED_BYTES))) {
      case 'json':
        return readJson(bytes, name, limits);
      case 'package-urls':
        return readPackageUrls(bytes, limits);
      case 'spdx-tags':
        return readSpdxTags(bytes, limits);
      case 'xml':
        return readXml(bytes, name, limits);
      case 'yaml':
        throw unsupported(name, 'is YAML. Bills of materials in YAML are not read');
      case undefined:
        throw new SourceError(
          'source.not-an-image',
          `${name} is no bill of materials: neither CycloneDX nor SPDX, in JSON, XML or as lines of tags`,
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
      return readSpdxGraph(bytes, limits);
    case 'trivy':
      return readTrivy(bytes, limits);
    case 'github':
      return readGitHubSnapshot(bytes, limits);
    case undefined:
      throw new SourceError(
        'source.not-an-image',
        `${name} is JSON, but neither CycloneDX nor SPDX, Syft's, Trivy's or GitHub's: no image and no bill of materials`,
      );
  }
}

/** The name of the first element tells what it is. */
function readXml(bytes: Uint8Array, name: string, limits: SbomLimits): SbomDocument {
  const element = firstElement(bytes);
  if (element === undefined || /(?:^|:)bom$/.test(element)) return readCycloneDxXml(bytes, limits);
  if (/(?:^|:)RDF$/.test(element)) throw unsupported(name, 'is RDF. Bills of materials in RDF are not read');
  throw new SourceError('source.not-an-image', `${name} is XML, but not CycloneDX: no image and no bill of materials`);
}

/** In front of it stand comments and instructions at most. */
function firstElement(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, FIRST_ELEMENT)).toString('utf8');
  for (let at = head.indexOf('<'); at >= 0; at = head.indexOf('<', at)) {
    const end = head.startsWith('<!--', at) ? '-->' : /[?!]/.test(head[at + 1] ?? '') ? '>' : undefined;
    if (end === undefined) return /^[A-Za-z][\w.:-]{0,100}(?=[\s/>])/.exec(head.slice(at + 1, at + 110))?.[0];
    at = head.indexOf(end, at);
    if (at < 0) return undefined;
  }
  return undefined;
}

function firstOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, RECOGNISED_BYTES)).toString('utf8');
  return /^\uFEFF?\s*(.)/.exec(head)?.[1];
}

function unsupported(name: string, what: string): SourceError {
  return new SourceError('source.unsupported', `${name} ${what}. CycloneDX and SPDX in JSON are.`);
}
