import { tmpdir } from 'node:os';
import { checks as allChecks } from '../checks/index.ts';
import type { ScanContext } from '../context.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { DrydockError, SourceError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import type { Report } from '../model/report.ts';
import type { Dialer } from '../net/dial.ts';
import { guardedDialer } from '../net/guarded-dialer.ts';
import { scanImage } from '../scan.ts';
import type { ScanImage, ScanSource } from '../server/scan-source.ts';
import type { ServiceLog } from '../server/service-log.ts';
import type { Invocation } from './command.ts';
import { readingOptions } from './reading-options.ts';
import { selectChecks } from './select-checks.ts';
import { toolVersion } from './tool-version.ts';

/** How the service reads images: as this command line does, but only archives that were uploaded, and registries. */
export function serviceScan(
  invocation: Pick<Invocation, 'configuration' | 'io'>,
  dialer: Dialer,
  log: ServiceLog,
): ScanImage {
  const { checks } = selectChecks(invocation.configuration.settings.checks, allChecks);
  const own = log.within('scan');
  return async (source, { signal, onStep, registryHosts }) => {
    const context: ScanContext = {
      signal,
      log: own,
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
    const guarded = guardedDialer(dialer, () => [...registryHosts(), ...named]);
    const { elsewhere, platform: _, ...reading } = readingOptions(invocation, context, guarded);
    // Whoever runs the service named these for it.
    const named = [
      ...[...(elsewhere?.mirrors?.values() ?? [])].flat().map((mirror) => mirror.replace(/\/.*$/, '')),
      ...(elsewhere?.plainHttp ?? []),
    ];
    const options = {
      ecosystems,
      checks,
      toolVersion,
      ...reading,
      ...(source.platform !== undefined && { platform: source.platform }),
    };
    if (source.kind === 'file') return await scanFile(source, options, context);
    const registry = source.reference.slice(0, source.reference.indexOf('/'));
    return await scanImage(
      `registry:${source.reference}`,
      {
        ...options,
        elsewhere: {
          ...elsewhere!,
          log: own,
          ...(source.credentials !== undefined && { credentials: source.credentials }),
          ...(source.plainHttp === true && { plainHttp: [...(elsewhere?.plainHttp ?? []), registry] }),
        },
      },
      context,
    ).then((reports) => reports.map((report) => renamed(report, source.reference)));
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

function renamed(report: Report, reference: string): Report {
  return { ...report, image: { ...report.image, reference } };
}
