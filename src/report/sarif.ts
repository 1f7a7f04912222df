import { gzipSync } from 'node:zlib';
import type { Report } from '../model/report.ts';
import { imageNameOf, repositoryOf } from '../policy/image-name.ts';
import { escapeText } from './escape.ts';
import type { Format, RenderOptions } from './format.ts';
import { jsonText } from './json.ts';
import { sarifRun } from './sarif-run.ts';

/** What a code host takes; it refuses a file with more. */
export interface SarifLimits {
  readonly resultsPerRun: number;
  /** Of the file, compressed with gzip. */
  readonly bytes: number;
}

/** "SARIF support for code scanning": of GitHub, which has the narrowest limits. */
const gitHub: SarifLimits = { resultsPerRun: 25_000, bytes: 10_000_000 };

/** SARIF 2.1.0 (OASIS), as code hosts accept it: one run for each image (docs/sarif.md). */
export const sarif: Format = {
  id: 'sarif',
  title: 'SARIF 2.1.0 for code hosts (docs/sarif.md)',
  render: (reports, options) => sarifText(reports, options, gitHub),
};

/** As many results as fit into a file that is not too large. */
export function sarifText(
  reports: readonly Report[],
  options: RenderOptions,
  { resultsPerRun, bytes: room }: SarifLimits,
): string {
  let most = Math.min(resultsPerRun, Math.max(1, ...reports.map(({ findings }) => findings.length)));
  for (;;) {
    const text = jsonText(sarifLog(reports, options, most));
    const bytes = text.length <= room ? 0 : gzipSync(text).length;
    if (bytes <= room || most === 1) return text;
    most = Math.max(1, Math.floor(most * (room / bytes) * 0.9));
  }
}

function sarifLog(
  reports: readonly Report[],
  { several = reports.length > 1, showSuppressed = false, hidden = [] }: RenderOptions,
  most: number,
): object {
  const categories = several ? categoriesOf(reports) : [];
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: reports.map((report, index) =>
      sarifRun(report, {
        showSuppressed,
        hidden: hidden[index] ?? 0,
        most,
        runs: reports.length,
        category: categories[index],
      }),
    ),
  };
}

/**
 * What code hosts tell the runs of one file apart by (3.17.3): `drydock/IMAGE/`, of each image the least that is its own,
 * so that it stays the same when the image is built anew. What stands before the last slash counts.
 */
function categoriesOf(reports: readonly Report[]): readonly string[] {
  const names: readonly ((report: Report) => string)[] = [
    repository,
    (report) => `${repository(report)} ${report.image.platform}`,
    ({ image }) => image.reference,
    ({ image }) => `${image.reference} ${image.platform}`,
  ];
  const columns = names.map((nameOf) => reports.map(nameOf));
  const taken = new Set<string>();
  return reports.map((_, index) => {
    const isOwn = (column: readonly string[]): boolean =>
      column.indexOf(column[index]!) === column.lastIndexOf(column[index]!);
    let name = (columns.find(isOwn) ?? columns.at(-1)!)[index]!;
    for (let count = 2; taken.has(name); count++) name = `${columns.at(-1)![index]!} ${count}`;
    taken.add(name);
    return `drydock/${escapeText(name)}/`;
  });
}

function repository(report: Report): string {
  const name = imageNameOf(report);
  return name === undefined ? report.image.reference.split('/').at(-1)! : repositoryOf(name);
}
