import type { Report } from '../model/report.ts';
import { applyPolicy } from './apply.ts';
import { covers, isExpired, type Policy, type PolicyEntry } from './policy.ts';

/** Days before its end in which an entry is said to expire soon. */
const SOON = 14;
const DAY = 24 * 60 * 60 * 1000;

export type LintCode = 'expired' | 'unused' | 'shadowed' | 'expires-soon' | 'broad';

/** Something that a policy should be rid of, or that will come. */
export interface LintNote {
  readonly line: number;
  readonly code: LintCode;
  readonly message: string;
}

/** Codes that make a lint fail: the others are worth a look. */
export const failingCodes: readonly LintCode[] = ['expired', 'unused', 'shadowed'];

/**
 * Says what of a policy has grown old: entries that have expired or soon will, that an earlier entry makes superfluous,
 * that mean everything, and, by reports of the images that it is for, those that mean nothing.
 */
export function lintPolicy(
  policy: Policy,
  now: Date,
  reports: readonly Pick<Report, 'image' | 'findings' | 'packages'>[] = [],
): readonly LintNote[] {
  const notes: LintNote[] = [];
  const used = useOf(policy, now, reports);
  for (const [position, entry] of policy.entries.entries()) {
    const note = (code: LintCode, message: string): void => {
      notes.push({ line: entry.line, code, message });
    };
    const days = Math.round((Date.parse(entry.expires) - Date.parse(now.toISOString().slice(0, 10))) / DAY);
    if (isExpired(entry, now)) note('expired', `expired on ${entry.expires}`);
    else if (days <= SOON) note('expires-soon', `expires on ${entry.expires}, ${daysWords(days)}`);
    const { id, package: packages, path, layer } = entry.criteria;
    if ([id, packages, path, layer].every((one) => one === undefined)) {
      note('broad', 'means findings by what they are alone: no id, package, path or layer');
    }
    const earlier = policy.entries.slice(0, position).find((other) => shadows(other, entry, now));
    const use = used?.[position];
    if (earlier !== undefined) note('shadowed', `everything it means is accepted by line ${earlier.line} already`);
    else if (use === undefined) continue;
    else if (use.means === 0) note('unused', 'means no finding of what was looked at');
    else if (use.accepts === 0 && !isExpired(entry, now)) {
      note('shadowed', 'all findings that it means are accepted by entries before it');
    }
  }
  return notes;
}

function daysWords(days: number): string {
  return days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`;
}

/** An entry that ends earlier does not make a later one superfluous. */
function shadows(earlier: PolicyEntry, later: PolicyEntry, now: Date): boolean {
  return !isExpired(earlier, now) && earlier.expires >= later.expires && covers(earlier.criteria, later.criteria);
}

interface Use {
  readonly means: number;
  readonly accepts: number;
}

/** Over all reports together: an entry may be for one of several images. */
function useOf(
  policy: Policy,
  now: Date,
  reports: readonly Pick<Report, 'image' | 'findings' | 'packages'>[],
): readonly Use[] | undefined {
  if (reports.length === 0) return undefined;
  const total = policy.entries.map(() => ({ means: 0, accepts: 0 }));
  for (const report of reports) {
    // As if no policy had been applied to it, which a report from a file may have had.
    const findings = report.findings.map(({ suppressed, ...finding }) =>
      suppressed === undefined || !suppressed.by.startsWith('policy:')
        ? { ...finding, ...(suppressed && { suppressed }) }
        : finding,
    );
    for (const [position, { means, accepts }] of applyPolicy({ ...report, findings }, policy, now).uses.entries()) {
      total[position]!.means += means;
      total[position]!.accepts += accepts;
    }
  }
  return total;
}
