import type { Finding } from '../model/finding.ts';
import { comparableId } from '../model/finding-id.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import { claimsToMatch, matchesImage } from './image-name.ts';
import { findLicences } from './licences/find.ts';
import { isExpired, meansFinding, type Policy, type PolicyEntry, placeOf } from './policy.ts';

/** Characters of a name that a problem repeats. */
const SHOWN = 300;

/** What an entry did to the findings of an image. */
export interface EntryUse {
  readonly entry: PolicyEntry;
  readonly expired: boolean;
  /** Findings that it means, and of these the ones that no entry before it accepted. */
  readonly means: number;
  readonly accepts: number;
}

export interface PolicyResult {
  /** In the order in which they were given; licences come last. */
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly uses: readonly EntryUse[];
}

/**
 * Adds the licences that a policy does not allow, and marks the findings that it accepts; the first entry that means one decides. An expired entry accepts nothing,
 * and where it would have, a problem says so.
 * @param now the moment for which the image is judged
 */
export function applyPolicy(
  report: Pick<Report, 'image' | 'findings' | 'packages'>,
  policy: Policy,
  now: Date,
): PolicyResult {
  const uses = policy.entries.map((entry) => ({
    ...{ entry, expired: isExpired(entry, now), means: 0, accepts: 0, claims: 0 },
    claimed: isClaimed(entry, report),
  }));
  const candidates = index(uses);
  const findings = withLicences(report, policy).map((finding): Finding => {
    let accepted = finding;
    for (const use of candidates(finding)) {
      if (!meansFinding(use.entry, finding, report)) {
        if (use.claimed && meansWhatever(use.entry, finding, report)) use.claims++;
        continue;
      }
      use.means++;
      if (use.expired || accepted.suppressed !== undefined) continue;
      use.accepts++;
      accepted = { ...finding, suppressed: suppression(use.entry, policy) };
    }
    return accepted;
  });
  const expired = uses
    .filter(({ expired, means }) => expired && means > 0)
    .map(({ entry, means }): Problem => {
      const what = means === 1 ? 'a finding' : `${means} findings`;
      const message = `${placeOf(policy, entry)}: what was accepted until ${entry.expires} no longer is: ${what} (${entry.reason})`;
      return { code: 'policy.expired', message };
    });
  const claimed = uses
    .filter(({ expired, claims }) => !expired && claims > 0)
    .map(({ entry, claims }) => claimedProblem(placeOf(policy, entry), claims, report));
  return { findings, problems: [...expired, ...claimed], uses };
}

/** Whether an entry is for images as which this one only passes. */
function isClaimed({ criteria: { image } }: PolicyEntry, report: Pick<Report, 'image'>): boolean {
  if (image === undefined || image.some((one) => matchesImage(one, report))) return false;
  return image.some((one) => claimsToMatch(one, report));
}

/** Whether it would mean a finding if it were for all images. */
function meansWhatever(entry: PolicyEntry, finding: Finding, report: Pick<Report, 'image'>): boolean {
  const { image: _, ...criteria } = entry.criteria;
  return meansFinding({ ...entry, criteria }, finding, report);
}

function claimedProblem(place: string, count: number, { image }: Pick<Report, 'image'>): Problem {
  const what = count === 1 ? 'a finding is' : `${count} findings are`;
  const [name] = image.claimed?.names ?? [image.reference];
  const next =
    image.claimed?.digests === true
      ? '--verify holds all layers of an archive against its digests, --image-name NAME says which image it is'
      : '--image-name NAME says which image it is, and a digest in the entry proves it';
  const message = `${place}: ${what} not accepted, since only the file itself says that it is the image meant (${name?.slice(0, SHOWN)}): ${next}`;
  return { code: 'policy.claimed-image', message };
}

/** With what the policy says of licences, in place of what another one said. */
function withLicences(
  report: Pick<Report, 'image' | 'findings' | 'packages'>,
  { licences }: Policy,
): readonly Finding[] {
  if (licences === undefined) return report.findings;
  return [...report.findings.filter(({ kind }) => kind !== 'licence'), ...findLicences(report, licences)];
}

function suppression(entry: PolicyEntry, policy: Policy): NonNullable<Finding['suppressed']> {
  const { reason, expires, owner, justification } = entry;
  return {
    by: `policy:${placeOf(policy, entry)}`,
    reason,
    expires,
    ...(owner !== undefined && { owner }),
    ...(justification !== undefined && { justification }),
  };
}

/** The entries that may mean a finding, in their order: most name ids, and need not be asked for other ones. */
function index<U extends { readonly entry: PolicyEntry }>(uses: readonly U[]): (finding: Finding) => readonly U[] {
  const byId = new Map<string, number[]>();
  const others: number[] = [];
  for (const [position, { entry }] of uses.entries()) {
    const { id } = entry.criteria;
    if (id === undefined) others.push(position);
    else for (const one of new Set(id.map(comparableId))) byId.set(one, [...(byId.get(one) ?? []), position]);
  }
  return (finding) => {
    const ids = [finding.id, ...finding.aliases].flatMap((id) => byId.get(comparableId(id)) ?? []);
    return [...new Set([...ids, ...others])].sort((a, b) => a - b).map((position) => uses[position]!);
  };
}
