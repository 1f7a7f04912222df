import { escapeAsJson } from './escape-text.ts';

/** Two blanks of indentation and a line feed at the end, in the order of the document: equal reports, equal bytes. */
export function jsonText(document: object): string {
  return `${harmless(JSON.stringify(document, undefined, 2))}\n`;
}

/** The same on one line, without an end: for formats of lines, such as server-sent events. */
export function jsonLine(document: object): string {
  return harmless(JSON.stringify(document));
}

function harmless(text: string): string {
  // JSON.stringify leaves these as they are, and a terminal obeys some of them (C1) or turns the line around (bidi).
  // What can be one of them is looked for first, without the properties of characters: nearly all of a report is ASCII.
  return text.replace(/[\x7f-\uffff]+/g, (part) => part.replace(/[\x7f-\x9f\p{Cf}\u2028\u2029]/gu, escapeAsJson));
}
