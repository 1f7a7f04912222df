import { withOrigin } from '../base-images/origin.ts';
import type { AdvisoryStatus } from '../model/advisory.ts';
import { type Finding, findingKinds } from '../model/finding.ts';
import type { ImageInfo } from '../model/image.ts';
import type { Observation } from '../model/observation.ts';
import { compareText } from '../model/order.ts';
import type { Package } from '../model/package.ts';
import { isIncomplete, type Problem, problemCodes } from '../model/problem.ts';
import type { Coverage, LayerTraces, Report } from '../model/report.ts';
import { compareSeverity } from '../model/severity.ts';
import type { ImageView } from '../model/view.ts';
import { summarise } from './summary.ts';
import { type TracedView, tracesOf } from './traces.ts';

/** What a report is made of. */
export interface ReportParts {
  readonly view: Pick<ImageView, 'distribution' | 'packages' | 'problems'> &
    Partial<TracedView> & {
      readonly image: Omit<ImageInfo, 'names' | 'config'> & { readonly traces?: LayerTraces };
    };
  readonly findings: readonly Finding[];
  /** Problems of judging; those of the view come in by themselves, and what is in both counts once. */
  readonly problems: readonly Problem[];
  readonly advisories: AdvisoryStatus;
  /** `complete` is decided here, by the problems. */
  readonly coverage: Omit<Coverage, 'complete'>;
  /** Absent: packages of all types. */
  readonly packageTypes?: readonly string[];
  readonly depth: Report['depth'];
  readonly toolVersion: string;
  readonly createdAt: Date;
  /** Absent: as of now. */
  readonly asOf?: Date;
  readonly rules?: Report['rules'];
  readonly hosts?: Report['hosts'];
  readonly observation?: Observation;
}

/** Makes the report of one image. Everything in it is sorted: the same parts in any order give the same bytes. */
export function buildReport(parts: ReportParts): Report {
  const { view, advisories } = parts;
  const { image, distribution } = view;
  // What is judged anew brings along what was known.
  const traces = tracesOf(view) ?? image.traces;
  const findings = withOrigin(parts.findings, image.base).toSorted(compareFindings);
  const problems = distinct([...view.problems, ...parts.problems]).sort(compareProblems);
  return {
    schemaVersion: 1,
    tool: { name: 'drydock', version: parts.toolVersion },
    createdAt: parts.createdAt.toISOString().replace('.000Z', 'Z'),
    ...(parts.asOf !== undefined && { asOf: parts.asOf.toISOString().replace('.000Z', 'Z') }),
    image: {
      reference: image.reference,
      ...(image.name !== undefined && { name: image.name }),
      ...(image.claimed !== undefined && { claimed: image.claimed }),
      ...(image.id !== undefined && { id: image.id }),
      ...(image.digest !== undefined && { digest: image.digest }),
      ...(image.mediaType !== undefined && { mediaType: image.mediaType }),
      ...(image.platform !== undefined && { platform: image.platform }),
      ...(image.created !== undefined && { created: image.created }),
      ...(distribution !== undefined && { distribution }),
      ...(image.base !== undefined && { base: image.base }),
      layers: image.layers.map(({ index, digest, diffId, size, instruction }) => ({
        index,
        ...(digest !== undefined && { digest }),
        ...(diffId !== undefined && { diffId }),
        size,
        ...(instruction !== undefined && { instruction }),
      })),
      history: image.history.map(({ createdBy: _, author: __, isEmpty: ___, ...entry }) => entry),
      ...(traces !== undefined && { traces }),
    },
    advisories: { ...advisories, feeds: advisories.feeds.toSorted((a, b) => compareText(a.name, b.name)) },
    rules: (parts.rules ?? []).toSorted((a, b) => compareText(a.name, b.name)),
    depth: parts.depth,
    ...(parts.packageTypes !== undefined && { packageTypes: parts.packageTypes }),
    packages: view.packages.toSorted(comparePackages),
    findings,
    problems,
    coverage: { ...parts.coverage, complete: !problems.some(isIncomplete) },
    ...(parts.observation !== undefined && { observation: parts.observation }),
    hosts: [...(parts.hosts ?? [])].sort(compareText),
    summary: summarise(findings),
  };
}

function distinct(problems: readonly Problem[]): Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems) {
    const { code, message, layer, path, analyzer } = problem;
    const key = JSON.stringify([code, message, layer, path, analyzer]);
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()];
}

/** By kind, the gravest first, then by name and place. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    findingKinds.indexOf(a.kind) - findingKinds.indexOf(b.kind) ||
    compareSeverity(b.severity, a.severity) ||
    compareText(a.id, b.id) ||
    compareText(a.package?.name ?? '', b.package?.name ?? '') ||
    compareText(a.package?.purl ?? '', b.package?.purl ?? '') ||
    (a.layer?.index ?? -1) - (b.layer?.index ?? -1) ||
    compareText(a.location?.path ?? '', b.location?.path ?? '') ||
    (a.location?.line ?? -1) - (b.location?.line ?? -1) ||
    (a.location?.offset ?? -1) - (b.location?.offset ?? -1) ||
    // Whatever else differs decides too: the order in which findings came must not.
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}

const codes = Object.keys(problemCodes);

/** What makes the result incomplete first. */
export function compareProblems(a: Problem, b: Problem): number {
  return (
    Number(isIncomplete(b)) - Number(isIncomplete(a)) ||
    codes.indexOf(a.code) - codes.indexOf(b.code) ||
    (a.layer ?? -1) - (b.layer ?? -1) ||
    compareText(a.path ?? '', b.path ?? '') ||
    compareText(a.message, b.message) ||
    compareText(a.analyzer ?? '', b.analyzer ?? '')
  );
}

function comparePackages(a: Package, b: Package): number {
  return (
    compareText(a.type, b.type) ||
    compareText(a.name, b.name) ||
    compareText(a.version, b.version) ||
    compareText(a.purl, b.purl) ||
    a.layer.index - b.layer.index ||
    compareText(a.locations[0] ?? '', b.locations[0] ?? '')
  );
}
