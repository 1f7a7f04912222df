import { withConfiguredChecks } from '../checks/configure.ts';
import type { Settings } from '../config/options.ts';
import type { ScanContext } from '../context.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { ErrorCode } from '../errors.ts';
import type { ElsewhereOptions } from '../image/elsewhere-options.ts';
import { severityOrder } from '../match/rating.ts';
import type { PackageIdentifier } from '../model/identifier.ts';
import type { Observer } from '../model/observation.ts';
import { compareText } from '../model/order.ts';
import type { Report } from '../model/report.ts';
import type { Dialer } from '../net/dial.ts';
import { guardedDialer } from '../net/guarded-dialer.ts';
import { type RemoteMatcher, type ScanOptions, scanImage } from '../scan.ts';
import { openAcceptor } from './acceptance.ts';
import type { DatabaseSupply, SupplyOptions } from './advisory-supply.ts';
import type { Attached } from './attest/open-attached.ts';
import { openBaseImages } from './base-images.ts';
import { checkSettings } from './check-settings.ts';
import type { Invocation } from './command.ts';
import { describeFailure } from './failure.ts';
import { shownPath } from './policy-file.ts';
import { mirrorsOf, readingOptions } from './reading-options.ts';
import { asOf, currentTime, makeScanContext } from './scan-context.ts';
import type { CheckSelection } from './select-checks.ts';
import { selectPackageTypes } from './select-package-types.ts';
import { toolVersion } from './tool-version.ts';
import { withDialer } from './with-dialer.ts';

/** What became of several images. */
export interface ScannedImages {
  readonly reports: readonly Report[];
  /** Of images that could not be scanned; told already. */
  readonly errors: readonly ErrorCode[];
}

export interface ScanExtras {
  /** What was scanned is remembered as an image that others may be built from. */
  readonly learns?: boolean;
  /**
   * Somebody else named the images: their registries may be no service of this machine, and no link-local address, unless
   * the settings name the host (--plain-http, --registry-mirror).
   */
  readonly foreignNames?: boolean;
  /** Runs what was read; it may have to read it once more. */
  readonly observer?: (context: ScanContext, elsewhere: ElsewhereOptions) => Observer;
  readonly onView?: ScanOptions['onView'];
  /** Variant that is scanned, whatever the settings say. */
  readonly platform?: string;
}

/**
 * Scans images one after the other. One that cannot be read must not hide what is wrong with the others: its error is
 * told and counted. A single image throws it.
 */
export async function scanImages(
  references: readonly string[],
  selection: CheckSelection,
  makeSupply: (options: SupplyOptions) => DatabaseSupply,
  invocation: Invocation,
  { learns = false, foreignNames = false, observer, onView, platform }: ScanExtras = {},
): Promise<ScannedImages> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  const javaIndex = settings['java-index'];
  const packages = selectPackageTypes(settings['package-types'], ecosystems);
  const context = makeScanContext(invocation);
  return await withDialer(invocation, async (dialer) => {
    const moment = asOf(invocation);
    const about = { settings, environment: io.environment, dialer, context };
    const supply = makeSupply({ ...about, ...(moment !== undefined && { asOf: moment }) });
    const matcher = settings.server === undefined ? undefined : await openMatcher(settings.server, invocation, dialer);
    const contentSettings = checkSettings(invocation);
    const toRegistries = foreignNames ? guardedDialer(dialer, () => namedHosts(settings), 'routed') : dialer;
    const reading = readingOptions(invocation, context, toRegistries, contentSettings);
    const attached = await openAttachments(invocation, toRegistries);
    const acceptor = await openAcceptor(invocation, dialer, attached);
    const options = {
      ecosystems,
      notices: acceptor?.licences === true || hasNotices(settings),
      deep: settings.deep,
      toolVersion,
      verify: settings.verify || acceptor?.digests === true,
      severityOrder: severityOrder(settings['severity-source']),
      lockfiles: settings.lockfiles,
      ...(packages !== undefined && { packages }),
      ...(javaIndex !== undefined && { identifier: await openJavaIndex(javaIndex, invocation) }),
      createdAt: currentTime(io.environment),
      ...(moment !== undefined && { asOf: moment }),
      ...(selection.vulnerability && (matcher === undefined ? { advisories: supply } : { matcher })),
      bases: openBaseImages(invocation, learns),
      ...reading,
      ...(observer !== undefined && { observer: observer(context, reading.elsewhere) }),
      ...(onView !== undefined && { onView }),
      ...(platform !== undefined && { platform }),
    };
    const reports: Report[] = [];
    const errors: ErrorCode[] = [];
    try {
      for (const reference of references) {
        try {
          const scanned = await withConfiguredChecks(selection.checks, contentSettings, (checks) =>
            scanImage(reference, { ...options, checks }, context),
          );
          for (const report of scanned) {
            const accepted = (await acceptor?.accept(report)) ?? report;
            reports.push(settings.attestations ? await withAttached(accepted, attached) : accepted);
          }
        } catch (error) {
          if (references.length === 1 || io.signal.aborted) throw error;
          const { code, text } = describeFailure(error, io.environment['DRYDOCK_DEBUG'] === '1');
          errors.push(code);
          io.error(text);
        }
      }
    } finally {
      supply.close();
    }
    // Of the whole run: what one image fetched, the next one finds.
    const hosts = [...dialer.hosts].sort(compareText);
    return { reports: reports.map((report) => ({ ...report, hosts })), errors };
  });
}

/** The list of licences is no better than what is known of them. */
function hasNotices({ format, output }: Settings): boolean {
  return format === 'notices' || output.some((one) => one.format === 'notices');
}

/** Loaded by those who ask for it. */
async function openAttachments(invocation: Invocation, dialer: Dialer): Promise<Attached | undefined> {
  const { settings, origins } = invocation.configuration;
  const isAsked = settings.attestations || settings.vex.includes('oci');
  const isTrusting = [...origins].some(([name, origin]) => origin === 'flag' && /^(?:key$|certificate-)/.test(name));
  if (!isAsked && !isTrusting) return undefined;
  const { checkTrust, openAttached } = await import('./attest/open-attached.ts');
  checkTrust(invocation);
  return await openAttached(invocation, dialer);
}

async function withAttached(report: Report, attached: Attached | undefined): Promise<Report> {
  const { withAttestations } = await import('./attest/open-attached.ts');
  return attached === undefined ? report : await withAttestations(report, attached);
}

/** Registries that the user named, whoever names the images. */
function namedHosts(settings: Invocation['configuration']['settings']): readonly string[] {
  const mirrors = [...mirrorsOf(settings['registry-mirror']).values()].flat();
  return [...settings['plain-http'], ...mirrors.map((mirror) => mirror.split('/')[0] ?? '')];
}

/** Loaded by those who ask for it. */
async function openJavaIndex(file: string, { io }: Invocation): Promise<PackageIdentifier> {
  const { javaDigestIndex } = await import('./java-index.ts');
  return await javaDigestIndex(file, shownPath(file, io.folder), io.atEnd);
}

/** Loaded by those who ask for it. */
async function openMatcher(
  server: string,
  { configuration: { settings } }: Invocation,
  dialer: Dialer,
): Promise<RemoteMatcher> {
  const { remoteMatcher } = await import('./remote-scan.ts');
  return remoteMatcher(server, { settings, dialer });
}
