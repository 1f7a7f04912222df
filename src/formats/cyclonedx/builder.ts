import type { SbomComponent, SbomDocument, SbomLimits } from '../bom/document.ts';
import { SbomFaults } from '../bom/faults.ts';
import { sbomText as text } from '../bom/text.ts';
import { asList, asRecord, type JsonRecord } from '../record.ts';
import { componentFrom, nestedIn } from './component.ts';

/** Versions of the format that are known (cyclonedx.org/specification/overview). */
const versions = ['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'];

/** Dependencies that a component may have, in the mean. */
const EDGES = 20;

/** Components within components: more levels than anything is packed in. */
const DEEPEST = 100;

const COMPOSITIONS = 1000;

/** Puts a document of CycloneDX together from its parts, in the shape that they have in JSON, whatever form it is in. */
export class CycloneDxBuilder {
  readonly faults = new SbomFaults();
  readonly #limits: SbomLimits;
  readonly #components: SbomComponent[] = [];
  readonly #dependencies = new Map<string, readonly string[]>();
  readonly #compositions: JsonRecord[] = [];
  #subject: SbomComponent | undefined;
  #version: string | undefined;
  #edges = 0;

  constructor(limits: SbomLimits) {
    this.#limits = limits;
  }

  version(value: unknown): void {
    this.#version = text(value);
  }

  /** What the document is about: `metadata.component`. */
  subject(record: JsonRecord): void {
    this.#subject = componentFrom(record, undefined);
    for (const nested of nestedIn(record)) this.#add(asRecord(nested), 1);
  }

  /** Takes a component with all that is in it; false where no more may be taken. */
  component(record: JsonRecord | undefined): boolean {
    return this.#add(record, 0);
  }

  dependency(record: JsonRecord | undefined): void {
    const ref = text(record?.['ref']);
    const needed = asList(record?.['dependsOn']).filter((one) => typeof one === 'string');
    if (ref === undefined || needed.length === 0) return;
    this.#edges += needed.length;
    if (this.#edges > EDGES * this.#limits.components) {
      this.faults.add('limit', `it has more than ${EDGES * this.#limits.components} dependencies`);
      return;
    }
    const known = this.#dependencies.get(ref);
    this.#dependencies.set(ref, known === undefined ? needed : [...known, ...needed]);
  }

  composition(record: JsonRecord | undefined): void {
    if (record !== undefined && this.#compositions.length < COMPOSITIONS) this.#compositions.push(record);
  }

  document(): SbomDocument {
    const version = this.#version;
    if (version === undefined || !versions.includes(version)) {
      const which = version === undefined ? 'no version' : `version ${version.slice(0, 40)}`;
      this.faults.add('version', `it says ${which} of CycloneDX, and known are ${versions.join(', ')}`);
    }
    const complete = this.#complete();
    return {
      format: `CycloneDX ${version?.slice(0, 40) ?? 'of no version'}`,
      ...(this.#subject !== undefined && { subject: this.#subject }),
      components: this.#components,
      dependencies: this.#dependencies,
      ...(complete !== undefined && { complete }),
      faults: this.faults.all(),
    };
  }

  #add(root: JsonRecord | undefined, level: number): boolean {
    const pending: {
      readonly record: JsonRecord | undefined;
      readonly parent: SbomComponent | undefined;
      readonly level: number;
    }[] = [{ record: root, parent: undefined, level }];
    for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
      if (one.record === undefined) {
        this.faults.component('a component is no object');
        continue;
      }
      if (this.#components.length >= this.#limits.components) {
        this.faults.add('limit', `it has more than ${this.#limits.components} components`);
        return false;
      }
      const component = componentFrom(one.record, one.parent);
      if (component === undefined) {
        this.faults.component('a component has no name');
      } else this.#components.push(component);
      const nested = nestedIn(one.record);
      if (nested.length > 0 && one.level >= DEEPEST) {
        this.faults.add('limit', `components stand in components deeper than ${DEEPEST} levels`);
        continue;
      }
      // The last one is taken first.
      for (let i = nested.length - 1; i >= 0; i--) {
        pending.push({ record: asRecord(nested[i]), parent: component ?? one.parent, level: one.level + 1 });
      }
    }
    return true;
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
