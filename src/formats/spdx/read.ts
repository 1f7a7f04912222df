import { FormatError } from '../../errors.ts';
import type { SbomDocument, SbomLimits } from '../bom/document.ts';
import { jsonValue } from '../bom/json-values.ts';
import { jsonElements, jsonMembers } from '../json-members.ts';
import { asRecord } from '../record.ts';
import { SpdxBuilder } from './builder.ts';

/**
 * Reads an SPDX document in JSON (SPDX 2.3, clause 6; 2.2 is the same here), package by package, so that a large one takes
 * the memory of what is in it. A package that is none is a fault; a version that is not known is one too, and what can be
 * read is.
 * @throws FormatError if it is no JSON object, or ends in the middle
 */
export function readSpdx(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const builder = new SpdxBuilder(limits);
  function value(name: string, raw: Uint8Array): unknown {
    try {
      return jsonValue(raw);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      builder.faults.component(`${name}: ${error.message}`);
      return undefined;
    }
  }
  function* elements(name: string, list: Uint8Array): Generator<unknown> {
    let index = 0;
    if (list[0] !== 0x5b) {
      // Some write null for nothing.
      if (list[0] !== 0x6e) builder.faults.component(`${name} is no list`);
      return;
    }
    for (const raw of jsonElements(list)) {
      const element = value(`${name}[${index++}]`, raw);
      if (element !== undefined) yield element;
    }
  }
  const packages: Uint8Array[] = [];
  for (const member of jsonMembers(bytes)) {
    const { name } = member;
    switch (name) {
      case 'spdxVersion':
        builder.version(value(name, member.value));
        break;
      case 'annotations':
        builder.annotations(value(name, member.value));
        break;
      case 'documentDescribes':
        builder.describes(value(name, member.value));
        break;
      case 'hasExtractedLicensingInfos':
        builder.licences(value(name, member.value));
        break;
      case 'packages':
        packages.push(member.value);
        break;
      case 'relationships':
        for (const one of elements(name, member.value)) {
          const record = asRecord(one);
          builder.relationship(record?.['spdxElementId'], record?.['relationshipType'], record?.['relatedSpdxElement']);
        }
        break;
    }
  }
  // Last: names of their licences stand anywhere.
  for (const list of packages) {
    for (const one of elements('packages', list)) if (!builder.package(asRecord(one))) break;
  }
  return builder.document();
}
