import { FormatError } from '../../errors.ts';
import type { SbomDocument, SbomLimits } from '../bom/document.ts';
import { jsonValue } from '../bom/json-values.ts';
import { jsonElements, jsonMembers } from '../json-members.ts';
import { asRecord } from '../record.ts';
import { CycloneDxBuilder } from './builder.ts';

/**
 * Reads a CycloneDX document in JSON (ECMA-424), component by component, so that a large one takes the memory of what is
 * in it. A component that is none is a fault; a version that is not known is one too, and what can be read is.
 * @throws FormatError if it is no JSON object, or ends in the middle
 */
export function readCycloneDx(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const builder = new CycloneDxBuilder(limits);
  function value(name: string, raw: Uint8Array): unknown {
    try {
      return jsonValue(raw);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      builder.faults.component(`${name}: ${error.message}`);
      return undefined;
    }
  }
  /** Elements of a list that is too large to be read at once; what is no list has none, which is a fault. */
  function* elements(name: string, list: Uint8Array): Generator<unknown> {
    let index = 0;
    if (list[0] !== 0x5b) {
      builder.faults.component(`${name} is no list`);
      return;
    }
    for (const raw of jsonElements(list)) {
      const element = value(`${name}[${index++}]`, raw);
      if (element !== undefined) yield element;
    }
  }
  for (const { name, value: raw } of jsonMembers(bytes)) {
    switch (name) {
      case 'specVersion':
        builder.version(value(name, raw));
        break;
      case 'metadata': {
        const subject = asRecord(asRecord(value(name, raw))?.['component']);
        if (subject !== undefined) builder.subject(subject);
        break;
      }
      case 'components':
        for (const element of elements(name, raw)) if (!builder.component(asRecord(element))) break;
        break;
      case 'dependencies':
        for (const element of elements(name, raw)) builder.dependency(asRecord(element));
        break;
      case 'compositions':
        for (const element of elements(name, raw)) builder.composition(asRecord(element));
        break;
    }
  }
  return builder.document();
}
