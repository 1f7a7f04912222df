import type { Limits } from '../../limits.ts';
import type { FileHeader } from '../../model/file.ts';
import type { ProblemCode } from '../../model/problem.ts';

/** Sees every member of an archive, in order, whoever walks it. */
export interface TarVisitor {
  /** Returns how many bytes of the body it wants: 0 for none. */
  member(header: FileHeader): number;
  /**
   * Called after `member` wanted a body that could be had, before the next member. `content` holds what was wanted or
   * the whole body, whichever is shorter, and is valid during the call only.
   */
  content(header: FileHeader, content: Buffer): void;
  problem(code: ProblemCode, message: string, path?: string): void;
}

export interface WalkOptions {
  readonly limits: Pick<Limits, 'entries' | 'headerBytes' | 'layerBytes'>;
  readonly signal?: AbortSignal;
}
