import type { Severity } from '../../model/severity.ts';

/** A link of a notice. */
export interface NoticeReference {
  /** `cve`, `bugzilla`, `self`, `redhat`. */
  readonly type: string;
  readonly id: string;
  readonly href: string;
}

/** An rpm that a notice brings. */
export interface NoticePackage {
  readonly name: string;
  /** `epoch:version-release`, without the epoch where that is 0. */
  readonly version: string;
  /** `x86_64`, `noarch`, `src`; absent where the notice does not tell. */
  readonly arch?: string;
}

/** One `update` of an `updateinfo.xml`. */
export interface Notice {
  readonly id: string;
  /** `security`, `bugfix`, `enhancement`, `newpackage`. */
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly severity: Severity;
  /** RFC 3339; times without a zone are taken for UTC. */
  readonly issued?: string;
  readonly updated?: string;
  readonly references: readonly NoticeReference[];
  readonly packages: readonly NoticePackage[];
}
