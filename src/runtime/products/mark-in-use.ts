import type { Finding } from '../../model/finding.ts';
import type { Observation } from '../../model/observation.ts';

/**
 * Findings on packages, each with how the run used its package at the most. What was not seen may still be used another
 * time: the mark sorts, it excuses nothing.
 */
export function markInUse(
  findings: readonly Finding[],
  { packagesInUse, coverage }: Pick<Observation, 'packagesInUse' | 'coverage'>,
): Finding[] {
  // Where nobody watched each file that is opened, nobody can say that something was not used.
  const isWhole = coverage.tracer === 'strace';
  const uses = new Map(packagesInUse.map(({ purl, use }) => [purl, use]));
  return findings.map((finding) => {
    if (finding.package === undefined) return finding;
    const use = uses.get(finding.package.purl) ?? 'not-seen';
    if (use === 'not-seen' && !isWhole) return finding;
    return { ...finding, inUse: use !== 'not-seen', use };
  });
}
