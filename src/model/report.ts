import type { ReportAttestation } from './attestation.ts';
import type { BaseImage } from './base-image.ts';
import type { Distribution } from './distribution.ts';
import type { Finding, FindingKind } from './finding.ts';
import type { ClaimedIdentity, HistoryEntry } from './image.ts';
import type { Observation } from './observation.ts';
import type { Package } from './package.ts';
import type { Problem } from './problem.ts';
import type { Severity } from './severity.ts';
import type { VexOutcome } from './vex.ts';
import type { DatabaseContradiction, DatabaseState } from './view.ts';

/**
 * Where a file of the merged image can end. `owned`: a package of the distribution lists it, and no layer above the package's
 * version changed it. `modified`: one did. `analysed`: a package was read from it, or it came with one of a language.
 * `generated`: bytecode of a source that is one of these, made in the same layer. `executable`: none of these, and a program, library
 * or script by its mode or its name. `data`: none of these at all. `skipped`: not read, or not all of it,
 * because of a limit. `failed`: it could not be read.
 */
export const fileClasses = [
  'owned',
  'modified',
  'analysed',
  'copied',
  'generated',
  'data',
  'executable',
  'skipped',
  'failed',
] as const;

export type FileClass = (typeof fileClasses)[number];

export interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

/** Every regular file of the merged view in exactly one class. */
export interface Ledger {
  /** `copied` is absent in reports of older versions. */
  readonly classes: Readonly<Record<Exclude<FileClass, 'copied'>, FileCount>> & { readonly copied?: FileCount };
  /** Programs, libraries and scripts of all classes. Explained: those that are `owned`, `analysed`, `copied` or `generated`. */
  readonly executables: FileCount & { readonly explained: FileCount };
  /** How many executables no package owns or is, those that could not be read among them. */
  readonly unexplained: number;
  /** Executables of the class `modified`, the first hundred by path. */
  readonly modified: readonly string[];
  /** Regular files that a layer brought and an upper one hides, by the layer that brought them; without layers that have none. */
  readonly hidden: readonly ({ readonly layer: number } & FileCount)[];
}

/** Where every file of the merged image ended: nothing is left out in silence. */
export interface Coverage {
  /** Regular files of the merged view, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** Files that an analyzer read, in any layer. */
  readonly analysed: number;
  /** How the files of the merged view are explained: sums of the ledger's classes. */
  readonly byClass: { readonly owned: number; readonly analysed: number; readonly unowned: number };
  /** Executables that no package owns or is, the first hundred by path. */
  readonly unexplained: readonly string[];
  /** Absent where no files were looked at, and in reports of older versions. */
  readonly ledger?: Ledger;
  /** What checks of contents judged in all layers, by check; absent where none ran. */
  readonly contents?: Readonly<
    Record<
      string,
      {
        readonly judged: number;
        readonly bytes: number;
        readonly passed: number;
        /** Packages in caches of package managers that were not opened; absent where there are none. */
        readonly shut?: number;
        readonly unjudged: number;
      }
    >
  >;
  /**
   * Files that a registry published with packages of languages, of any layer, and that searches for secrets and webshells
   * leave out at this depth; absent where there are none.
   */
  readonly published?: FileCount;
  /** True when no problem means that something was not read or not judged. */
  readonly complete: boolean;
}

export interface ReportLayer {
  readonly index: number;
  readonly digest?: string;
  readonly diffId?: string;
  readonly size: number;
  readonly instruction?: string;
}

/** What layers tell besides their packages, as far as checks ask for it: so a report can be judged again without them. */
export interface LayerTraces {
  /** The release file that comes first in precedence, and the layer that has it. */
  readonly releaseFile?: { readonly path: string; readonly layer: number };
  /** Package databases that a layer removed from sight. */
  readonly removedDatabases?: readonly DatabaseState[];
  /** Packages that a layer took out of their database, though their files are still there. */
  readonly droppedPackages?: readonly {
    readonly name: string;
    readonly version: string;
    readonly type: string;
    readonly arch?: string;
    readonly layer: number;
  }[];
  /** What the files say against the package databases. */
  readonly contradictions?: readonly DatabaseContradiction[];
}

/** Everything a scan found out about one image. The JSON format is this, unchanged. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'drydock'; readonly version: string };
  /** RFC 3339; SOURCE_DATE_EPOCH where that is set. */
  readonly createdAt: string;
  /** The moment as of which the image was judged, where that is not the one of the scan: RFC 3339. */
  readonly asOf?: string;
  readonly image: {
    readonly reference: string;
    /** Its name in a registry, in full: a registry or a container engine has it under that, or the user said so. */
    readonly name?: string;
    /** What it says of itself, where nobody else says it. */
    readonly claimed?: ClaimedIdentity;
    readonly id?: string;
    readonly digest?: string;
    readonly mediaType?: string;
    readonly platform?: string;
    readonly created?: string;
    readonly distribution?: Distribution;
    /** The image that it was built from; absent where nothing tells of one, and where nobody asked. */
    readonly base?: BaseImage;
    readonly layers: readonly ReportLayer[];
    readonly history: readonly Omit<HistoryEntry, 'createdBy' | 'author' | 'isEmpty'>[];
    readonly traces?: LayerTraces;
  };
  readonly advisories: {
    /** Number of the generation that was asked; absent without a database. */
    readonly generation?: number;
    readonly builtAt?: string;
    readonly feeds: readonly {
      readonly name: string;
      readonly updatedAt?: string;
      readonly records: number;
      readonly enriches?: boolean;
    }[];
    /** True when only the starter set was asked. */
    readonly starter: boolean;
  };
  readonly rules: readonly { readonly name: string; readonly digest: string; readonly updatedAt?: string }[];
  readonly depth: 'default' | 'deep';
  /** What was listed and judged of packages, where that is not all: `os`, `library`, purl types. */
  readonly packageTypes?: readonly string[];
  readonly packages: readonly Package[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly coverage: Coverage;
  /** What a run of the image told (`drydock observe`); absent where there was none. */
  readonly observation?: Observation;
  /** Hosts that the run which made this report asked over the network, sorted, with the port where it is not the usual one. */
  readonly hosts: readonly string[];
  /** The report that findings were compared with, and how many are new, graver, the same, and gone. */
  readonly baseline?: {
    readonly reference: string;
    readonly createdAt: string;
    readonly new: number;
    readonly graver: number;
    readonly known: number;
    readonly gone: number;
  };
  /** The policy that findings were held against, and what became of its entries. */
  readonly policy?: {
    readonly file: string;
    /** Of its bytes: `sha256:...` */
    readonly digest: string;
    readonly entries: number;
    /** Entries that have expired. */
    readonly expired: number;
    /** Findings that it accepts. */
    readonly accepted: number;
  };
  /** Statements (VEX) that were held against the findings, by source. */
  readonly vex?: readonly VexOutcome[];
  /** What its registry has attached to the image; absent where nobody asked. */
  readonly attestations?: readonly ReportAttestation[];
  readonly summary: {
    readonly bySeverity: Readonly<Record<Severity, number>>;
    readonly byKind: Readonly<Partial<Record<FindingKind, number>>>;
  };
}
