import { SourceError, UsageError } from '../../errors.ts';
import { parseImageReference } from '../../image/reference.ts';
import { type Dialer, offlineDialer } from '../../net/dial.ts';
import { KubeClient } from '../../net/kubernetes/client.ts';
import { type ExecCredential, runExecPlugin } from '../../net/kubernetes/exec-credential.ts';
import { type KubeContext, readKubeContext } from '../../net/kubernetes/kubeconfig.ts';
import { type ClusterWorkloads, listWorkloads } from '../../net/kubernetes/workloads.ts';
import { networkDialer } from '../../net/network-dialer.ts';
import { escapeText } from '../../report/escape.ts';
import type { Invocation } from '../command.ts';

/** What runs in the cluster that the user means, and where that is. */
export interface ClusterListing extends ClusterWorkloads {
  /** Name of the context. */
  readonly context: string;
  readonly server: string;
  /** Undefined: all. */
  readonly namespace: string | undefined;
}

/**
 * Asks the cluster of a kubeconfig what runs in it. Nothing but lists is read, with the credentials that stand there.
 * @throws SourceError where it cannot be asked
 * @throws UsageError where the kubeconfig does not say how
 */
export async function listCluster(invocation: Invocation): Promise<ClusterListing> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  if (settings['all-namespaces'] && settings.namespace !== undefined) {
    throw new UsageError('usage.option', '--namespace and --all-namespaces contradict each other.');
  }
  const context = await readKubeContext({
    file: settings.kubeconfig,
    context: settings['kube-context'],
    environment: io.environment,
  });
  const { server } = context;
  if (context.insecure) io.log.warn({}, `the kubeconfig says that the certificate of ${server.host} is not checked`);
  const credential = await credentialOf(context, invocation);
  const dialer = settings.offline ? offlineDialer() : dialerTo(context, credential);
  const namespace = settings['all-namespaces'] ? undefined : (settings.namespace ?? context.namespace ?? 'default');
  try {
    if (dialer.offline)
      throw new SourceError('source.unreachable', `${server.host} was not asked: no network is allowed (--offline)`);
    io.progress.report('listing workloads');
    const client = new KubeClient(server, authorizationOf(context, credential), dialer, io.signal);
    const listed = await listWorkloads(client, namespace);
    for (const { resource, why } of listed.missing) {
      io.log.warn(
        {},
        `incomplete: ${escapeText(resource)} could not be listed, or not all of them: ${escapeText(why)}`,
      );
    }
    return { ...listed, context: context.name, server: server.origin, namespace };
  } finally {
    await dialer.close();
    if (dialer.hosts.size > 0) io.atEnd(`cluster asked: ${escapeText(server.host)}`);
  }
}

async function credentialOf(
  { exec, token, certificate }: KubeContext,
  { configuration, io }: Invocation,
): Promise<ExecCredential> {
  if (exec === undefined || token !== undefined || certificate !== undefined) return {};
  if (!configuration.settings['allow-exec-plugins']) {
    throw new UsageError(
      'usage.option',
      `the kubeconfig wants ${JSON.stringify(exec.command)} to be run for credentials. Allow that by --allow-exec-plugins, or use a context with a token or a certificate.`,
    );
  }
  return await runExecPlugin(exec, io.environment, io.signal);
}

function dialerTo(context: KubeContext, credential: ExecCredential): Dialer {
  const { ca, serverName, insecure } = context;
  const certificate = context.certificate ?? credential.certificate;
  const key = context.key ?? credential.key;
  return networkDialer({
    insecureTls: insecure,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(serverName !== undefined && { serverName }),
      ...(certificate !== undefined && { certificate }),
      ...(key !== undefined && { key }),
    },
  });
}

function authorizationOf({ token, basic }: KubeContext, credential: ExecCredential): string | undefined {
  const bearer = token ?? credential.token;
  if (bearer !== undefined) {
    if (/[^\x21-\x7e]/.test(bearer))
      throw new UsageError('usage.option', 'kubeconfig: its token is not one line of plain characters.');
    return `Bearer ${bearer}`;
  }
  return basic && `Basic ${Buffer.from(`${basic.user}:${basic.password}`).toString('base64')}`;
}

/** Images of a listing, each once, and names in it that are none of an image. */
export function imagesOf({ workloads }: Pick<ClusterWorkloads, 'workloads'>): {
  readonly words: readonly string[];
  readonly bad: readonly SourceError[];
} {
  const words = new Set<string>();
  const bad = new Map<string, SourceError>();
  for (const { namespace, kind, name, containers } of workloads) {
    for (const container of containers) {
      const image = container.running ?? container.image;
      try {
        parseImageReference(image);
        words.add(referenceOf(container));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        // Who wrote the pod was wrong, and not whoever scans it: the others are scanned.
        const where = `${kind.toLowerCase()}/${name} in ${namespace}`;
        const message = `${where} names no image: ${JSON.stringify(image.slice(0, 300))}`;
        bad.set(image, new SourceError('source.not-found', message, { cause: error }));
      }
    }
  }
  return { words: [...words].toSorted(), bad: [...bad.values()] };
}

/** What is scanned for a container: what its node runs, else what its pod names; always of the registry. */
export function referenceOf({ image, running }: { readonly image: string; readonly running?: string }): string {
  return `registry:${running ?? image}`;
}
