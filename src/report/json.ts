import type { Report } from '../model/report.ts';
import type { Format, RenderOptions } from './format.ts';

/** The report as it is, in JSON; several reports stand in one document (docs/report.md). */
export const json: Format = {
  id: 'json',
  title: 'The whole report as JSON (docs/report.schema.json)',
  steady: true,
  render: renderJson,
};

function renderJson(reports: readonly Report[], { several = reports.length !== 1 }: RenderOptions): string {
  return jsonText(reports.length === 1 && !several ? reports[0]! : { schemaVersion: 1, reports });
}

/** Two blanks of indentation and a line feed at the end, in the order of the document: equal reports, equal bytes. */
export function jsonText(document: object): string {
  // JSON.stringify leaves these as they are, and a terminal obeys some of them (C1) or turns the line around (bidi).
  // What can be one of them is looked for first, without the properties of characters: nearly all of a report is ASCII.
  const text = JSON.stringify(document, undefined, 2).replace(/[\x7f-\uffff]+/g, (part) =>
    part.replace(/[\x7f-\x9f\p{Cf}\u2028\u2029]/gu, escaped),
  );
  return `${text}\n`;
}

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
}
