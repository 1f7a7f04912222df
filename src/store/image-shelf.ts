import type { PackageVersion, PackageVulnerability, StoredSeverity } from './package-version.ts';
import type { StoredNamespace } from './stored-namespace.ts';

export type ImageState = 'queued' | 'scanning' | 'done' | 'failed';

/** An image that somebody submitted. */
export interface StoredImage {
  /** UUID version 4. */
  readonly id: string;
  readonly reference: string;
  /** Of the manifest, once it is known. */
  readonly digest?: string;
  /** Digest of the configuration, which most engines call the id of the image; absent where it has none. */
  readonly configuration?: string;
  readonly platform?: string;
  readonly distribution?: string;
  readonly state: ImageState;
  readonly submitted: Date;
  readonly scanned?: Date;
  /** Why it failed. */
  readonly failure?: string;
  readonly layers: readonly string[];
  /** The process that took it alone has its source, or the credentials for it. */
  readonly ownSource?: true;
  /** Packages that could not be kept, because a name or version has more than 128 characters: nobody judges them. */
  readonly leftOut?: number;
}

/** What a scan learned of an image, without what advisories say of it: that changes while the image does not. */
export interface ScannedImage {
  readonly digest?: string;
  readonly configuration?: string;
  readonly platform?: string;
  readonly distribution?: string;
  readonly scanned: Date;
  /** Digests (diffIds where there are no others), base first. */
  readonly layers: readonly string[];
  readonly packages: readonly PackageVersion[];
  readonly namespaces: readonly StoredNamespace[];
  /** The report without findings of vulnerabilities: JSON text. */
  readonly document: string;
  /** Absent: nothing is known of it. */
  readonly summary?: ReportSummary;
  /** Which packages its programs and libraries belong to, in a form of whoever wrote it; absent: nobody told. */
  readonly programs?: Uint8Array;
}

/** What another image of the same source is called. */
export interface OtherImage {
  readonly reference: string;
  readonly submitted: Date;
  readonly idempotencyKey: string;
}

/** What is kept of an image that something runs, found by one of its digests. */
export interface ImageOfDigest {
  readonly digest: string;
  /** The last one that was read of it whole, or else the last one that was read, and that was not only run. */
  readonly scan?: StoredImage;
  /** The last one that was run and watched. */
  readonly run?: StoredImage;
}

/** What lists say of a report, besides vulnerabilities. */
export interface ReportSummary {
  /** Nothing was left unread or unjudged. */
  readonly complete: boolean;
  /** Day (YYYY-MM-DD) after which nobody mends the distribution, where known. */
  readonly endOfLife?: string;
  /** How many findings of each kind there are, but vulnerabilities; kinds without any are absent. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** Where the scan of an image is. */
export interface ScanStep {
  readonly step: string;
  /** Counted in `unit`. */
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
}

/** An image with the step that was told last. */
export interface ImageProgress {
  readonly image: StoredImage;
  /** How many steps were told. */
  readonly sequence: number;
  readonly step?: ScanStep;
}

export interface ImageFilter {
  readonly state?: ImageState;
  /** Part of the reference, or a digest. */
  readonly text?: string;
  /** Where the page before ended, as `list` gave it. */
  readonly after?: string;
  readonly limit: number;
}

export interface AffectedImage {
  readonly image: StoredImage;
  readonly packages: readonly (PackageVersion & { readonly fixedBy?: string })[];
}

export interface ImageFinding extends PackageVersion {
  readonly vulnerability: PackageVulnerability;
}

export interface FindingFilter {
  readonly severities?: readonly StoredSeverity[];
  readonly fixable?: boolean;
  readonly package?: string;
  readonly vulnerability?: string;
  /** Where the page before ended, as `findings` gave it. */
  readonly after?: string;
  readonly limit: number;
}

/**
 * Images of our own API. Images with the same packages share one set of them. What is not there is left alone: an image
 * may be removed while it is scanned. Pages end with an opaque text; one that no page ended with throws UsageError.
 */
export interface ImageShelf {
  /**
   * @param idempotencyKey a second submission with the same key answers with the first image
   * @param platform that is asked for
   * @param ownSource no other process can scan it
   */
  submit(
    reference: string,
    submitted: Date,
    idempotencyKey?: string,
    platform?: string,
    ownSource?: boolean,
  ): Promise<StoredImage>;
  find(id: string): Promise<StoredImage | undefined>;
  /** Those of exactly this reference, in one of some states where they are named, newest first. */
  ofReference(reference: string, limit: number, states?: readonly ImageState[]): Promise<readonly StoredImage[]>;
  /** Newest first. */
  list(filter: ImageFilter): Promise<{ readonly images: readonly StoredImage[]; readonly next?: string }>;
  /**
   * Says that a scan begins.
   * @returns how many were begun, with this one, and neither ended nor paused: their processes did; 0: no such image
   */
  begin(id: string): Promise<number>;
  /** Says that the scan that was begun last came to no result, and will be begun again. */
  pause(id: string): Promise<void>;
  /** Keeps where the scan is, for whoever follows it, in whatever process. */
  progress(id: string, step: ScanStep): Promise<void>;
  follow(id: string): Promise<ImageProgress | undefined>;
  /**
   * Keeps what was learned and judges the package versions that are new to the store.
   * @returns false: there is no such image
   */
  finish(id: string, scanned: ScannedImage): Promise<boolean>;
  /**
   * Makes another image that the source of one holds, and finishes it: nobody ever finds it waiting. A key that was used before
   * finishes that image again.
   * @returns its id; undefined: the one whose source it is of was removed
   */
  finishBeside(id: string, other: OtherImage, scanned: ScannedImage): Promise<string | undefined>;
  fail(id: string, failure: string, at: Date): Promise<void>;
  /** Submitted or begun, and not finished, oldest first: what a process that was killed left. */
  unfinished(): Promise<readonly StoredImage[]>;
  document(id: string): Promise<string | undefined>;
  /** What `finish` was given; undefined: nobody told. */
  programs(id: string): Promise<Uint8Array | undefined>;
  /**
   * Images that were read and whose manifest or configuration has one of these digests; those of which there is none are absent.
   * @param runs what references of images begin with that were run
   */
  ofDigests(digests: readonly string[], runs: string): Promise<readonly ImageOfDigest[]>;
  /** By severity, the gravest first, then by names. */
  findings(
    id: string,
    filter: FindingFilter,
  ): Promise<{ readonly findings: readonly ImageFinding[]; readonly next?: string }>;
  /** Images that a vulnerability affects, in whatever namespace, newest first. */
  affectedBy(
    vulnerability: string,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ readonly count: number; readonly images: readonly AffectedImage[]; readonly next?: string }>;
  /** Images that have a layer, newest first. */
  withLayer(digest: string, limit: number): Promise<readonly StoredImage[]>;
  remove(id: string): Promise<boolean>;
}
