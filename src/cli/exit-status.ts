import { type ErrorCode, errorCodes, exitStatus } from '../errors.ts';
import { compareSeverity, type Severity } from '../model/severity.ts';

/** What one image's report means for the exit status. */
export interface ReportOutcome {
  /** Severities of the findings that are shown. */
  readonly shown: readonly Severity[];
  /** Something was not read or not judged. */
  readonly incomplete: boolean;
  /** Packages are there, and no advisories for them. */
  readonly advisoriesMissing: boolean;
  /** The distribution gets no security updates any more. */
  readonly endOfLife: boolean;
}

/** What the user wants to fail on. */
export interface ExitPolicy {
  readonly failOn?: Severity | undefined;
  readonly exitCode?: number | undefined;
  readonly exitOnEol?: number | undefined;
  /** The reports were compared with another, and what is new counts. */
  readonly baseline?: boolean;
  readonly requireComplete?: boolean;
  readonly allowIncomplete?: boolean;
}

/** How a command ended. */
export interface Outcome {
  readonly signal?: 'SIGINT' | 'SIGTERM' | undefined;
  /** Codes of the errors that ended the command, or the work on one of several images. */
  readonly errors?: readonly ErrorCode[];
  readonly reports?: readonly ReportOutcome[];
  readonly policy?: ExitPolicy;
}

/** Where several apply, the first of these counts. */
const precedence: readonly number[] = [
  exitStatus.fault,
  exitStatus.nodeTooOld,
  exitStatus.usage,
  exitStatus.source,
  exitStatus.advisories,
  exitStatus.incomplete,
];

function fails(report: ReportOutcome, policy: ExitPolicy): boolean {
  const { failOn, exitCode } = policy;
  if (failOn !== undefined) return report.shown.some((severity) => compareSeverity(severity, failOn) >= 0);
  // Advice about how an image is made, and what its distribution will not mend, is no reason to stop a build by itself: hardly an
  // image is without it. A severity that nobody gave may be any.
  return exitCode !== undefined && report.shown.some((severity) => severity !== 'negligible');
}

/** Whoever gates by findings must not get a 0 from a scan that could not judge. */
function needsAdvisories(policy: ExitPolicy): boolean {
  const { failOn, exitCode, baseline = false, requireComplete = false, allowIncomplete = false } = policy;
  if (requireComplete) return true;
  if (allowIncomplete || exitCode === 0) return false;
  return failOn !== undefined || exitCode !== undefined || baseline;
}

/**
 * The exit status of a command. Interruption comes before a fault, usage, source, advisories, incompleteness and findings;
 * an end-of-life distribution, which the user gave its own status, comes before the findings that it explains.
 */
export function exitStatusOf(outcome: Outcome): number {
  const { signal, errors = [], reports = [], policy = {} } = outcome;
  if (signal !== undefined) return signal === 'SIGINT' ? exitStatus.interrupted : exitStatus.terminated;
  const statuses = new Set<number>(errors.map((code) => errorCodes[code].exit));
  if (statuses.has(exitStatus.interrupted)) return exitStatus.interrupted;
  if (needsAdvisories(policy) && reports.some((report) => report.advisoriesMissing)) {
    statuses.add(exitStatus.advisories);
  }
  if (policy.requireComplete === true && reports.some((report) => report.incomplete)) {
    statuses.add(exitStatus.incomplete);
  }
  const first = precedence.find((status) => statuses.has(status));
  if (first !== undefined) return first;
  if (policy.exitOnEol !== undefined && reports.some((report) => report.endOfLife)) return policy.exitOnEol;
  if (reports.some((report) => fails(report, policy))) return policy.exitCode ?? exitStatus.findings;
  return exitStatus.done;
}
