import path from 'node:path';
import { FormatError, LimitError, UsageError } from '../errors.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import type { Dialer } from '../net/dial.ts';
import type { Policy, PolicyEntry } from '../policy/policy.ts';
import type { VexSource } from '../policy/vex-source.ts';
import type { Attached } from './attest/open-attached.ts';
import type { Invocation } from './command.ts';
import { findPolicy, readWhole, shownPath } from './policy-file.ts';
import { asOf, currentTime } from './scan-context.ts';

/** Holds findings against the policy and the statements (VEX) of a command line. */
export interface Acceptor {
  /** It asks for the licences of packages. */
  readonly licences: boolean;
  /** It may mean an image by its digests: those that a file only states do not count. */
  readonly digests: boolean;
  accept(report: Report): Promise<Report>;
}

/** Statements that can only be had for an image that is known. */
interface ImageVex {
  readonly sources: readonly VexSource[];
  readonly problems: readonly Problem[];
}

/**
 * Reads the policy and the statements of a command line; undefined where there are none.
 * @param attached what registries have of the images, where somebody else asks for that, too
 * @throws UsageError for files that cannot be read, before anything is scanned
 */
export async function openAcceptor(
  invocation: Invocation,
  dialer: Dialer,
  attached?: Attached,
): Promise<Acceptor | undefined> {
  const { configuration, io } = invocation;
  const { vex } = configuration.settings;
  const policy = await withLicences(await findPolicy(invocation), invocation);
  if (policy === undefined && vex.length === 0) return undefined;
  const files = await readVexFiles(
    vex.filter((word) => word !== 'oci' && word !== 'repo'),
    io.folder,
  );
  const ofImage = await openImageVex(invocation, dialer, attached);
  const [{ applyPolicy }, { applyVex }, { acceptedReport }] = await Promise.all([
    import('../policy/apply.ts'),
    import('../policy/vex.ts'),
    import('../report/accepted-report.ts'),
  ]);
  const now = asOf(invocation) ?? currentTime(io.environment);
  return {
    licences: policy?.licences !== undefined,
    digests: vex.length > 0 || policy?.entries.some(namesDigest) === true,
    async accept(report) {
      const fetched = await Promise.all(ofImage.map((get) => get(report)));
      const sources = [...files, ...fetched.flatMap((one) => one.sources)];
      const stated = applyVex(report, sources, now);
      const problems = fetched.flatMap((one) => one.problems);
      const vexed = { findings: stated.findings, problems, ...(vex.length > 0 && { vex: stated.outcomes }) };
      if (policy === undefined) return acceptedReport(report, vexed);
      const held = applyPolicy({ ...report, findings: stated.findings }, policy, now);
      return acceptedReport(report, {
        ...vexed,
        findings: held.findings,
        problems: [...problems, ...held.problems],
        // What flags alone say has no file.
        ...(policy.digest !== '' && {
          policy: {
            file: policy.file,
            digest: policy.digest,
            entries: policy.entries.length,
            expired: held.uses.filter(({ expired }) => expired).length,
            accepted: held.uses.reduce((sum, { accepts }) => sum + accepts, 0),
          },
        }),
      });
    },
  };
}

function namesDigest({ criteria: { image = [] } }: PolicyEntry): boolean {
  return image.some((one) => one.includes('sha256:'));
}

/** The policy with the licences that flags name in place of its own. */
async function withLicences(
  policy: Policy | undefined,
  { configuration: { settings } }: Invocation,
): Promise<Policy | undefined> {
  const { 'allow-licences': allow = [], 'deny-licences': deny = [] } = settings;
  if (allow.length === 0 && deny.length === 0) return policy;
  const { licencesOf } = await import('../policy/licences/words.ts');
  const licences = licencesOf(allow, deny, policy?.licences);
  if (typeof licences === 'string') throw new UsageError('usage.option', `--${licences}.`);
  return { ...(policy ?? { file: '', digest: '', entries: [] }), licences };
}

async function readVexFiles(words: readonly string[], folder: string): Promise<readonly VexSource[]> {
  if (words.length === 0) return [];
  const { mostVexBytes, readVex } = await import('../formats/vex/read.ts');
  const sources: VexSource[] = [];
  for (const word of words) {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) {
      throw new UsageError('usage.option', `--vex: ${word}: files, oci and repo are read; download it first.`);
    }
    const file = path.resolve(folder, word);
    const name = shownPath(file, folder);
    const bytes = await readWhole(file, `--vex: ${name}`, mostVexBytes);
    try {
      sources.push({ name, document: readVex(bytes) });
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      throw new UsageError('usage.option', `--vex: ${name}: ${error.message}.`, { cause: error });
    }
  }
  return sources;
}

type GetVex = (report: Report) => Promise<ImageVex>;

/** What `oci` and `repo` stand for. */
async function openImageVex(
  invocation: Invocation,
  dialer: Dialer,
  attached: Attached | undefined,
): Promise<readonly GetVex[]> {
  const { vex } = invocation.configuration.settings;
  const opened: GetVex[] = [];
  if (vex.includes('oci')) {
    const [{ openOciVex }, { openAttached }] = await Promise.all([
      import('./vex-oci.ts'),
      import('./attest/open-attached.ts'),
    ]);
    opened.push(openOciVex(attached ?? (await openAttached(invocation, dialer))));
  }
  if (vex.includes('repo'))
    opened.push(await (await import('./vex-repository.ts')).openVexRepository(invocation, dialer));
  return opened;
}
