import { FormatError } from '../../errors.ts';
import type { SbomComponent, SbomDocument, SbomLimits } from '../bom/document.ts';
import { SbomFaults } from '../bom/faults.ts';
import { jsonValue } from '../bom/json-values.ts';
import { sbomText as text } from '../bom/text.ts';
import { type JsonMember, jsonElements, jsonMembers } from '../json-members.ts';
import { asList, asRecord, type JsonRecord } from '../record.ts';
import { componentFrom, nestedIn } from './component.ts';

/** Versions of the format that are known (cyclonedx.org/specification/overview). */
const versions = ['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'];

/** Dependencies that a component may have, in the mean. */
const EDGES = 20;

/** Components within components: more levels than anything is packed in. */
const DEEPEST = 100;

/**
 * Reads a CycloneDX document in JSON (ECMA-424), component by component, so that a large one takes the memory of what is
 * in it. A component that is none is a fault; a version that is not known is one too, and what can be read is.
 * @throws FormatError if it is no JSON object, or ends in the middle
 */
export function readCycloneDx(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const reader = new CycloneDxReader(limits);
  for (const member of jsonMembers(bytes)) reader.member(member);
  return reader.document();
}

class CycloneDxReader {
  readonly #limits: SbomLimits;
  readonly #faults = new SbomFaults();
  readonly #components: SbomComponent[] = [];
  readonly #dependencies = new Map<string, readonly string[]>();
  readonly #compositions: JsonRecord[] = [];
  #subject: SbomComponent | undefined;
  #version: string | undefined;
  #edges = 0;

  constructor(limits: SbomLimits) {
    this.#limits = limits;
  }

  member({ name, value }: JsonMember): void {
    switch (name) {
      case 'specVersion':
        this.#version = text(this.#value(name, value));
        break;
      case 'metadata':
        this.#metadata(value);
        break;
      case 'components':
        for (const element of this.#elements(name, value)) {
          if (!this.#component(asRecord(element), 0)) break;
        }
        break;
      case 'dependencies':
        for (const element of this.#elements(name, value)) this.#dependency(asRecord(element));
        break;
      case 'compositions':
        for (const element of this.#elements(name, value)) {
          const composition = asRecord(element);
          if (composition !== undefined && this.#compositions.length < 1000) this.#compositions.push(composition);
        }
        break;
    }
  }

  document(): SbomDocument {
    const version = this.#version;
    if (version === undefined || !versions.includes(version)) {
      const which = version === undefined ? 'no version' : `version ${version.slice(0, 40)}`;
      this.#faults.add('version', `it says ${which} of CycloneDX, and known are ${versions.join(', ')}`);
    }
    const complete = this.#complete();
    return {
      format: `CycloneDX ${version?.slice(0, 40) ?? 'of no version'}`,
      ...(this.#subject !== undefined && { subject: this.#subject }),
      components: this.#components,
      dependencies: this.#dependencies,
      ...(complete !== undefined && { complete }),
      faults: this.#faults.all(),
    };
  }

  #value(name: string, bytes: Uint8Array): unknown {
    try {
      return jsonValue(bytes);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#faults.component(`${name}: ${error.message}`);
      return undefined;
    }
  }

  /** Elements of a list that is too large to be read at once; what is no list has none, which is a fault. */
  *#elements(name: string, list: Uint8Array): Generator<unknown> {
    let index = 0;
    if (list[0] !== 0x5b) {
      this.#faults.component(`${name} is no list`);
      return;
    }
    for (const bytes of jsonElements(list)) {
      const value = this.#value(`${name}[${index++}]`, bytes);
      if (value !== undefined) yield value;
    }
  }

  #metadata(bytes: Uint8Array): void {
    const component = asRecord(asRecord(this.#value('metadata', bytes))?.['component']);
    if (component === undefined) return;
    this.#subject = componentFrom(component, undefined);
    for (const nested of nestedIn(component)) this.#component(asRecord(nested), 1);
  }

  /** Takes a component with all that is in it; false where no more may be taken. */
  #component(root: JsonRecord | undefined, level: number): boolean {
    const pending: {
      readonly record: JsonRecord | undefined;
      readonly parent: SbomComponent | undefined;
      readonly level: number;
    }[] = [{ record: root, parent: undefined, level }];
    for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
      if (one.record === undefined) {
        this.#faults.component('a component is no object');
        continue;
      }
      if (this.#components.length >= this.#limits.components) {
        this.#faults.add('limit', `it has more than ${this.#limits.components} components`);
        return false;
      }
      const component = componentFrom(one.record, one.parent);
      if (component === undefined) {
        this.#faults.component('a component has no name');
      } else this.#components.push(component);
      const nested = nestedIn(one.record);
      if (nested.length > 0 && one.level >= DEEPEST) {
        this.#faults.add('limit', `components stand in components deeper than ${DEEPEST} levels`);
        continue;
      }
      // The last one is taken first.
      for (let i = nested.length - 1; i >= 0; i--) {
        pending.push({ record: asRecord(nested[i]), parent: component ?? one.parent, level: one.level + 1 });
      }
    }
    return true;
  }

  #dependency(record: JsonRecord | undefined): void {
    const ref = text(record?.['ref']);
    const needed = asList(record?.['dependsOn']).filter((one) => typeof one === 'string');
    if (ref === undefined || needed.length === 0) return;
    this.#edges += needed.length;
    if (this.#edges > EDGES * this.#limits.components) {
      this.#faults.add('limit', `it has more than ${EDGES * this.#limits.components} dependencies`);
      return;
    }
    const known = this.#dependencies.get(ref);
    this.#dependencies.set(ref, known === undefined ? needed : [...known, ...needed]);
  }

  /** What is said of the subject, or of the document as a whole (section "compositions"). */
  #complete(): boolean | undefined {
    const subject = this.#subject?.ref;
    const said = this.#compositions
      .filter(({ assemblies, dependencies }) => {
        if (assemblies === undefined) return dependencies === undefined;
        return subject !== undefined && asList(assemblies).includes(subject);
      })
      .map(({ aggregate }) => aggregate)
      .filter((aggregate) => aggregate !== 'unknown' && aggregate !== 'not_specified');
    return said.length === 0 ? undefined : said.every((aggregate) => aggregate === 'complete');
  }
}
