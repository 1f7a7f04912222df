import { FormatError } from '../../errors.ts';
import type { SbomDocument, SbomLimits } from '../bom/document.ts';
import { SpdxBuilder } from './builder.ts';

/** Longer lines than this say nothing that is looked at. */
const LONGEST_LINE = 64 * 1024;

/**
 * Reads an SPDX document of lines `Tag: value` (SPDX 2.3, clause 6.2): packages, their references and relationships.
 * @throws FormatError where no version of SPDX comes before all else
 */
export function readSpdxTags(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const builder = new SpdxBuilder(limits);
  let current: TaggedPackage | undefined;
  let isDocument = false;
  function close(): void {
    if (current !== undefined) builder.package(current.record());
    current = undefined;
  }
  for (const [tag, value] of tags(bytes)) {
    if (!isDocument && tag !== 'SPDXVersion') throw new FormatError('it does not begin with a version of SPDX');
    switch (tag) {
      case 'SPDXVersion':
        isDocument = true;
        builder.version(value);
        break;
      case 'PackageName':
        close();
        current = new TaggedPackage(value);
        break;
      // What follows is about something else.
      case 'FileName':
      case 'SnippetSPDXID':
      case 'LicenseID':
        close();
        break;
      case 'Relationship': {
        const [from, type, to] = value.split(/\s+/);
        builder.relationship(from, type, to);
        break;
      }
      default:
        current?.add(tag, value);
    }
  }
  close();
  if (!isDocument) throw new FormatError('it has no version of SPDX');
  return builder.document();
}

/** A package as it is gathered from lines, in the shape of the JSON form. */
class TaggedPackage {
  readonly #fields: Record<string, string> = {};
  readonly #references: object[] = [];
  readonly #checksums: object[] = [];

  constructor(name: string) {
    this.#fields['name'] = name;
  }

  add(tag: string, value: string): void {
    const field = fields.get(tag);
    if (field !== undefined) this.#fields[field] = value;
    else if (tag === 'ExternalRef') {
      const [, referenceType, referenceLocator] = value.split(/\s+/);
      this.#references.push({ referenceType, referenceLocator });
    } else if (tag === 'PackageChecksum') {
      const [algorithm, checksumValue] = value.split(/:\s*/);
      this.#checksums.push({ algorithm, checksumValue });
    }
  }

  record(): Readonly<Record<string, unknown>> {
    return { ...this.#fields, externalRefs: this.#references, checksums: this.#checksums };
  }
}

const fields: ReadonlyMap<string, string> = new Map([
  ['SPDXID', 'SPDXID'],
  ['PackageVersion', 'versionInfo'],
  ['PackageSupplier', 'supplier'],
  ['PackageLicenseDeclared', 'licenseDeclared'],
  ['PackageLicenseConcluded', 'licenseConcluded'],
  ['PackageSourceInfo', 'sourceInfo'],
  ['PrimaryPackagePurpose', 'primaryPackagePurpose'],
]);

/** Tags and values; comments, blank lines and the rest of long texts (`<text>`) are left out. */
function* tags(bytes: Uint8Array): Generator<readonly [tag: string, value: string]> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let inText = false;
  for (let start = 0; start < all.length; ) {
    const newline = all.indexOf(0x0a, start);
    const end = newline < 0 ? all.length : newline;
    const line = all
      .subarray(start, Math.min(end, start + LONGEST_LINE))
      .toString('utf8')
      .trim();
    start = end + 1;
    if (inText) {
      inText = !line.includes('</text>');
      continue;
    }
    const [, tag, value] = /^\uFEFF?(\w+):\s*(.*)$/.exec(line) ?? [];
    if (tag === undefined || value === undefined) continue;
    inText = value.startsWith('<text>') && !value.includes('</text>');
    yield [tag, value.replace(/^<text>(.*?)(?:<\/text>)?$/, '$1')];
  }
}
