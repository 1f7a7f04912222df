import { tmpdir } from 'node:os';
import { withConfiguredChecks } from '../checks/configure.ts';
import { checks as allChecks } from '../checks/index.ts';
import type { ScanContext } from '../context.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { DrydockError, SourceError } from '../errors.ts';
import type { ElsewhereOptions } from '../image/elsewhere-options.ts';
import type { OpenOptions } from '../image/opened-image.ts';
import { HopelessJob } from '../jobs/queue.ts';
import { defaultLimits } from '../limits.ts';
import type { Report } from '../model/report.ts';
import type { ImageView } from '../model/view.ts';
import type { Dialer } from '../net/dial.ts';
import { guardedDialer } from '../net/guarded-dialer.ts';
import { readSingleLayer } from '../reading/single-layers.ts';
import { analyzersOf, contentAnalyzersOf, scanImage } from '../scan.ts';
import type { ReadLayerAlone, ScanImage, ScanSource, ServiceScanCalls } from '../server/scan-source.ts';
import type { ServiceLog } from '../server/service-log.ts';
import { checkSettings } from './check-settings.ts';
import type { Invocation } from './command.ts';
import { readingOptions } from './reading-options.ts';
import { selectChecks } from './select-checks.ts';
import { toolVersion } from './tool-version.ts';

/** How the service reads images, and single layers of them. */
export interface ServiceReading {
  readonly scan: ScanImage;
  readonly readLayer: ReadLayerAlone;
}

/** As this command line does, but only archives that were uploaded, and registries. */
export function serviceReading(
  invocation: Pick<Invocation, 'configuration' | 'io'>,
  dialer: Dialer,
  log: ServiceLog,
): ServiceReading {
  const settings = checkSettings(invocation);
  const { checks: selected } = selectChecks(invocation.configuration.settings, allChecks);
  const own = log.within('scan');
  const prepare = (signal: AbortSignal, { registryHosts, cache }: Hosts, onStep?: ServiceScanCalls['onStep']) => {
    const context = serviceContext(signal, own, onStep);
    const guarded = guardedDialer(dialer, () => [...registryHosts(), ...named]);
    const { elsewhere: found, platform: _, ...reading } = readingOptions(invocation, context, guarded, settings);
    const elsewhere = { ...found!, log: own };
    // Whoever runs the service named these for it.
    const named = [
      ...[...(elsewhere.mirrors?.values() ?? [])].flat().map((mirror) => mirror.replace(/\/.*$/, '')),
      ...(elsewhere.plainHttp ?? []),
    ];
    return { context, elsewhere, reading: { ...reading, ...(cache !== undefined && { cache }) } };
  };
  return {
    async scan(source, calls) {
      const { context, elsewhere, reading } = prepare(calls.signal, calls, calls.onStep);
      const { haveLayers, onView } = calls;
      // Configured for this scan alone: what failed for the last image may be there again.
      return await withConfiguredChecks(selected, settings, async (checks) => {
        const options = {
          ecosystems,
          checks,
          deep: settings.deep,
          toolVersion,
          ...reading,
          ...(haveLayers !== undefined && { haveLayers }),
          ...(onView !== undefined && { onView: (view: ImageView) => onView(view) }),
          ...(source.platform !== undefined && { platform: source.platform }),
        };
        if (source.kind === 'file') return await scanFile(source, options, context);
        if (source.kind === 'layers') return await scanLayers(source, { ...options, elsewhere }, calls, context);
        const registry = source.reference.slice(0, source.reference.indexOf('/'));
        const reports = await scanImage(
          `registry:${source.reference}`,
          {
            ...options,
            elsewhere: {
              ...elsewhere,
              ...(source.credentials !== undefined && { credentials: source.credentials }),
              ...(source.plainHttp === true && { plainHttp: [...(elsewhere.plainHttp ?? []), registry] }),
            },
          },
          context,
        );
        return reports.map((report) => renamed(report, source.reference));
      });
    },
    async readLayer(layer, calls) {
      const { context, elsewhere, reading } = prepare(calls.signal, calls);
      const { cache, helpers } = reading;
      const isRead = await withConfiguredChecks(settings.deep ? selected : [], settings, async (checks) => {
        const contents = contentAnalyzersOf(checks);
        const options = {
          analyzers: [...analyzersOf({ ecosystems, checks: selected }), ...contents],
          cache: cache!,
          elsewhere,
          ...(helpers !== undefined && !contents.some(({ alone }) => alone) && { helpers }),
        };
        return await readSingleLayer(layer, options, context);
      });
      if (isRead) return;
      own.info({ reference: layer.reference, layer: layer.digest }, 'a layer is read with each of its images');
    },
  };
}

type Hosts = Pick<ServiceScanCalls, 'registryHosts' | 'cache'>;

/** What a scan of the service gets from it. */
export function serviceContext(
  signal: AbortSignal,
  log: ServiceLog,
  onStep: ServiceScanCalls['onStep'] = () => {},
): ScanContext {
  return {
    signal,
    log,
    limits: defaultLimits,
    progress: {
      report: (step, done, total, unit) =>
        onStep({
          step,
          ...(done !== undefined && { done }),
          ...(total !== undefined && { total }),
          ...(unit !== undefined && { unit }),
        }),
    },
    temporary: tmpdir(),
    now: new Date(),
  };
}

/** Where the archive lies is nobody's business: it has the name that it was given. */
async function scanFile(
  { path, name }: Extract<ScanSource, { kind: 'file' }>,
  options: Parameters<typeof scanImage>[1],
  context: ScanContext,
): Promise<readonly Report[]> {
  try {
    const reports = await scanImage(path, options, context);
    return reports.map((report) => renamed(report, name));
  } catch (error) {
    if (!(error instanceof DrydockError)) throw error;
    throw new SourceError(error.code, error.message.replaceAll(path, name), { cause: error });
  }
}

/**
 * Layers at addresses that somebody named. A report of other bytes than those that were asked for would be one of another
 * image.
 */
async function scanLayers(
  source: Extract<ScanSource, { kind: 'layers' }>,
  options: Parameters<typeof scanImage>[1] & { readonly elsewhere: ElsewhereOptions },
  { registryHosts }: Pick<ServiceScanCalls, 'registryHosts'>,
  context: ScanContext,
): Promise<readonly Report[]> {
  const { openAddressedLayers } = await import('../server/clair-v4/open-layers.ts');
  const { dialer, log } = options.elsewhere;
  const open = (how: OpenOptions) => openAddressedLayers(source, how, { dialer, hosts: registryHosts(), log });
  const reports = await scanImage(source.name, { ...options, open }, context);
  for (const { problems } of reports) {
    const wrong = problems.find(({ code }) => code === 'image.digest-mismatch');
    if (wrong !== undefined) throw new HopelessJob(wrong.message);
  }
  return reports;
}

function renamed(report: Report, reference: string): Report {
  return { ...report, image: { ...report.image, reference } };
}
