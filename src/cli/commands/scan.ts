import { reportFormats } from '../../config/options.ts';
import { UsageError } from '../../errors.ts';
import type { Report } from '../../model/report.ts';
import type { Command, Invocation } from '../command.ts';
import { deliverReports, scanStatus } from '../deliver.ts';
import { checkOutputs } from '../output-conflicts.ts';
import { checkImageName } from '../reading-options.ts';
import { prepareFormats } from '../report-formats.ts';
import { scanOptionNames } from '../scan-option-names.ts';
import { selectChecks } from '../select-checks.ts';
import { checkStandardInput } from '../standard-input.ts';

async function run(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  checkStandardInput(words, io);
  checkImageName(words, configuration);
  const [{ databaseOf, supplyAdvisories }, { scanImages }, prepared, { checks }] = await Promise.all([
    import('../advisory-supply.ts'),
    import('../scan-images.ts'),
    prepareFormats(invocation),
    import('../../checks/index.ts'),
  ]);
  const { settings } = configuration;
  checkOutputs(settings.output, [...words, databaseOf(settings, io.environment)], io.folder);
  const selection = selectChecks(configuration.settings, checks);
  const baseline = await readBaseline(invocation);
  const scanned = await scanImages(words, selection, supplyAdvisories, invocation, {
    learns: !settings['no-learn'],
  });
  const { errors } = scanned;
  const reports = await compareAll(scanned.reports, baseline);
  const shown = reports.length > 0 ? await deliverReports(reports, prepared, invocation) : [];
  return scanStatus(shown, errors, invocation, baseline !== undefined);
}

/** Read before anything is scanned: a slip in its name is told at once. */
async function readBaseline({ configuration }: Invocation): Promise<Report | undefined> {
  const { baseline } = configuration.settings;
  if (baseline === undefined) return undefined;
  const { notAReport, readReportFile } = await import('../report-file.ts');
  const [report, ...others] = (await readReportFile(baseline, baseline)) ?? [];
  if (report !== undefined && others.length === 0) return report;
  const what =
    others.length > 0 ? `${baseline} has several reports, and one is needed` : notAReport(baseline, baseline);
  throw new UsageError('usage.option', `--baseline: ${what}. "drydock scan IMAGE -f json" writes one.`);
}

async function compareAll(reports: readonly Report[], baseline: Report | undefined): Promise<readonly Report[]> {
  if (baseline === undefined) return reports;
  const { withBaseline } = await import('../../diff/baseline.ts');
  return reports.map((report) => withBaseline(report, baseline));
}

export const command: Command = {
  name: 'scan',
  summary: 'Scan images: packages, vulnerabilities, and what else is wrong.',
  description:
    'IMAGE is a file of "docker save", an OCI layout (archive or folder), an ACI, a layer, a root file system, a bill of materials (CycloneDX, SPDX or a list of package URLs), a package URL (pkg:npm/lodash@4.17.20), - for standard input, or a name, which Docker, Podman and the registry are asked for in this order. A scheme states what is meant: docker: podman: containerd: registry: docker-archive: oci-archive: oci-dir: aci: sif: squashfs: dir: layer: sbom:',
  arguments: [{ name: 'image', several: true, description: 'what to scan', offers: 'files' }],
  options: scanOptionNames,
  formats: reportFormats,
  examples: [
    'drydock scan debian:12',
    'drydock scan registry:ghcr.io/example/app:1.2 --platform all',
    'drydock scan image.tar',
    'drydock scan image.tar --fail-on high --ignore-unfixed',
    'drydock scan image.tar -f table -f sarif=report.sarif -f json=report.json',
    'drydock scan image.tar --server https://drydock.example',
  ],
  run,
};
