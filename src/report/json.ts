import { jsonText } from '../formats/json-text.ts';
import type { Report } from '../model/report.ts';
import type { Format, RenderOptions } from './format.ts';

/** The report as it is, in JSON; several reports stand in one document (docs/report.md). */
export const json: Format = {
  id: 'json',
  title: 'The whole report as JSON (dist/report.schema.json)',
  steady: true,
  render: renderJson,
};

function renderJson(reports: readonly Report[], { several = reports.length !== 1 }: RenderOptions): string {
  return jsonText(reports.length === 1 && !several ? reports[0]! : { schemaVersion: 1, reports });
}

export { jsonText };
