import { Readable } from 'node:stream';
import { withConfiguredChecks } from '../../checks/configure.ts';
import type { ScanContext } from '../../context.ts';
import { layerThreads } from '../../layer-threads.ts';
import type { Limits } from '../../limits.ts';
import type { AdvisorySource } from '../../model/advisory.ts';
import type { Check, CheckSettings } from '../../model/check.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import type { Report } from '../../model/report.ts';
import { scanImage } from '../../scan.ts';
import { toolVersion } from '../tool-version.ts';
import { alpineCanary, debianCanary, hostileCanary } from './canaries.ts';
import { type Canary, makeCanary } from './canary-image.ts';

/** What scans of the canaries use: what a scan of this user would. */
export interface CanaryTools {
  readonly ecosystems: readonly Ecosystem[];
  readonly checks: readonly Check[];
  readonly settings: CheckSettings;
  /** Opens the advisories that the scans ask; each is closed again. */
  readonly openAdvisories: () => Promise<AdvisorySource & { close(): void }>;
  readonly context: ScanContext;
}

/** A report, or why there is none. */
export type CanaryScan = { readonly report: Report } | { readonly failure: string };

export interface CanaryScans {
  readonly alpine: CanaryScan;
  readonly debian: CanaryScan;
  /** The same as `debian`, with every layer read in a thread; how many threads started. */
  readonly threads: CanaryScan & { readonly started: number };
  readonly hostile: CanaryScan;
}

const KiB = 1024;
const MiB = 1024 * KiB;

/** Bounds that the hostile canary breaks, though it is small: the code that ends at them is the same. */
const hostileLimits: Partial<Limits> = { ratio: 10, ratioFloorBytes: MiB, archiveDepth: 3 };

/** Scans what must have findings. No network is used, whatever the context allows. */
export async function scanCanaries(tools: CanaryTools): Promise<CanaryScans> {
  let started = 0;
  const threads = layerThreads(1, tools.context.temporary, { worthwhile: 0, checkSettings: tools.settings });
  const counting: typeof threads = {
    ...threads,
    always: true,
    start: (analyzers) => {
      started++;
      return threads.start(analyzers);
    },
  };
  return {
    alpine: await scanCanary(alpineCanary(), tools),
    debian: await scanCanary(debianCanary(), tools),
    threads: { ...(await scanCanary(debianCanary(), tools, { helpers: counting })), started },
    hostile: await scanCanary(hostileCanary(), tools, { limits: hostileLimits }),
  };
}

/** The packages of the canary of Alpine, held against advisories that are open, and nothing else. */
export async function scanWith(
  source: AdvisorySource,
  ecosystems: readonly Ecosystem[],
  context: ScanContext,
): Promise<CanaryScan> {
  // Whoever opened it closes it.
  const openAdvisories = async () => ({
    lookUp: source.lookUp.bind(source),
    byId: source.byId.bind(source),
    hasNamespace: source.hasNamespace.bind(source),
    status: source.status.bind(source),
    close: () => undefined,
  });
  const settings = { ruleSets: [], deep: false, unwanted: false };
  return await scanCanary(alpineCanary(), { ecosystems, checks: [], settings, openAdvisories, context });
}

async function scanCanary(
  canary: Canary,
  { ecosystems, checks, settings, openAdvisories, context }: CanaryTools,
  { helpers, limits }: { readonly helpers?: ReturnType<typeof layerThreads>; readonly limits?: Partial<Limits> } = {},
): Promise<CanaryScan> {
  try {
    const image = await makeCanary(canary);
    const source = await openAdvisories();
    try {
      const [report] = await withConfiguredChecks(checks, settings, (configured) =>
        scanImage(
          '-',
          {
            ecosystems,
            checks: configured,
            advisories: { supply: async () => ({ source, problems: [] }) },
            stdin: Readable.from([image]),
            verify: true,
            toolVersion,
            ...(helpers && { helpers }),
          },
          { ...context, limits: { ...context.limits, ...limits } },
        ),
      );
      return report === undefined ? { failure: 'there is no report of it' } : { report };
    } finally {
      source.close();
    }
  } catch (error) {
    if (context.signal.aborted) throw error;
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
