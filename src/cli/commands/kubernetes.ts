import { type OptionName, reportFormats } from '../../config/options.ts';
import { exitStatus } from '../../errors.ts';
import { escapeText } from '../../formats/escape-text.ts';
import type { Command, Invocation } from '../command.ts';
import { deliverReports, renderOptions, scanStatus } from '../deliver.ts';
import { checkOutputs } from '../output-conflicts.ts';
import { prepareFormats } from '../report-formats.ts';
import { scanOptionNames } from '../scan-option-names.ts';
import { selectChecks } from '../select-checks.ts';

const clusterOptions: readonly OptionName[] = [
  'kubeconfig',
  'kube-context',
  'namespace',
  'all-namespaces',
  'allow-exec-plugins',
];

async function list(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const [{ listCluster, referenceOf }, { workloadTable }] = await Promise.all([
    import('../kubernetes/cluster.ts'),
    import('../kubernetes/workload-table.ts'),
  ]);
  const { settings } = configuration;
  const listing = await listCluster(invocation);
  if (settings.format === 'json') {
    const { jsonText } = await import('../../report/json.ts');
    const workloads = listing.workloads.map((workload) => ({
      ...workload,
      containers: workload.containers.map((container) => ({ ...container, reference: referenceOf(container) })),
    }));
    await io.stdout.write(jsonText({ schemaVersion: 1, ...listing, workloads }));
  } else {
    await io.stdout.write(workloadTable(listing, renderOptions(invocation).width));
  }
  return settings['require-complete'] && listing.missing.length > 0 ? exitStatus.incomplete : exitStatus.done;
}

async function scan(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const [
    { imagesOf, listCluster },
    { workloadTable },
    { databaseOf, supplyAdvisories },
    { scanImages },
    prepared,
    { checks },
  ] = await Promise.all([
    import('../kubernetes/cluster.ts'),
    import('../kubernetes/workload-table.ts'),
    import('../advisory-supply.ts'),
    import('../scan-images.ts'),
    prepareFormats(invocation),
    import('../../checks/index.ts'),
  ]);
  const { settings } = configuration;
  checkOutputs(settings.output, [databaseOf(settings, io.environment)], io.folder);
  const selection = selectChecks(settings, checks);
  const listing = await listCluster(invocation);
  const { words, bad } = imagesOf(listing);
  for (const { message } of bad) io.error(escapeText(message));
  const learns = !settings['no-learn'];
  const scanned =
    words.length === 0
      ? { reports: [], errors: [] }
      : await scanImages(words, selection, supplyAdvisories, invocation, { learns, foreignNames: true });
  const { reports } = scanned;
  const errors = [...bad.map(({ code }) => code), ...scanned.errors];
  // A file of an earlier run must not stand for this one, also where there was nothing to scan.
  const isDelivered = reports.length > 0 || settings.format !== 'table' || settings.output.length > 0;
  const shown = isDelivered ? await deliverReports(reports, prepared, { ...invocation, words }) : [];
  const isEmpty = words.length === 0 && bad.length === 0;
  if (isEmpty && !settings.quiet) await io.stderr.write(`${nothingIn(settings.namespace)}\n`);
  if (settings.format === 'table' && !settings.output.some(({ instead }) => instead)) {
    await io.stdout.write(
      `${reports.length > 0 ? '\n' : ''}${workloadTable(listing, renderOptions(invocation).width, shown)}`,
    );
  }
  const status = scanStatus(shown, errors, invocation);
  const isPart = settings['require-complete'] && (isEmpty || listing.missing.length > 0);
  return status === exitStatus.done && isPart ? exitStatus.incomplete : status;
}

function nothingIn(namespace: string | undefined): string {
  const where = namespace === undefined ? 'the namespace of the context' : `the namespace ${escapeText(namespace)}`;
  return `drydock: nothing was scanned: no workload that may be listed runs an image in ${where}.`;
}

const listCommand: Command = {
  name: 'list',
  summary: 'Show which workloads run which images.',
  description:
    'Lists Deployments, StatefulSets, DaemonSets, Jobs, CronJobs and pods, init and ephemeral containers and images mounted as volumes among them. In JSON, reference is what image.reference of a report is.',
  arguments: [],
  options: ['format', 'require-complete', 'offline', ...clusterOptions],
  formats: ['table', 'json'],
  examples: ['drydock kubernetes list --namespace shop', 'drydock kubernetes list --all-namespaces -f json'],
  run: list,
};

const scanCommand: Command = {
  name: 'scan',
  summary: 'Scan the images of a namespace, each once, and count what was found for each workload.',
  description:
    'Each image comes from its registry, by the digest that a node runs where one tells it. Registry credentials are those of this user: secrets of the cluster are not read.',
  arguments: [],
  options: [...scanOptionNames.filter((name) => name !== 'baseline' && name !== 'image-name'), ...clusterOptions],
  formats: reportFormats,
  examples: [
    'drydock kubernetes scan --namespace shop --fail-on critical',
    'drydock kubernetes scan --kubeconfig admin.conf --kube-context test -f json=report.json',
  ],
  run: scan,
};

export const command: Command = {
  name: 'kubernetes',
  summary: 'List and scan the images that a Kubernetes namespace runs.',
  description:
    'The cluster is that of a kubeconfig, which is read as kubectl does; nothing that it names is run unless --allow-exec-plugins says so. Only lists are read: pods, and what makes them.',
  arguments: [],
  options: [],
  commands: [listCommand, scanCommand],
};
