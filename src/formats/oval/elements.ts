import { FormatError } from '../../errors.ts';

/** Characters of one element's text that are kept. */
const MAXIMUM = 256 * 1024;

/** Where in an OVAL document one is, and the text of the element that is read. */
export class Elements {
  #path: string[] = [];
  #text: string[] = [];
  #length = 0;

  get depth(): number {
    return this.#path.length;
  }

  /** `definitions`, `tests`, `objects`, `states`; undefined outside of them. */
  get section(): string | undefined {
    return this.#path[1];
  }

  /** Name of the element that the open one stands in. */
  get parent(): string | undefined {
    return this.#path.at(-2);
  }

  open(name: string): void {
    if (this.#path.length === 0 && name !== 'oval_definitions') {
      throw new FormatError(`the document is no OVAL: its element is ${JSON.stringify(name.slice(0, 60))}`);
    }
    this.#path.push(name);
    this.#text = [];
    this.#length = 0;
  }

  close(): void {
    this.#path.pop();
    this.#text = [];
    this.#length = 0;
  }

  text(text: string): void {
    if (this.#length > MAXIMUM) return;
    this.#length += text.length;
    this.#text.push(text);
  }

  /** The text of the open element since its beginning, or since its last child ended. */
  taken(): string {
    const text = this.#text.join('').slice(0, MAXIMUM).trim();
    this.#text = [];
    this.#length = 0;
    return text;
  }
}
