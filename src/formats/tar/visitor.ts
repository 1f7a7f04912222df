import type { Limits } from '../../limits.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { FileHeader } from '../../model/file.ts';
import type { ProblemCode } from '../../model/problem.ts';
import type { PlainHeader } from './plain-header.ts';

/** What `member` answers where it wants the body at any place: all of it, in no buffer. */
export const ANY_PLACE = -1;

/**
 * Takes a body in pieces that are valid during the call only. `end` is called once, also where the body is cut short. Where
 * it returns a promise, whoever walks the archive waits for it before it goes on.
 */
export interface BodySink {
  write(piece: Buffer): void;
  end(): void | Promise<void>;
}

/** Sees every member of an archive, in order, whoever walks it. */
export interface TarVisitor {
  /** Returns how many bytes of the body it wants: 0 for none, `ANY_PLACE` for all of them through `whole` or `pieces`. */
  member(header: FileHeader): number;
  /**
   * Takes a plain member that it wants nothing of, without a header being made for it. False where `member` shall be
   * asked. Absent: `member` is asked of all.
   */
  skim?(plain: PlainHeader): boolean;
  /**
   * Called after `member` wanted a body that could be had, before the next member. `content` holds what was wanted or
   * the whole body, whichever is shorter, and is valid during the call only.
   */
  content(header: FileHeader, content: Buffer): void;
  /** Called after `ANY_PLACE` where the archive can be read at any place. A promise is waited for, as that of `BodySink.end`. */
  whole?(header: FileHeader, body: ByteSource): void | Promise<void>;
  /** Called after `ANY_PLACE` where the body comes once, front to back. */
  pieces?(header: FileHeader): BodySink;
  problem(code: ProblemCode, message: string, path?: string): void;
}

export interface WalkOptions {
  readonly limits: Pick<Limits, 'entries' | 'headerBytes' | 'layerBytes'>;
  readonly signal?: AbortSignal;
}
