import { escapeAsJson } from './escape-text.ts';

/** Two blanks of indentation and a line feed at the end, in the order of the document: equal reports, equal bytes. */
export function jsonText(document: object): string {
  // JSON.stringify leaves these as they are, and a terminal obeys some of them (C1) or turns the line around (bidi).
  // What can be one of them is looked for first, without the properties of characters: nearly all of a report is ASCII.
  const text = JSON.stringify(document, undefined, 2).replace(/[\x7f-\uffff]+/g, (part) =>
    part.replace(/[\x7f-\x9f\p{Cf}\u2028\u2029]/gu, escapeAsJson),
  );
  return `${text}\n`;
}
