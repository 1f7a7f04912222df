import type { AttachedDocuments } from '../../attest/attached.ts';
import type { Trust } from '../../attest/verify.ts';
import { SourceError, UsageError } from '../../errors.ts';
import { formatImageReference } from '../../image/reference.ts';
import type { ReportAttestation } from '../../model/attestation.ts';
import type { Report } from '../../model/report.ts';
import type { Dialer } from '../../net/dial.ts';
import { RegistryClient } from '../../net/registry/client.ts';
import { claimedNamesOf, imageNameOf } from '../../policy/image-name.ts';
import type { Invocation } from '../command.ts';
import { registryOptions } from '../registry-options.ts';
import { trustOf } from './options.ts';

/** What registries have attached to images of a scan: asked once for each image, whoever wants to know. */
export interface Attached {
  /** Absent: the command line names nobody who is trusted. */
  readonly trust?: Trust;
  /** @returns words where it could not be had */
  of(report: Report): Promise<AttachedDocuments | string>;
}

/** @throws UsageError for keys that cannot be used, or that nothing would be held against */
export async function openAttached(invocation: Invocation, dialer: Dialer): Promise<Attached> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  const { attachedToVariant } = await import('../../attest/attached.ts');
  const { mayBeVex } = await import('../../attest/attached-vex.ts');
  const named = await trustOf(invocation);
  const trust = named.keys.length > 0 || named.identities !== undefined ? named : undefined;
  const options = registryOptions(invocation, dialer);
  const fetch = async (report: Report): Promise<AttachedDocuments | string> => {
    const name = imageNameOf(report);
    const { digest } = report.image;
    if (name === undefined) return unnamed(report);
    if (digest === undefined) {
      return 'the container engine does not tell the digest of the manifest. Scan it with "registry:" before its name.';
    }
    try {
      const client = new RegistryClient(name.registry, name.repository, options);
      // Whoever wants statements alone does not fetch bills of materials.
      const wants = settings.attestations ? {} : { wants: mayBeVex };
      return await attachedToVariant(client, digest, name.tag, { ...wants, signal: io.signal });
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return error.message;
    }
  };
  const known = new Map<string, Promise<AttachedDocuments | string>>();
  return {
    ...(trust !== undefined && { trust }),
    of(report) {
      const key = JSON.stringify([report.image.reference, report.image.digest]);
      const before = known.get(key) ?? fetch(report);
      known.clear();
      known.set(key, before);
      return before;
    },
  };
}

/** A file that names its own registry would name one that says of it what it likes. */
function unnamed(report: Report): string {
  const [claimed] = claimedNamesOf(report);
  const what = 'an image that is no name in a registry has nothing attached';
  if (claimed === undefined) return what;
  return `${what}. Its file calls it ${formatImageReference(claimed)}, which proves nothing: --image-name NAME says that it is.`;
}

/** @throws UsageError where a key was given and there is nothing that it would be held against */
export function checkTrust({ configuration }: Invocation): void {
  const { settings, origins } = configuration;
  if (settings.attestations || settings.vex.includes('oci')) return;
  for (const name of ['key', 'certificate-roots', 'certificate-identity', 'certificate-oidc-issuer'] as const) {
    if (origins.get(name) !== 'flag') continue;
    throw new UsageError('usage.option', `--${name}: it needs --attestations or --vex oci, else nothing is verified.`);
  }
}

/** The report with what is attached to its image. */
export async function withAttestations(report: Report, attached: Attached): Promise<Report> {
  const [{ verdictOf }, { compareProblems }] = await Promise.all([
    import('../../attest/verify.ts'),
    import('../../report/build-report.ts'),
  ]);
  const found = await attached.of(report);
  const faults = typeof found === 'string' ? [found] : found.faults;
  const trust = attached.trust ?? { keys: [], now: new Date() };
  const documents = typeof found === 'string' ? undefined : found.documents;
  const problems = faults.map((message) => ({
    code: 'attestation.unreadable' as const,
    message: `--attestations: ${message}`,
  }));
  return {
    ...report,
    problems: [...report.problems, ...problems].sort(compareProblems),
    ...(documents !== undefined && {
      attestations: documents.map((document): ReportAttestation => {
        const { kind, outcome, reason, signer, statement } = verdictOf(document, trust);
        const { digest, attachment, about } = document;
        return {
          digest,
          kind,
          // From a registry, not from a file.
          attachment: attachment === 'file' ? 'referrer' : attachment,
          about,
          outcome,
          ...(reason !== undefined && { reason }),
          ...(statement !== undefined && outcome !== 'refused' && { predicateType: statement.predicateType }),
          ...(signer !== undefined && { signer }),
        };
      }),
    }),
  };
}
