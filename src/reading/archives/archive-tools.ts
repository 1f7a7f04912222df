import type { Inflater } from '../../formats/compression/inflater.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import type { Analyzer } from '../../model/analyzer.ts';
import type { FileHeader } from '../../model/file.ts';
import type { Problem } from '../../model/problem.ts';
import type { Interest } from '../interest.ts';
import type { KeptBody } from '../kept-bodies.ts';
import type { PassingBodies } from '../passing-bodies.ts';
import type { WantedNames } from '../wanted-names.ts';
import type { ArchiveBudget, ArchiveLimits } from './archive-budget.ts';

/** Which archive is read. */
export interface ArchivePlace {
  /** By which those know it who want its members. */
  readonly path: string;
  /** Archives around its members, itself among them. */
  readonly depth: number;
  /** Where the archive of the layer stands in the layer. */
  readonly offset: number;
  /** As those were shown it who judge it by itself. */
  readonly file: FileHeader;
}

export interface ArchiveContext {
  readonly limits: ArchiveLimits;
  readonly bodies: PassingBodies;
  tell(problem: Problem): void;
  /** Gives what there is of a member to those who want it, and opens it in turn. */
  share(header: FileHeader, interests: readonly Interest[], kept: KeptBody, depth: number): Steps;
}

/** What reading a member needs besides the archive. */
export interface ArchiveTools extends ArchiveContext {
  readonly budget: ArchiveBudget;
  readonly inflater: Inflater;
  /** The names that some analyzers ask for. */
  names(analyzers: readonly Analyzer[]): WantedNames;
}
