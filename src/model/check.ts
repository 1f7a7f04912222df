import type { Analyzer } from './analyzer.ts';
import type { Finding, FindingKind } from './finding.ts';
import type { Problem } from './problem.ts';
import type { Severity } from './severity.ts';
import type { ImageView } from './view.ts';

/** What judging may know besides the image. */
export interface JudgeContext {
  /** The moment that 'now' means: that of the scan. */
  readonly now: Date;
  /**
   * Lets signals and timers have their turn between steps that may take long; false where no time is left. Absent: nobody
   * interrupts.
   * @throws the reason of an interruption
   */
  readonly pause?: () => Promise<boolean>;
}

/** Judges a whole image. Reads nothing: what it needs stands in the view and its facts. */
export interface Judge {
  readonly name: string;
  judge(view: ImageView, context: JudgeContext): Iterable<Finding | Problem> | AsyncIterable<Finding | Problem>;
}

/** A rule of a check: what its findings have in common, for documentation and for `drydock checks`. */
export interface RuleDoc {
  readonly id: string;
  readonly kind: FindingKind;
  readonly title: string;
  readonly severity: Severity;
  /** Why it matters, in a sentence or two. */
  readonly why: string;
  /** What to do about it. */
  readonly remediation: string;
  /** Rules of others that ask the same, `TOOL:ID`: `dockle:CIS-DI-0001`, `hadolint:DL3002`. Findings have the ids as aliases. */
  readonly aliases?: readonly string[];
  /** Lines of a build file: as it should not be, and as it should. */
  readonly example?: { readonly wrong: string; readonly right: string };
  /** Addresses at which the reasons stand. */
  readonly sources?: readonly string[];
  /** When it may be wrong, or cannot be decided. */
  readonly caveats?: string;
}

/** Name of the set of rules that comes with Drydock. */
export const STARTER = 'starter';

/** Rules that a person has, as they lie on this machine. Plain data. */
export interface RuleSet {
  /** As reports name it: `starter`, `clamav:daily`, `signature-base`. */
  readonly name: string;
  readonly kind: 'yara' | 'clamav' | 'ssdeep' | 'digests';
  /** Files of the set, absolute. */
  readonly files: readonly string[];
  /** `sha256:...` of all of them. */
  readonly digest: string;
  /** RFC 3339: when they were made, as far as they tell, or when they came here. */
  readonly updatedAt?: string;
  readonly licence?: string;
  readonly url?: string;
}

/** What checks of contents are told before a scan. Plain data: threads are told the same. */
export interface CheckSettings {
  readonly ruleSets: readonly RuleSet[];
  /** Sets that were meant to be among them and cannot be used, each a sentence. */
  readonly ruleProblems?: readonly string[];
  /** Where what was compiled of rules is kept; absent: nowhere. */
  readonly compiled?: string;
  /** All files are judged; what is left out at default depth for its cost is not. */
  readonly deep: boolean;
  /** Potentially unwanted programs, too. */
  readonly unwanted: boolean;
  /** The weights by which scripts are judged, and the digest of their file. */
  readonly webshellModel?: { readonly file: string; readonly digest: string };
  /** Address of a clamd that is asked besides: a path, or `host:port`. */
  readonly clamd?: string;
}

/** A question asked of every image: one folder and one line in checks/index.ts. */
export interface Check {
  /** Name of its folder, and its word in `--checks`. */
  readonly id: string;
  readonly displayName: string;
  readonly analyzers: readonly Analyzer[];
  /**
   * Analyzers that judge what is in files. At default depth they see the files that no package owns, once these are known;
   * at depth `deep` they see all, together with the others.
   */
  readonly contents?: readonly Analyzer[];
  readonly judge: Judge;
  readonly rules: readonly RuleDoc[];
  /** Rule sets that were loaded, for the report. */
  readonly ruleSets?: readonly Pick<RuleSet, 'name' | 'digest' | 'updatedAt'>[];
  /**
   * The check with its rules: taken before a scan in its place, in every thread by itself. Loads nothing that a scan
   * without a fitting file would not need.
   */
  configure?(settings: CheckSettings): Check | Promise<Check>;
  /** Lets go of what a configured check loaded, when the scans that it was taken for have ended. */
  close?(): void;
}

/** A finding has a kind, a problem has a code. */
export function isFinding(value: Finding | Problem): value is Finding {
  return 'kind' in value;
}
