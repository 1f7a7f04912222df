import type { VexDocument, VexStatement, VexStatus } from '../formats/vex/document.ts';

/** A document of statements, and where it came from. */
export interface VexSource {
  /** As the report names it: a path, `oci:sha256:...`, `repo:pkg/...` */
  readonly name: string;
  readonly document: VexDocument;
  /** Of what a registry has: whether somebody who is trusted signed it for this image. */
  readonly signed?: boolean;
}

/** A statement that speaks of a finding. */
export interface MatchedStatement {
  readonly source: string;
  readonly statement: VexStatement;
}

/** Statements that suppress a finding; the others only say something of it. */
export const suppressing: readonly VexStatus[] = ['not_affected', 'fixed'];
