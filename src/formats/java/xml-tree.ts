import { FormatError, LimitError } from '../../errors.ts';
import { XmlParser } from '../xml/parser.ts';

/** An element of a document that is held whole: build files are small. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, without blanks at its ends. */
  readonly text: string;
}

interface Growing {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Growing[];
  text: string;
}

/** Elements of a document, and characters of a text: the largest build files have some ten thousand. */
const MAX_ELEMENTS = 300_000;
const MAX_TEXT = 10_000;
/** Bytes that are parsed at once. */
const PIECE = 64 * 1024;

/**
 * Reads a whole document into a tree.
 * @param skip names of elements whose content does not matter
 * @throws FormatError if it is no XML, or has names that no element can have
 * @throws LimitError if it has more elements, or deeper, than anybody writes
 */
export function readXmlTree(bytes: Uint8Array, skip: ReadonlySet<string> = new Set()): XmlElement {
  const top: Growing = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [top];
  let skipped = 0;
  let elements = 0;
  const parser = new XmlParser({
    open(name, attributes) {
      if (!/^[A-Za-z_\u0080-\uFFFF]/.test(name))
        throw new FormatError(`${JSON.stringify(name)} is no name of an element`);
      if (skipped > 0 || (skip.has(name) && open.length > 1)) {
        skipped++;
        return;
      }
      if (++elements > MAX_ELEMENTS) throw new LimitError(`the XML document has more than ${MAX_ELEMENTS} elements`);
      const element: Growing = { name, attributes, children: [], text: '' };
      open.at(-1)?.children.push(element);
      open.push(element);
    },
    text(text) {
      const element = open.at(-1);
      if (skipped === 0 && element !== undefined && element.text.length < MAX_TEXT) element.text += text;
    },
    close() {
      if (skipped > 0) skipped--;
      else {
        const element = open.pop();
        if (element !== undefined) element.text = element.text.slice(0, MAX_TEXT).trim();
      }
    },
  });
  const document = inUtf8(bytes);
  for (let at = 0; at < document.length; at += PIECE) parser.push(document.subarray(at, at + PIECE));
  parser.end();
  const [root] = top.children;
  if (root === undefined) throw new FormatError('the XML document has no element');
  return root;
}

/** The first child of a name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name);
}

/** The text of the first child of a name; undefined where it is blank. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  const text = child(element, name)?.text;
  return text === '' ? undefined : text;
}

/** All elements two steps down: `<dependencies><dependency/>...`. */
export function listed(element: XmlElement | undefined, list: string, item: string): readonly XmlElement[] {
  return child(element, list)?.children.filter((one) => one.name === item) ?? [];
}

/** Build files of old are in the encoding of the machine they were written on. */
function inUtf8(bytes: Uint8Array): Uint8Array {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1');
  const wide = /^(?:\xFF\xFE|\xFE\xFF)/.exec(head);
  const label = wide === null ? /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] : 'utf-16';
  if (label === undefined || /^(?:utf-?8|us-ascii|ascii)$/i.test(label)) return bytes;
  try {
    const decoder = new TextDecoder(head.startsWith('\xFE\xFF') ? 'utf-16be' : label);
    // The declaration no longer holds.
    return Buffer.from(decoder.decode(bytes).replace(/^<\?xml[^>]*\?>/, ''));
  } catch (error) {
    throw new FormatError(`the XML document is in ${label}, which is not known`, {
      cause: error,
      reason: 'unsupported',
    });
  }
}
