import type { Readable } from 'node:stream';
import { type AssembledImage, assembleImage } from './assembly/assemble.ts';
import { withNotices } from './assembly/licence-notices.ts';
import { nameInside } from './base-images/base-name.ts';
import { findBase } from './base-images/find-base.ts';
import { type KnownBase, knownBaseOf } from './base-images/known-base.ts';
import { programContents } from './contents/program-contents.ts';
import { type ScanContext, timedOut } from './context.ts';
import { AdvisoriesError, UsageError } from './errors.ts';
import type { ElsewhereOptions } from './image/elsewhere-options.ts';
import { withIdentity } from './image/identity.ts';
import { openImage } from './image/open.ts';
import type { OpenedImage, OpenedSource, OpenOptions } from './image/opened-image.ts';
import { isFile, splitReference } from './image/scheme.ts';
import { withEndOfLife } from './match/end-of-life.ts';
import { matchPackages } from './match/match.ts';
import { type NeededAdvisories, neededAdvisories } from './match/needed.ts';
import type { AdvisorySource, AdvisoryStatus } from './model/advisory.ts';
import type { Analyzer } from './model/analyzer.ts';
import { type Check, isFinding } from './model/check.ts';
import type { Ecosystem } from './model/ecosystem.ts';
import type { Finding } from './model/finding.ts';
import type { PackageIdentifier } from './model/identifier.ts';
import type { Observer } from './model/observation.ts';
import { compareText } from './model/order.ts';
import type { PackageSelection } from './model/package-selection.ts';
import type { Problem } from './model/problem.ts';
import type { Report } from './model/report.ts';
import type { SeverityAuthor } from './model/severity.ts';
import type { ImageView } from './model/view.ts';
import { dpkgCopyright } from './packages/dpkg/copyright.ts';
import { Pauses } from './pauses.ts';
import type { LayerHelpers } from './reading/helpers.ts';
import type { LayerCache } from './reading/layer-cache.ts';
import type { LayerReading } from './reading/read-layer.ts';
import { readLayers } from './reading/read-layers.ts';
import { type AbsentLayer, absentLayers } from './reading/single-layers.ts';
import { buildReport } from './report/build-report.ts';
import { markInUse } from './runtime/products/mark-in-use.ts';
import { redactOpened } from './secrets/redact-opened.ts';

/** What could be had of the advisories that are needed. */
export interface SuppliedAdvisories {
  readonly source?: AdvisorySource;
  readonly problems: readonly Problem[];
}

/** Where advisories come from, once it is known which are needed. */
export interface AdvisorySupply {
  supply(needed: NeededAdvisories): Promise<SuppliedAdvisories>;
}

/** What is wrong with packages, and what could not be judged. */
export interface Matched {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly advisories: AdvisoryStatus;
}

/** Judges packages elsewhere, by advisories that this machine need not have. */
export interface RemoteMatcher {
  /** @throws DrydockError when nothing could be judged: a scan that asked for it is no success then */
  match(view: ImageView, context: ScanContext): Promise<Matched>;
}

/** Images that others may have been built from. */
export interface BaseImages {
  /** By the names of their layers: see `chainIds`. Asked anew for each image. */
  readonly known: ReadonlyMap<string, KnownBase>;
  /** What is wrong with what is known. */
  readonly problems: readonly Problem[];
  /** Takes in an image that was scanned; absent: scans teach nothing. */
  learn?(base: KnownBase): Promise<void>;
}

export interface ScanOptions {
  readonly ecosystems: readonly Ecosystem[];
  /** Besides vulnerabilities. Those that judge contents have their rules already (`configureChecks`). */
  readonly checks: readonly Check[];
  /** Contents of all files are judged, not only of those that no package owns. */
  readonly deep?: boolean;
  /** Absent, and no `matcher`: vulnerabilities are not judged. */
  readonly advisories?: AdvisorySupply;
  /** Instead of advisories. */
  readonly matcher?: RemoteMatcher;
  /** Who decides severities; absent: as docs/severity.md says. */
  readonly severityOrder?: readonly SeverityAuthor[];
  /** Packages that are listed and judged; absent: all. Readers of other languages do not run. */
  readonly packages?: PackageSelection;
  /** Names archives that do not tell what they are, by their digests. */
  readonly identifier?: PackageIdentifier;
  /** Judges what lockfiles and manifests name, too. */
  readonly lockfiles?: boolean;
  /** Reads the licences of packages whose database has none, from the notices that they bring along. */
  readonly notices?: boolean;
  /** `os/arch` of an image with several variants. */
  readonly platform?: string;
  /** Checks the digest of every layer, also where that means reading bytes that nobody wants. */
  readonly verify?: boolean;
  /** Where what is learned of layers is kept from scan to scan; absent: nowhere. */
  readonly cache?: LayerCache;
  /** Told of layers of a registry that the cache has not, before they are read: may have them put there. */
  readonly haveLayers?: (layers: readonly AbsentLayer[]) => Promise<void>;
  /** By which the base of an image is recognised; absent: nobody asks for it. */
  readonly bases?: BaseImages;
  /** Runs the image and watches it; absent: it does not run. */
  readonly observer?: Observer;
  /** Told of each image that was put together, before it is judged. */
  readonly onView?: (view: ImageView) => void;
  /** Threads that help with large layers; absent: none. */
  readonly helpers?: LayerHelpers;
  /** Container engines and registries; absent: files and folders only. */
  readonly elsewhere?: ElsewhereOptions;
  /** Opens the image where it is none that a reference leads to; the reference only names it then. */
  readonly open?: (options: OpenOptions) => OpenedSource;
  /** Its name in a registry, which the user knows, where it is read from a file; in full. */
  readonly imageName?: string;
  /** What the reference `-` reads; the process's own where it is absent. */
  readonly stdin?: Readable;
  readonly toolVersion: string;
  /** Time that the report bears; the scan's own where it is absent. */
  readonly createdAt?: Date;
  /** The moment as of which it judges, for the report to say; the context has it as `now`. */
  readonly asOf?: Date;
}

const noAdvisories: AdvisoryStatus = { feeds: [], starter: false };

/**
 * Scans the images that a reference leads to: usually one. Three steps, never mixed: each layer is read once, the
 * layers are assembled into an image, and the image is judged.
 * @throws SourceError when nothing could be read as an image
 */
export async function scanImage(reference: string, options: ScanOptions, context: ScanContext): Promise<Report[]> {
  const reports: Report[] = [];
  for await (const image of views(reference, options, context)) {
    options.onView?.(image.view);
    context.progress.report('judging');
    const judged = await judge(withBase(image.view, options), options, context);
    const observed = await options.observer?.observe(judged.view);
    const findings =
      observed === undefined
        ? judged.findings
        : [...markInUse(judged.findings, observed.observation), ...observed.findings];
    reports.push(
      buildReport({
        view: judged.view,
        findings,
        problems: [...judged.problems, ...(options.bases?.problems ?? []), ...(observed?.problems ?? [])],
        ...(observed !== undefined && { observation: observed.observation }),
        advisories: judged.advisories,
        coverage: image.coverage,
        depth: options.deep === true ? 'deep' : 'default',
        rules: options.checks.flatMap(({ ruleSets = [] }) => ruleSets),
        toolVersion: options.toolVersion,
        createdAt: options.createdAt ?? context.now,
        ...(options.asOf !== undefined && { asOf: options.asOf }),
        ...(options.packages !== undefined && { packageTypes: options.packages.words }),
        hosts: [...(options.elsewhere?.dialer.hosts ?? [])].sort(compareText),
      }),
    );
    await learnBase(image.view, options, context);
  }
  return reports;
}

/** The image with what is known of the one that it was built from. */
export function withBase(view: ImageView, { bases, verify }: Pick<ScanOptions, 'bases' | 'verify'>): ImageView {
  const base = bases && findBase(view.image, bases.known, view.problems, verify);
  return base === undefined ? view : { ...view, image: { ...view.image, base } };
}

/**
 * Others may be built from it. An archive tells what its image is called, its path does not; what came in over standard
 * input without a name has none that means anything next time.
 */
async function learnBase(view: ImageView, { bases }: Pick<ScanOptions, 'bases'>, { now }: ScanContext): Promise<void> {
  if (bases?.learn === undefined) return;
  const { reference } = view.image;
  const inside = isFile(reference) ? nameInside(view.image) : undefined;
  if (inside === undefined && splitReference(reference).location === '-') return;
  const base = knownBaseOf(view.image, view.problems, { name: inside ?? reference, by: 'known', now });
  if (base !== undefined) await bases.learn(base);
}

type ViewOptions = Pick<
  ScanOptions,
  | 'ecosystems'
  | 'checks'
  | 'packages'
  | 'identifier'
  | 'notices'
  | 'platform'
  | 'verify'
  | 'cache'
  | 'haveLayers'
  | 'helpers'
  | 'elsewhere'
  | 'stdin'
  | 'open'
  | 'imageName'
  | 'deep'
>;

/** The static parser alone: reads and assembles, judges nothing. */
export async function* views(
  reference: string,
  options: ViewOptions,
  context: ScanContext,
): AsyncGenerator<AssembledImage, void, void> {
  const how: OpenOptions = {
    ...(options.platform !== undefined && { platform: options.platform }),
    ...(options.elsewhere && { elsewhere: options.elsewhere }),
    limits: context.limits,
    signal: context.signal,
    temporary: context.temporary,
    onSpool: (bytes) => context.progress.report('reading standard input', bytes, undefined, 'bytes'),
  };
  const opened = options.open?.(how) ?? (await openImage(reference, how, options.stdin));
  try {
    if (opened.kept?.name !== undefined && options.imageName !== undefined) {
      const message = `${reference} was read by a name; another one (--image-name) is for images that are read from files.`;
      throw new UsageError('usage.option', message);
    }
    if (opened.document !== undefined) {
      const { openSbom } = await import('./sbom/open.ts');
      const read = await openSbom(opened.document, reference, options.ecosystems, context.signal);
      const image = withIdentity(read.view.image, read.view.problems, { name: options.imageName, hashed: false });
      yield { ...read, view: { ...read.view, image } };
    }
    // Images of one source share layers: variants for several platforms, or what one archive holds.
    const known = new Map<string, LayerReading>();
    for (const image of opened.images) {
      yield await view(
        await redactOpened(image),
        { ...options, ...(opened.kept && { kept: opened.kept }) },
        known,
        context,
      );
    }
  } finally {
    opened.close();
  }
}

/** The image with the packages that are wanted: what is listed and judged. Checks see all of it. */
function selected(view: ImageView, { packages }: Pick<ScanOptions, 'packages'>): ImageView {
  if (packages === undefined) return view;
  return { ...view, packages: view.packages.filter(({ type }) => packages.has(type)) };
}

/** Those that judge contents, each once; where there are any, the ledger learns of the same bytes which are programs. */
export function contentAnalyzersOf(checks: readonly Check[]): readonly Analyzer[] {
  const judging = [...new Map(checks.flatMap(({ contents = [] }) => contents).map((one) => [one.name, one])).values()];
  return judging.length === 0 ? [] : [...judging, programContents];
}

/**
 * All that look into layers. One that several ecosystems or checks list is there once. Distributions are read whatever is
 * wanted: their databases tell which packages of languages are theirs.
 */
export function analyzersOf({
  ecosystems,
  checks,
  packages,
  identifier,
  notices = false,
}: Pick<ScanOptions, 'ecosystems' | 'checks' | 'packages' | 'identifier' | 'notices'>): readonly Analyzer[] {
  const wanted = ecosystems.filter(
    ({ detect, types }) => packages === undefined || detect !== undefined || types.some((type) => packages.has(type)),
  );
  const all = [
    ...wanted.flatMap((e) => e.analyzers),
    ...checks.flatMap((c) => c.analyzers),
    ...(notices ? [dpkgCopyright] : []),
  ];
  const listed = identifier === undefined ? all : all.map((analyzer) => analyzer.digesting ?? analyzer);
  return [...new Map(listed.map((analyzer) => [analyzer.name, analyzer])).values()];
}

async function view(
  image: OpenedImage,
  {
    ecosystems,
    checks,
    packages,
    identifier,
    notices = false,
    verify = false,
    cache,
    haveLayers,
    helpers,
    deep = false,
    imageName,
    kept: source,
  }: ViewOptions & Pick<OpenedSource, 'kept'>,
  known: Map<string, LayerReading>,
  context: ScanContext,
): Promise<AssembledImage> {
  const contents = contentAnalyzersOf(checks);
  const listed = analyzersOf({
    ecosystems,
    checks,
    ...(packages && { packages }),
    ...(identifier && { identifier }),
    notices,
  });
  const analyzers = deep ? [...listed, ...contents] : listed;
  const threads = contents.some(({ alone }) => alone === true) ? {} : { ...(helpers && { helpers }) };
  const kept = { ...(cache && { cache }) };
  if (haveLayers !== undefined && cache !== undefined) {
    const absent = await absentLayers(image, analyzers, cache, context.limits);
    if (absent.length > 0) await haveLayers(absent);
  }
  const layers = await readLayers(image, analyzers, context, {
    verify,
    known,
    ...kept,
    ...(deep ? threads : { ...(helpers && { helpers }) }),
  });
  const assembled = await assembleImage(image, layers, analyzers, ecosystems, context, {
    ...(identifier && { identifier }),
    ...(!deep && contents.length > 0 && { contents: { analyzers: contents, ...kept, ...threads } }),
  });
  const { image: info, problems } = assembled.view;
  const identified = withIdentity(info, problems, {
    name: source?.name ?? imageName,
    trusted: source !== undefined,
    hashed: layers.every(({ hashed }) => hashed),
  });
  const seen = { ...assembled.view, image: identified };
  return { ...assembled, view: notices ? withNotices(seen) : seen };
}

/** What was judged: the image, with what is known of its distribution by now. */
interface Judged extends Matched {
  readonly view: ImageView;
}

async function judge(image: ImageView, options: ScanOptions, context: ScanContext): Promise<Judged> {
  let view = selected(image, options);
  const findings: Finding[] = [];
  const problems: Problem[] = [];
  let advisories = noAdvisories;
  const { severityOrder, lockfiles = false } = options;
  const judging = { lockfiles, ...(severityOrder && { severityOrder }) };
  if (options.matcher !== undefined) {
    const matched = await options.matcher.match(view, context);
    advisories = matched.advisories;
    for (const finding of matched.findings) findings.push(finding);
    for (const problem of matched.problems) problems.push(problem);
  } else if (options.advisories !== undefined) {
    const supply = await options.advisories.supply(neededAdvisories(view, options.ecosystems, judging));
    problems.push(...supply.problems);
    if (supply.source !== undefined) {
      try {
        const status = supply.source.status();
        const matched = matchPackages(view, options.ecosystems, supply.source, judging);
        const { distribution } = view;
        if (distribution !== undefined) view = { ...view, distribution: withEndOfLife(distribution, supply.source) };
        advisories = status;
        // One by one: an image can have more of them than a call has arguments.
        for (const finding of matched.findings) findings.push(finding);
        for (const problem of matched.problems) problems.push(problem);
      } catch (error) {
        // A database may be damaged where only matching looks. The packages are still worth a report.
        if (!(error instanceof AdvisoriesError)) throw error;
        problems.push({ code: 'advisories.missing', message: error.message });
      }
    }
  }
  const { packages } = image;
  const pauses = new Pauses(context.signal);
  const pause = async (): Promise<boolean> => {
    await pauses.take();
    return !pauses.isOver;
  };
  for (const check of options.checks) {
    if (!(await pause())) {
      problems.push({
        code: 'scan.timeout',
        message: `the time limit was reached; the check ${check.id} was left out`,
      });
      continue;
    }
    try {
      for await (const result of check.judge.judge({ ...view, packages }, { now: context.now, pause })) {
        if (isFinding(result)) findings.push(result);
        else problems.push(result);
      }
    } catch (error) {
      if (context.signal.aborted && !timedOut(context.signal)) throw error;
      context.log.error({ check: check.id, error }, 'a check failed');
      problems.push({ code: 'judge.failed', message: `the check ${check.id} failed: ${String(error)}` });
    }
  }
  return { view, findings, problems, advisories };
}
