import { reportFormats } from '../../config/options.ts';
import type { Command, Invocation } from '../command.ts';
import { deliverReports, scanStatus } from '../deliver.ts';
import { checkOutputs } from '../output-conflicts.ts';
import { readingOptionNames } from '../reading-options.ts';
import { selectChecks } from '../select-checks.ts';

async function run(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  const [{ databaseOf, supplyAdvisories }, { scanImages }, { formats }, { checks }, { findSubject, observerOf }] =
    await Promise.all([
      import('../advisory-supply.ts'),
      import('../scan-images.ts'),
      import('../../report/index.ts'),
      import('../../checks/index.ts'),
      import('../observe/image-observer.ts'),
    ]);
  checkOutputs(settings.output, [...words, databaseOf(settings, io.environment)], io.folder);
  const selection = selectChecks(settings, checks);
  const found = await findSubject(invocation);
  const { reports, errors } = await scanImages([found.reference], selection, supplyAdvisories, invocation, {
    observer: observerOf(found, invocation),
  });
  const shown = reports.length > 0 ? await deliverReports(reports, formats, invocation) : [];
  return scanStatus(shown, errors, settings);
}

export const command: Command = {
  name: 'observe',
  summary: 'Run an image in a cage: its real ports, its services, what it reads, writes, starts and calls.',
  description:
    'IMAGE is one that the container engine has. It is scanned as "drydock scan" does, then started where it reaches neither this machine nor other containers nor the internet, watched, and removed again with all that was made for it. Findings on packages say whether the run used them.',
  arguments: [{ name: 'image', optional: true, description: 'what to run' }],
  options: [
    'container',
    'duration',
    'ready-timeout',
    'cage',
    'network',
    'engine',
    'run-profile',
    'no-presets',
    'accept-weak-cage',
    'sandbox',
    'tracer',
    'tracer-folder',
    'call-rules',
    'service-scanners',
    'service-command',
    'prove',
    'profiles',
    'format',
    'output',
    'severity',
    'ignore-unfixed',
    'fail-on',
    'exit-code',
    'exit-on-eol',
    'severity-source',
    'sort',
    'checks',
    'skip-checks',
    'deep',
    'unwanted',
    'rules',
    'clamd',
    'package-types',
    'java-index',
    'lockfiles',
    'policy',
    'no-policy',
    'vex',
    'vex-repository',
    'show-suppressed',
    'explain-vex',
    'list-packages',
    'verify',
    'require-complete',
    'server',
    'server-token-file',
    'db',
    'as-of',
    'mirror',
    ...readingOptionNames.filter((name) => name !== 'platform'),
  ],
  formats: reportFormats,
  examples: [
    'drydock observe nginx:latest',
    'drydock observe postgres:17 --duration 30s --engine podman',
    'drydock observe app:1.2 --run-profile app.yaml --fail-on high',
    'drydock observe app:1.2 --network sinkhole -f json',
    'drydock observe app:1.2 --prove --profiles profiles',
    'drydock observe --container web --duration 1m',
  ],
  run,
};
