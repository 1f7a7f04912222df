import { FormatError, LimitError } from '../../errors.ts';
import type { SbomDocument, SbomLimits } from '../bom/document.ts';
import { type XmlHandler, XmlParser } from '../xml/parser.ts';
import { CycloneDxBuilder } from './builder.ts';

/** Bytes that are parsed at once: what is not finished in a piece is searched again in the next. */
const PIECE = 1024 * 1024;

/** Elements in each other: components stand a hundred deep, and each takes two. */
const DEPTH = 260;

/** Characters of one text; the largest is the property that has the history of an image. */
const LONGEST = 16 * 1024 * 1024;

/** Licences, digests, properties and places of a component, in the mean; and components that one needs. */
const LISTED = 100;

const NAMESPACE = 'http://cyclonedx.org/schema/bom/';

/**
 * Reads a CycloneDX document in XML (cyclonedx.org/docs/1.7/xml), component by component. It says the same as the JSON
 * form; the version stands in the namespace.
 * @throws FormatError if it is not well-formed, is another document, or ends in the middle
 */
export function readCycloneDxXml(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const builder = new CycloneDxBuilder(limits);
  const parser = new XmlParser(new CycloneDxHandler(builder, limits), { depth: DEPTH });
  try {
    for (let at = 0; at < bytes.length; at += PIECE) parser.push(bytes.subarray(at, at + PIECE));
    parser.end();
  } catch (error) {
    // What came before the limit was read.
    if (!(error instanceof LimitError)) throw error;
    builder.faults.add('limit', error.message);
  }
  return builder.document();
}

/** An object of the JSON form in the making. */
type Made = { [key: string]: unknown };

/** An element that is open, and what comes of it. */
interface Open {
  readonly name: string;
  /** The object that its children belong to; undefined where nothing below it is looked at. */
  readonly into?: Made;
  /** Its text is wanted: by whom. */
  readonly take?: (text: string) => void;
  readonly close?: () => void;
}

const nothing: Omit<Open, 'name'> = {};

class CycloneDxHandler implements XmlHandler {
  readonly #builder: CycloneDxBuilder;
  readonly #limits: SbomLimits;
  readonly #open: Open[] = [];
  #text = '';
  #components = 0;
  #listed = 0;

  constructor(builder: CycloneDxBuilder, limits: SbomLimits) {
    this.#builder = builder;
    this.#limits = limits;
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    this.#text = '';
    const parent = this.#open.at(-1);
    const how = parent === undefined ? this.#root(name, attributes) : this.#child(parent, name, attributes);
    this.#open.push({ name, ...how });
  }

  text(text: string): void {
    if (this.#open.at(-1)?.take === undefined) return;
    if (this.#text.length + text.length > LONGEST) throw new LimitError(`a text has more than ${LONGEST} characters`);
    this.#text += text;
  }

  close(): void {
    const { take, close } = this.#open.pop() as Open;
    take?.(withoutMargin(this.#text));
    this.#text = '';
    close?.();
  }

  #root(name: string, attributes: ReadonlyMap<string, string>): Omit<Open, 'name'> {
    const namespace = [...attributes].find(
      ([key, value]) => (key === 'xmlns' || key.startsWith('xmlns:')) && value.startsWith(NAMESPACE),
    )?.[1];
    if (name !== 'bom') throw new FormatError(`its element is called ${JSON.stringify(name.slice(0, 40))}, not bom`);
    this.#builder.version(namespace?.slice(NAMESPACE.length));
    return { into: {} };
  }

  /** What an element is by the name of its own and of the one that has it. */
  #child(parent: Open, name: string, attributes: ReadonlyMap<string, string>): Omit<Open, 'name'> {
    const { into } = parent;
    if (into === undefined) return nothing;
    switch (`${parent.name}/${name}`) {
      case 'bom/metadata':
      case 'bom/components':
      case 'bom/dependencies':
      case 'bom/compositions':
      case 'component/hashes':
      case 'component/licenses':
      case 'component/properties':
      case 'component/components':
      case 'component/evidence':
        return { into };
      case 'evidence/licenses':
      case 'evidence/occurrences':
        into['evidence'] ??= {};
        return { into: into['evidence'] as Made };
      case 'metadata/component': {
        const made = component(attributes);
        return { into: made, close: () => this.#builder.subject(made) };
      }
      case 'components/component': {
        if (++this.#components > this.#limits.components) {
          throw new LimitError(`it has more than ${this.#limits.components} components`);
        }
        const made = component(attributes);
        // Of the subject, components are parts; of the document, they are told one by one.
        if (this.#open.at(-2)?.name === 'component') this.#list(into, 'components', made);
        else return { into: made, close: () => void this.#builder.component(made) };
        return { into: made };
      }
      case 'component/group':
      case 'component/name':
      case 'component/version':
      case 'component/purl':
        return { take: (text) => set(into, name, text) };
      case 'component/supplier': {
        const made: Made = {};
        into['supplier'] = made;
        return { into: made };
      }
      case 'supplier/name':
        return { take: (text) => set(into, 'name', text) };
      case 'hashes/hash':
        return {
          take: (content) => this.#list(into, 'hashes', { alg: attributes.get('alg'), content: content.trim() }),
        };
      case 'licenses/license': {
        const made: Made = {};
        return { into: made, close: () => this.#list(into, 'licenses', { license: made }) };
      }
      case 'license/id':
      case 'license/name':
        return { take: (text) => set(into, name, text) };
      case 'licenses/expression':
        return { take: (expression) => this.#list(into, 'licenses', { expression }) };
      // Since 1.7 an expression may have details, and stands in an attribute then.
      case 'licenses/expression-detailed':
        this.#list(into, 'licenses', { expression: attributes.get('expression') });
        return nothing;
      case 'properties/property':
        return { take: (value) => this.#list(into, 'properties', { name: attributes.get('name'), value }) };
      case 'occurrences/occurrence': {
        const made: Made = {};
        return { into: made, close: () => this.#list(into, 'occurrences', made) };
      }
      case 'occurrence/location':
        return { take: (text) => set(into, 'location', text) };
      case 'dependencies/dependency': {
        const made: Made = { ref: attributes.get('ref') };
        return { into: made, close: () => this.#builder.dependency(made) };
      }
      case 'dependency/dependency':
        this.#list(into, 'dependsOn', attributes.get('ref'));
        return nothing;
      case 'compositions/composition': {
        const made: Made = {};
        return { into: made, close: () => this.#builder.composition(made) };
      }
      case 'composition/aggregate':
        return { take: (text) => set(into, 'aggregate', text) };
      case 'composition/assemblies':
      case 'composition/dependencies':
        into[name] ??= [];
        return { into };
      case 'assemblies/assembly':
        this.#list(into, 'assemblies', attributes.get('ref'));
        return nothing;
      default:
        return nothing;
    }
  }

  #list(into: Made, key: string, value: unknown): void {
    if (++this.#listed > LISTED * this.#limits.components) {
      throw new LimitError(`its components have more than ${LISTED * this.#limits.components} parts`);
    }
    into[key] ??= [];
    (into[key] as unknown[]).push(value);
  }
}

function component(attributes: ReadonlyMap<string, string>): Made {
  return { type: attributes.get('type'), 'bom-ref': attributes.get('bom-ref') };
}

/** The first one counts: what comes twice is no valid document. */
function set(into: Made, key: string, text: string): void {
  into[key] ??= text;
}

/** Blanks belong to a text, unless it stands on lines of its own. */
function withoutMargin(text: string): string {
  return text.includes('\n') && /^\s|\s$/.test(text) ? text.trim() : text;
}
