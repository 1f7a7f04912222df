/** The public API: scan an image from a program. `docs/report.md` describes what comes back. */
export { openAdvisories } from './advisories/database.ts';
export { checks } from './checks/index.ts';
export { noProgress, type Progress, type ScanContext } from './context.ts';
export { ecosystems } from './ecosystems/index.ts';
export { DrydockError, type ErrorCode } from './errors.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { type Logger, silent } from './log.ts';
export type { Finding, FindingKind } from './model/finding.ts';
export type { Package } from './model/package.ts';
export type { Problem, ProblemCode } from './model/problem.ts';
export type { Coverage, Report } from './model/report.ts';
export type { Severity } from './model/severity.ts';
export { type AdvisorySupply, type ScanOptions, scanImage } from './scan.ts';
