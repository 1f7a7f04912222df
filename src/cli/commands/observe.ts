import { reportFormats } from '../../config/options.ts';
import type { ScanContext } from '../../context.ts';
import type { ElsewhereOptions } from '../../image/elsewhere-options.ts';
import type { Observer } from '../../model/observation.ts';
import type { Report } from '../../model/report.ts';
import type { Command, Invocation } from '../command.ts';
import { deliverReports, scanStatus } from '../deliver.ts';
import { runOptionNames } from '../observe/run-option-names.ts';
import type { RunSettings } from '../observe/run-settings.ts';
import type { ObservedContainer, ObservedImage } from '../observe/subject.ts';
import { checkOutputs } from '../output-conflicts.ts';
import { prepareFormats } from '../report-formats.ts';
import { scanOptionNames } from '../scan-option-names.ts';
import { selectChecks } from '../select-checks.ts';

/** Of a scan's options those that make no sense of an image that runs where it is, in its one variant. */
const unfit: ReadonlySet<string> = new Set(['baseline', 'no-learn', 'platform', 'image-name']);

async function run(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  const [{ databaseOf, supplyAdvisories }, { scanImages }, prepared, { checks }, { findSubject }, { readRunSettings }] =
    await Promise.all([
      import('../advisory-supply.ts'),
      import('../scan-images.ts'),
      prepareFormats(invocation),
      import('../../checks/index.ts'),
      import('../observe/subject.ts'),
      import('../observe/run-settings.ts'),
    ]);
  checkOutputs(settings.output, [...words, databaseOf(settings, io.environment)], io.folder);
  const selection = selectChecks(settings, checks);
  const runSettings = await readRunSettings(invocation);
  const found = await findSubject(invocation);
  const { reports, errors } = await scanImages([found.reference], selection, supplyAdvisories, invocation, {
    observer: await observerOf(found, runSettings, invocation),
    ...(found.platform !== undefined && { platform: found.platform }),
  });
  // It is read by its id, which nobody typed.
  const named = reports.map((report) => ({ ...report, image: { ...report.image, reference: found.title } }));
  await leaveForMaps(named, invocation);
  const shown = named.length > 0 ? await deliverReports(named, prepared, invocation) : [];
  return scanStatus(shown, errors, invocation);
}

/** Maps of this machine colour what runs by it. */
async function leaveForMaps(reports: readonly Report[], invocation: Invocation): Promise<void> {
  const [{ keepRun }, { runsFolder }] = await Promise.all([
    import('../map/observed-here.ts'),
    import('../map/map-knowledge.ts'),
  ]);
  try {
    for (const report of reports) await keepRun(runsFolder(invocation), report);
  } catch (error) {
    invocation.io.log.warn({ error }, 'what the run used cannot be kept for the map');
  }
}

async function observerOf(
  subject: ObservedImage | ObservedContainer,
  run: RunSettings,
  invocation: Invocation,
): Promise<(context: ScanContext, elsewhere: ElsewhereOptions) => Observer> {
  if ('container' in subject) {
    const { containerObserver } = await import('../observe/container-observer.ts');
    return containerObserver(subject, run, invocation);
  }
  const { imageObserver } = await import('../observe/image-observer.ts');
  return imageObserver(subject, run, invocation);
}

export const command: Command = {
  name: 'observe',
  summary: 'Run an image in a cage: its real ports, its services, what it reads, writes, starts and calls.',
  description:
    'IMAGE is what "drydock scan" takes: one of the container engine, an archive, a folder, one of a registry; the engine is given what it does not have, and gives it back. It is scanned, then started where it reaches neither this machine nor other containers nor the internet, watched, and removed again with all that was made for it. Findings on packages say whether the run used them.',
  arguments: [{ name: 'image', optional: true, description: 'what to run', offers: 'files' }],
  options: [
    'container',
    'duration',
    'engine',
    ...runOptionNames,
    'service-scanners',
    'service-command',
    ...scanOptionNames.filter((name) => !unfit.has(name)),
  ],
  formats: reportFormats,
  examples: [
    'drydock observe nginx:latest',
    'drydock observe image.tar',
    'drydock observe postgres:17 --duration 30s --engine podman',
    'drydock observe app:1.2 --run-profile app.yaml --fail-on high',
    'drydock observe app:1.2 --network sinkhole -f json',
    'drydock observe app:1.2 --prove --profiles profiles',
    'drydock observe --container web --duration 1m',
  ],
  run,
};
