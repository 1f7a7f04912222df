import { FormatError } from '../../errors.ts';
import type { SbomDocument, SbomLimits } from '../bom/document.ts';
import { SpdxBuilder } from './builder.ts';

/** Longer lines than this say nothing that is looked at; the longest are annotations. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Annotations and licences that a package may have, in the mean. */
const PARTS = 20;

/**
 * Reads an SPDX document of lines `Tag: value` (SPDX 2.3, clause 6.2): packages, their references, annotations and
 * relationships, and what licences are called that are not on the list.
 * @throws FormatError where no version of SPDX comes before all else
 */
export function readSpdxTags(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const builder = new SpdxBuilder(limits);
  const document = new TaggedDocument(builder, limits);
  let isDocument = false;
  for (const [tag, value] of tags(bytes, () =>
    builder.faults.add('limit', 'a text (<text>) does not end, so that what follows was not read'),
  )) {
    if (!isDocument && tag !== 'SPDXVersion') throw new FormatError('it does not begin with a version of SPDX');
    isDocument = true;
    document.add(tag, value);
  }
  if (!isDocument) throw new FormatError('it has no version of SPDX');
  document.end();
  return builder.document();
}

class TaggedDocument {
  readonly #builder: SpdxBuilder;
  readonly #limits: SbomLimits;
  readonly #packages: TaggedPackage[] = [];
  readonly #licences: { readonly licenseId: string; name?: string; extractedText?: string }[] = [];
  /** By what they are about. */
  readonly #annotations = new Map<string, { readonly comment: string }[]>();
  #current: TaggedPackage | undefined;
  #about: string | undefined;
  #parts = 0;

  constructor(builder: SpdxBuilder, limits: SbomLimits) {
    this.#builder = builder;
    this.#limits = limits;
  }

  add(tag: string, value: string): void {
    switch (tag) {
      case 'SPDXVersion':
        this.#builder.version(value);
        break;
      case 'PackageName':
        this.#current = new TaggedPackage(value);
        // One more than may be, so that it is noticed.
        if (this.#packages.length <= this.#limits.components) this.#packages.push(this.#current);
        break;
      // What follows is about something else.
      case 'FileName':
      case 'SnippetSPDXID':
        this.#current = undefined;
        break;
      case 'LicenseID':
        this.#current = undefined;
        if (this.#isWithin()) this.#licences.push({ licenseId: value });
        break;
      case 'LicenseName':
      case 'ExtractedText': {
        const last = this.#licences.at(-1);
        if (last !== undefined) last[tag === 'LicenseName' ? 'name' : 'extractedText'] ??= value;
        break;
      }
      case 'Relationship': {
        const [from, type, to] = value.split(/\s+/);
        this.#builder.relationship(from, type, to);
        break;
      }
      case 'SPDXREF':
        this.#about = value;
        break;
      case 'AnnotationComment':
        this.#annotation(value);
        break;
      default:
        this.#current?.add(tag, value);
    }
  }

  end(): void {
    this.#builder.licences(this.#licences);
    this.#builder.annotations(this.#annotations.get('SPDXRef-DOCUMENT') ?? []);
    for (const one of this.#packages) {
      const annotations = this.#annotations.get(one.ref) ?? [];
      if (!this.#builder.package({ ...one.record(), annotations })) break;
    }
  }

  /** It comes after what it is about (SPDX 2.3, clause 12). */
  #annotation(comment: string): void {
    const about = this.#about;
    this.#about = undefined;
    if (about === undefined || !this.#isWithin()) return;
    const known = this.#annotations.get(about);
    if (known === undefined) this.#annotations.set(about, [{ comment }]);
    else known.push({ comment });
  }

  #isWithin(): boolean {
    if (++this.#parts <= PARTS * this.#limits.components) return true;
    this.#builder.faults.add('limit', `it has more than ${PARTS * this.#limits.components} annotations and licences`);
    return false;
  }
}

/** A package as it is gathered from lines, in the shape of the JSON form. */
class TaggedPackage {
  readonly #fields: Record<string, string> = {};
  readonly #references: object[] = [];
  readonly #checksums: object[] = [];

  constructor(name: string) {
    this.#fields['name'] = name;
  }

  get ref(): string {
    return this.#fields['SPDXID'] ?? '';
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

/**
 * Tags and values; comments, blank lines and the rest of long texts (`<text>`) are left out.
 * @param onUnended told where the last of these texts has no end
 */
function* tags(bytes: Uint8Array, onUnended: () => void): Generator<readonly [tag: string, value: string]> {
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
  if (inText) onUnended();
}
