import type { Report } from '../model/report.ts';
import type { Format } from './format.ts';

/** The report as it is, in JSON; several reports stand in one document (docs/report.md). */
export const json: Format = {
  id: 'json',
  title: 'The whole report as JSON (docs/report.schema.json)',
  render: renderJson,
};

/** Two blanks of indentation and a line feed at the end, in the order of the report: equal reports, equal bytes. */
function renderJson(reports: readonly Report[]): string {
  const [first] = reports;
  const document = reports.length === 1 && first !== undefined ? first : { schemaVersion: 1, reports };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
