import { FormatError } from '../../errors.ts';
import type { SbomComponent, SbomDocument, SbomLimits } from '../bom/document.ts';
import { SbomFaults } from '../bom/faults.ts';
import { jsonValue } from '../bom/json-values.ts';
import { sbomText as text } from '../bom/text.ts';
import { jsonElements, jsonMembers } from '../json-members.ts';
import { asList, asRecord, type JsonRecord } from '../record.ts';
import { packageFrom, type TrivyResult, vulnerableFrom } from './package.ts';

/** What packages need, in the mean. */
const EDGES = 20;

/**
 * Reads the JSON report of Trivy (trivy.dev, "Reporting": `--format json`, SchemaVersion 2): operating system, layers and
 * packages, with what they need. Without `--list-all-pkgs` it has none but those that are vulnerable; then those are read,
 * and the document does not say that it lists everything. What Trivy found is not: the packages are judged anew.
 * @throws FormatError if it is no JSON object, or ends in the middle
 */
export function readTrivy(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const reader = new TrivyReader(limits);
  for (const { name, value } of jsonMembers(bytes)) reader.member(name, value);
  return reader.document();
}

class TrivyReader {
  readonly #limits: SbomLimits;
  readonly #faults = new SbomFaults();
  readonly #components: SbomComponent[] = [];
  readonly #dependencies = new Map<string, readonly string[]>();
  /** Of packages that are known by what is wrong with them alone. */
  readonly #seen = new Set<string>();
  #name: string | undefined;
  #version = 'no version';
  #metadata: JsonRecord = {};
  #results = 0;
  #edges = 0;
  #isPartial: boolean = false;

  constructor(limits: SbomLimits) {
    this.#limits = limits;
  }

  member(name: string, raw: Uint8Array): void {
    if (name === 'ArtifactName') this.#name = text(this.#value(name, raw));
    else if (name === 'SchemaVersion') this.#schema(this.#value(name, raw));
    else if (name === 'Metadata') this.#metadata = asRecord(this.#value(name, raw)) ?? {};
    // A report of nothing has null here.
    else if (name === 'Results' && raw[0] !== 0x6e) {
      for (const element of this.#elements(name, raw)) this.#result(element);
    }
  }

  document(): SbomDocument {
    const subject = this.#subject();
    return {
      format: `Trivy JSON of ${this.#version}`,
      ...(subject !== undefined && { subject }),
      components: [...this.#system(), ...this.#components],
      dependencies: this.#dependencies,
      ...(this.#isPartial && { complete: false }),
      faults: this.#faults.all(),
    };
  }

  #schema(value: unknown): void {
    this.#version = Number.isSafeInteger(value) ? `schema version ${value}` : 'no version';
    if (value !== 2) this.#faults.add('version', `it says ${this.#version} of Trivy's JSON, and known is 2`);
  }

  #value(name: string, raw: Uint8Array): unknown {
    try {
      return jsonValue(raw);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#faults.component(`${name}: ${error.message}`);
      return undefined;
    }
  }

  *#elements(name: string, raw: Uint8Array): Generator<Uint8Array> {
    if (raw[0] === 0x5b) yield* jsonElements(raw);
    else if (raw[0] !== 0x6e) this.#faults.component(`${name} is no list`);
  }

  /** What was found in one place: packages of the distribution, or of a lockfile. */
  #result(raw: Uint8Array): void {
    const place = `Results[${this.#results}]`;
    if (raw[0] !== 0x7b) {
      this.#faults.component(`${place} is no object`);
      return;
    }
    const members = new Map<string, Uint8Array>();
    for (const { name, value } of jsonMembers(raw)) members.set(name, value);
    const word = (name: string): string => text(this.#value(name, members.get(name) ?? empty)) ?? '';
    const result: TrivyResult = {
      index: this.#results++,
      target: word('Target'),
      class: word('Class'),
      type: word('Type'),
    };
    const [packages, vulnerabilities] = [members.get('Packages'), members.get('Vulnerabilities')];
    if (packages !== undefined) this.#packages(`${place}.Packages`, packages, result);
    else if (vulnerabilities !== undefined) {
      this.#isPartial = true;
      this.#vulnerable(`${place}.Vulnerabilities`, vulnerabilities, result);
    }
  }

  #packages(name: string, raw: Uint8Array, result: TrivyResult): void {
    let index = 0;
    for (const element of this.#elements(name, raw)) {
      const place = `${name}[${index++}]`;
      const record = asRecord(this.#value(place, element));
      const component = record === undefined ? undefined : packageFrom(record, result);
      if (component === undefined) {
        this.#faults.component(`${place} has no name`);
        continue;
      }
      if (!this.#add(component)) return;
      const needed = asList(record?.['DependsOn']).flatMap((id) =>
        text(id) === undefined ? [] : [`${result.index}/${id}`],
      );
      this.#edges += needed.length;
      if (this.#edges > EDGES * this.#limits.components) {
        this.#faults.add('limit', `it has more than ${EDGES * this.#limits.components} dependencies`);
      } else if (needed.length > 0 && component.ref !== undefined) this.#dependencies.set(component.ref, needed);
    }
  }

  #vulnerable(name: string, raw: Uint8Array, result: TrivyResult): void {
    let index = 0;
    for (const element of this.#elements(name, raw)) {
      const place = `${name}[${index++}]`;
      const record = asRecord(this.#value(place, element));
      const component = record === undefined ? undefined : vulnerableFrom(record, result);
      if (component === undefined) this.#faults.component(`${place} names no package`);
      else {
        const key = JSON.stringify([component.purl, component.name, component.version, component.locations]);
        if (this.#seen.has(key)) continue;
        this.#seen.add(key);
        if (!this.#add(component)) return;
      }
    }
  }

  #add(component: SbomComponent): boolean {
    if (this.#components.length >= this.#limits.components) {
      this.#faults.add('limit', `it has more than ${this.#limits.components} packages`);
      return false;
    }
    this.#components.push(component);
    return true;
  }

  #system(): readonly SbomComponent[] {
    const system = asRecord(this.#metadata['OS']);
    const [family, version] = [text(system?.['Family']), text(system?.['Name'])];
    if (family === undefined || family === 'none') return [];
    const kind = 'operating-system';
    const nothing = { licences: [], locations: [], properties: new Map<string, readonly string[]>() };
    return [{ kind, name: family, ...(version !== undefined && { version }), ...nothing }];
  }

  /** Image and layers, in the properties that Trivy gives them in CycloneDX. */
  #subject(): SbomComponent | undefined {
    if (this.#name === undefined) return undefined;
    const texts = (name: string): readonly string[] => asList(this.#metadata[name]).flatMap((one) => text(one) ?? []);
    const id = text(this.#metadata['ImageID']);
    const digest = /@(sha256:[0-9a-f]{64})$/.exec(texts('RepoDigests')[0] ?? '')?.[1];
    const pairs: [string, readonly string[]][] = [
      ['DiffID', texts('DiffIDs')],
      ['ImageID', id === undefined ? [] : [id]],
    ];
    return {
      kind: 'container',
      name: this.#name,
      ...(digest !== undefined && { version: digest }),
      licences: [],
      locations: [],
      properties: new Map(
        pairs.filter(([, values]) => values.length > 0).map(([name, values]) => [`aquasecurity:trivy:${name}`, values]),
      ),
    };
  }
}

const empty = Buffer.from('""');
