import type { SbomComponent, SbomDocument, SbomLimits } from '../bom/document.ts';
import { SbomFaults } from '../bom/faults.ts';
import { OWN } from '../bom/own-package.ts';
import { sbomText as text } from '../bom/text.ts';
import { asList, type JsonRecord } from '../record.ts';
import { LicenceNames } from './licence-names.ts';
import { componentFrom, propertiesOf } from './package.ts';

const versions = ['SPDX-2.2', 'SPDX-2.3', 'SPDX-3.0.0', 'SPDX-3.0.1'];
const DOCUMENT = 'SPDXRef-DOCUMENT';

/** Relationships that a package may have, in the mean. */
const EDGES = 20;

/** Puts a document of SPDX together from its elements, in whatever form and order they are written. */
export class SpdxBuilder {
  readonly faults = new SbomFaults();
  readonly #limits: SbomLimits;
  readonly #components: SbomComponent[] = [];
  readonly #licenceNames = new LicenceNames();
  readonly #described = new Set<string>();
  readonly #needed = new Map<string, string[]>();
  /** By what is contained. */
  readonly #within = new Map<string, string>();
  readonly #properties = new Map<string, readonly string[]>();
  #relationships = 0;
  #version: string | undefined;

  constructor(limits: SbomLimits) {
    this.#limits = limits;
  }

  version(value: unknown): void {
    this.#version = text(value);
  }

  /** Names of licences that are not on the list: known before the packages that have them, where the document is ours. */
  licences(list: unknown): void {
    for (const one of asList(list)) this.#licenceNames.add(one);
  }

  /** False where no more may be taken. */
  package(record: JsonRecord | undefined): boolean {
    if (this.#components.length >= this.#limits.components) {
      this.faults.add('limit', `it has more than ${this.#limits.components} packages`);
      return false;
    }
    const component = record === undefined ? undefined : componentFrom(record, this.#licenceNames);
    if (component === undefined) this.faults.component('a package has no name');
    else this.#components.push(component);
    return true;
  }

  describes(list: unknown): void {
    for (const one of asList(list)) if (typeof one === 'string') this.#described.add(one);
  }

  annotations(list: unknown): void {
    for (const [name, values] of propertiesOf({ annotations: list })) this.#properties.set(name, values);
  }

  /** A relationship that says what is described, contained or needed (SPDX 2.3, clause 11); others say nothing here. */
  relationship(from: unknown, type: unknown, to: unknown): void {
    const [a, b] = [text(from), text(to)];
    if (a === undefined || b === undefined) return;
    if (++this.#relationships > EDGES * this.#limits.components) {
      this.faults.add('limit', `it has more than ${EDGES * this.#limits.components} relationships`);
      return;
    }
    switch (type) {
      case 'DESCRIBES':
        if (a === DOCUMENT) this.#described.add(b);
        break;
      case 'DESCRIBED_BY':
        if (b === DOCUMENT) this.#described.add(a);
        break;
      case 'CONTAINS':
        if (!this.#within.has(b)) this.#within.set(b, a);
        break;
      case 'CONTAINED_BY':
        if (!this.#within.has(a)) this.#within.set(a, b);
        break;
      case 'DEPENDS_ON':
        this.#needs(a, b);
        break;
      case 'DEPENDENCY_OF':
        this.#needs(b, a);
        break;
    }
  }

  document(): SbomDocument {
    if (this.#version === undefined || !versions.includes(this.#version)) {
      const which = this.#version === undefined ? 'no version' : `version ${this.#version.slice(0, 40)}`;
      this.faults.add('version', `it says ${which} of SPDX, and known are ${versions.join(', ')}`);
    }
    const described = this.#components.filter(({ ref }) => ref !== undefined && this.#described.has(ref));
    const subject = described.find(isImage) ?? (described.length === 1 ? described[0] : undefined);
    const components = this.#components.filter((one) => one !== subject || !isImage(one));
    const complete = this.#properties.get(`${OWN}complete`)?.[0];
    return {
      format: this.#version?.slice(0, 40) ?? 'SPDX of no version',
      ...(subject !== undefined && { subject }),
      components: this.#nested(components, subject),
      dependencies: this.#needed,
      ...((complete === 'true' || complete === 'false') && { complete: complete === 'true' }),
      faults: this.faults.all(),
    };
  }

  #needs(one: string, other: string): void {
    const known = this.#needed.get(one);
    if (known === undefined) this.#needed.set(one, [other]);
    else known.push(other);
  }

  /** What is in something else than the subject or the document. Circles are left flat. */
  #nested(components: readonly SbomComponent[], subject: SbomComponent | undefined): readonly SbomComponent[] {
    if (this.#within.size === 0) return components;
    const copies = components.map((one): { -readonly [K in keyof SbomComponent]: SbomComponent[K] } => ({ ...one }));
    const byRef = new Map(copies.flatMap((one) => (one.ref === undefined ? [] : [[one.ref, one]])));
    for (const one of copies) {
      const parent = byRef.get(this.#within.get(one.ref ?? '') ?? '');
      if (parent !== undefined && parent !== one && parent.ref !== subject?.ref && parent.kind !== 'operating-system') {
        one.within = parent;
      }
    }
    return copies;
  }
}

function isImage({ kind, purl }: SbomComponent): boolean {
  return kind === 'container' || purl?.startsWith('pkg:oci/') === true;
}
