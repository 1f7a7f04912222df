import { type ReportDocument, readReportDocument, refuseReport } from './read-report.ts';
import { ReportSchema } from './schema.ts';

/** Moments that formats compute with; those of a report are RFC 3339. */
const isMoment = (text: string): boolean => !Number.isNaN(Date.parse(text));

/**
 * Reads reports of the JSON format of which every part is to be used, so that every part is held against the schema
 * (dist/report.schema.json). What the schema does not know stays as it is.
 * @param name of the file, for messages
 * @throws UsageError that names the first part that is wrong
 */
export function readWholeReports(text: string, name: string): ReportDocument {
  const document = readReportDocument(text, name);
  for (const [i, report] of document.reports.entries()) {
    const where = document.reports.length > 1 ? `${name}, report ${i + 1}` : name;
    const { error } = ReportSchema.safeParse(report);
    const issue = error?.issues[0];
    if (issue !== undefined) {
      // The list of all words would be a page.
      const why = issue.code === 'invalid_value' ? 'no value that this version of Drydock knows' : issue.message;
      throw refuseReport(where, `${placeOf(issue.path)}: ${why}`);
    }
    for (const part of ['createdAt', 'asOf'] as const) {
      const moment = report[part];
      if (moment !== undefined && !isMoment(moment)) throw refuseReport(where, `${part} is no moment`);
    }
  }
  return document;
}

/** `findings[3].score.cvss`. */
function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
    .slice(0, 200);
}
