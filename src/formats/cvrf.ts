import { FormatError, LimitError } from '../errors.ts';
import { xmlItems } from './xml/items.ts';
import type { XmlHandler } from './xml/parser.ts';

/** A product of the tree: a release, or a file of one. */
export interface CvrfProduct {
  /** Type and name of the branch: `Package Arch`, `x86_64`. */
  readonly branch: { readonly type: string; readonly name: string };
  readonly id: string;
  readonly cpe: string;
  readonly name: string;
}

/** A vulnerability of a document. */
export interface CvrfVulnerability {
  readonly cve: string;
  /** Products by status: `Fixed`. */
  readonly status: ReadonlyMap<string, readonly string[]>;
}

/** A document of the Common Vulnerability Reporting Framework 1.1, as far as openEuler fills it. */
export interface CvrfDocument {
  readonly id: string;
  readonly title: string;
  /** The note of the title `Severity`. */
  readonly severity: string;
  /** Days, as written. */
  readonly published: string;
  readonly modified: string;
  readonly products: readonly CvrfProduct[];
  readonly vulnerabilities: readonly CvrfVulnerability[];
}

const WORD = 1000;
const PRODUCTS = 500_000;
const VULNERABILITIES = 20_000;

/**
 * Reads one CVRF document (docs.oasis-open.org/csaf/csaf-cvrf/v1.2, www.icasi.org/cvrf-v1-1).
 * @throws FormatError if it is no such document, or damaged
 * @throws LimitError if it has more products or vulnerabilities than any real one
 */
export async function readCvrf(chunks: AsyncIterable<Uint8Array>): Promise<CvrfDocument> {
  for await (const document of xmlItems<CvrfDocument>(chunks, (emit) => new CvrfHandler(emit))) return document;
  throw new FormatError('the document is no CVRF');
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class CvrfHandler implements XmlHandler {
  readonly #emit: (document: CvrfDocument) => void;
  readonly #path: string[] = [];
  readonly #texts = { id: '', title: '', severity: '', published: '', modified: '' };
  readonly #products: CvrfProduct[] = [];
  readonly #vulnerabilities: { cve: string; status: Map<string, string[]> }[] = [];
  #branch = { type: '', name: '' };
  #product: Mutable<CvrfProduct> | undefined;
  #noteTitle = '';
  #status: string[] = [];
  #text = '';

  constructor(emit: (document: CvrfDocument) => void) {
    this.#emit = emit;
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#path.length === 0 && name !== 'cvrfdoc') {
      throw new FormatError(`the document is no CVRF, but <${name.slice(0, 60)}>`);
    }
    this.#path.push(name);
    this.#text = '';
    const word = (key: string): string => (attributes.get(key) ?? '').slice(0, WORD);
    if (name === 'Branch') this.#branch = { type: word('Type'), name: word('Name') };
    else if (name === 'Note') this.#noteTitle = word('Title');
    else if (name === 'FullProductName') {
      this.#product = { branch: this.#branch, id: word('ProductID'), cpe: word('CPE'), name: '' };
    } else if (name === 'Vulnerability') this.#vulnerabilities.push({ cve: '', status: new Map() });
    else if (name === 'Status') {
      this.#status = [];
      this.#vulnerabilities.at(-1)?.status.set(word('Type'), this.#status);
    }
    if (this.#products.length > PRODUCTS || this.#vulnerabilities.length > VULNERABILITIES) {
      throw new LimitError('the CVRF document has more products or vulnerabilities than any real one');
    }
  }

  text(text: string): void {
    if (this.#text.length < WORD) this.#text += text.slice(0, WORD);
  }

  close(name: string): void {
    this.#path.pop();
    const parent = this.#path.at(-1) ?? '';
    const text = this.#text.trim().slice(0, WORD);
    this.#text = '';
    if (name === 'cvrfdoc') this.#end();
    else if (name === 'ID' && parent === 'Identification') this.#texts.id = text;
    else if (name === 'DocumentTitle') this.#texts.title = text;
    else if (name === 'Note' && parent === 'DocumentNotes' && this.#noteTitle === 'Severity')
      this.#texts.severity = text;
    else if (name === 'InitialReleaseDate') this.#texts.published = text;
    else if (name === 'CurrentReleaseDate') this.#texts.modified = text;
    else if (name === 'FullProductName' && this.#product !== undefined) {
      this.#products.push({ ...this.#product, name: text });
    } else if (name === 'CVE') {
      const last = this.#vulnerabilities.at(-1);
      if (last !== undefined) last.cve = text;
    } else if (name === 'ProductID' && parent === 'Status') this.#status.push(text);
  }

  #end(): void {
    if (this.#texts.id === '') throw new FormatError('the CVRF document has no id');
    this.#emit({ ...this.#texts, products: this.#products, vulnerabilities: this.#vulnerabilities });
  }
}
