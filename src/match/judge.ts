import type { AdvisoryHit } from '../model/advisory.ts';
import type { Package } from '../model/package.ts';
import { type Assessment, assess } from './assess.ts';
import { type Group, groupByVulnerability, verdictOn } from './group.ts';
import type { Watch } from './watch.ts';

/** What advisories say of one package. */
export interface PackageJudgement {
  readonly affected: readonly Group[];
  /** Vulnerabilities that it may or may not have: versions could not be compared. */
  readonly unjudged: readonly Group[];
}

const nothing: PackageJudgement = { affected: [], unjudged: [] };

/** Judges a package by the hits of all names and namespaces that concern it. */
export function judgePackage(pkg: Package, watch: Watch, hits: readonly AdvisoryHit[]): PackageJudgement {
  const assessments: Assessment[] = [];
  for (const hit of hits) {
    const assessment = assess(pkg, hit, watch);
    if (assessment !== undefined) assessments.push(assessment);
  }
  // Most packages are past every fix: nothing is left to weigh.
  if (assessments.every(({ verdict }) => verdict.outcome === 'not-affected')) return nothing;
  const affected: Group[] = [];
  const unjudged: Group[] = [];
  for (const group of groupByVulnerability(assessments)) {
    const verdict = verdictOn(group);
    if (verdict === 'affected') affected.push(group);
    else if (verdict === 'unjudged') unjudged.push(group);
  }
  return { affected, unjudged };
}
