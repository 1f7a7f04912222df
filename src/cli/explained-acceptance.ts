import { ecosystems } from '../ecosystems/index.ts';
import type { Explanation } from '../match/explanation.ts';
import { matchPackages } from '../match/match.ts';
import type { MatchOptions } from '../match/match-options.ts';
import type { AdvisorySource } from '../model/advisory.ts';
import type { Problem } from '../model/problem.ts';
import type { Coverage, Report } from '../model/report.ts';
import type { ImageView } from '../model/view.ts';
import { buildReport } from '../report/build-report.ts';
import type { Acceptor } from './acceptance.ts';
import { toolVersion } from './tool-version.ts';

/** What is explained, and how it was judged. */
export interface ExplainedImage {
  readonly view: ImageView;
  readonly coverage: Omit<Coverage, 'complete'>;
  readonly source: AdvisorySource;
  readonly options: MatchOptions;
  readonly now: Date;
}

/** An explanation, and what there is to be said of the policy and the statements. */
export interface AcceptedExplanation {
  readonly explanation: Explanation;
  readonly problems: readonly Problem[];
}

/**
 * An explanation that says of each affected package whether a scan would have suppressed it, and why: the findings of the
 * vulnerability go the way that those of a scan go.
 */
export async function withAcceptance(
  explanation: Explanation,
  image: ExplainedImage,
  acceptor: Acceptor,
): Promise<AcceptedExplanation> {
  const before = reportOf(explanation, image);
  const { findings, problems } = await acceptor.accept(before);
  const packages = explanation.packages.map((explained) => {
    const finding = findings.find(
      ({ kind, package: pkg, layer }) =>
        kind === 'vulnerability' && pkg?.purl === explained.package.purl && layer?.index === explained.layer,
    );
    if (finding === undefined) return explained;
    const { suppressed, vex } = finding;
    return { ...explained, ...(suppressed !== undefined && { suppressed }), ...(vex !== undefined && { vex }) };
  });
  const known = new Set(before.problems);
  return { explanation: { ...explanation, packages }, problems: problems.filter((problem) => !known.has(problem)) };
}

function reportOf({ id, ids }: Explanation, { view, coverage, source, options, now }: ExplainedImage): Report {
  const asked = new Set([id, ...ids]);
  const findings = matchPackages(view, ecosystems, source, options).findings.filter((finding) =>
    [finding.id, ...finding.aliases].some((one) => asked.has(one)),
  );
  return buildReport({
    view,
    findings,
    problems: [],
    advisories: source.status(),
    coverage,
    depth: 'default',
    toolVersion,
    createdAt: now,
  });
}
