import type { FileHeader } from '../model/file.ts';
import type { Witness } from '../model/witness.ts';
import type { Content } from './content.ts';
import type { ContentType } from './content-type.ts';

/** What an engine has to say about a file. */
export interface Judgement {
  readonly witnesses: readonly Witness[];
  /** Why it could not judge, or not all of it: the rest of a sentence that begins with `it`. */
  readonly unjudged?: string;
}

/** Judges contents of files, one after the other: a set of signatures, of digests, a model. */
export interface ContentEngine {
  readonly name: string;
  /** Everything that decides what it says: version of its code and digests of its rules. A part of the cache's key. */
  readonly rules: string;
  /**
   * Which files it wants to see: asked for every file, before its body is read. Cheap, no allocation.
   * @param type by name and first bytes
   * @param served a web server may run it, whatever the type: `mayBeServed`
   */
  takes(type: ContentType, file: FileHeader, served: boolean): boolean;
  /** It is shown all windows of a large file, one after the other; absent: the first, and what it wants of the digests. */
  readonly windows?: true;
  /** Synchronous; must not throw on any bytes. The content is valid until it returns. */
  judge(content: Content): Judgement;
  /**
   * Judges what an archive says of a member (`header.member`), whether or not it can be read: asked for each that is shown,
   * links and empty files among them, before its body. Must not throw.
   */
  judgeMember?(header: FileHeader): readonly Witness[];
  /**
   * Judges it elsewhere, after `judge`: in another process, for instance. The content is valid until this returns, not until
   * the promise settles. Must not fail.
   */
  judgeElsewhere?(content: Content): Promise<Judgement>;
  close?(): void;
}

export const NOTHING: Judgement = { witnesses: [] };
