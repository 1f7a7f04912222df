import type { Report } from '../../model/report.ts';
import { columnLines } from '../../report/columns.ts';
import { escapeLine } from '../../report/escape.ts';
import { countingFindings } from '../../report/filters.ts';
import { type ClusterListing, referenceOf } from './cluster.ts';

const shown = ['critical', 'high', 'medium', 'low'] as const;

/** Workloads with their images; with what was found in them, where they were scanned. */
export function workloadTable({ workloads }: ClusterListing, width: number, reports?: readonly Report[]): string {
  const found = reports && Map.groupBy(reports, ({ image }) => image.reference);
  const rows = workloads.flatMap(({ namespace, kind, name, containers }) =>
    containers.map((container) => [
      namespace,
      `${kind.toLowerCase()}/${name}`,
      container.kind === 'container' ? container.name : `${container.name} (${container.kind})`,
      ...(found === undefined ? [] : countsOf(found.get(referenceOf(container)))),
      container.running === undefined ? container.image : `${container.image} (${digestOf(container.running)})`,
    ]),
  );
  const counts = found === undefined ? [] : shown.map((severity) => severity.toUpperCase());
  const head = ['NAMESPACE', 'WORKLOAD', 'CONTAINER', ...counts, 'IMAGE'];
  if (rows.length === 0) return 'No workload runs an image here.\n';
  return `${columnLines([head, ...rows.map((row) => row.map(escapeLine))], width).join('\n')}\n`;
}

/** Of all platforms that were scanned together. */
function countsOf(reports: readonly Report[] | undefined): readonly string[] {
  if (reports === undefined) return shown.map(() => '?');
  const severities = reports.flatMap((report) => countingFindings(report).map(({ severity }) => severity));
  return shown.map((severity) => String(severities.filter((one) => one === severity).length));
}

function digestOf(running: string): string {
  const at = running.indexOf('@');
  return running.slice(at + 1, at + 1 + 'sha256:'.length + 12);
}
