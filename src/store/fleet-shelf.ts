import type { ImageState, ReportSummary, StoredImage } from './image-shelf.ts';
import type { StoredSeverity } from './package-version.ts';

/** Numbers of findings of vulnerabilities, by severity. A severity beyond critical counts as that. */
export type SeverityCounts = Readonly<Record<(typeof countedSeverities)[number], number>>;

/** The gravest first. */
export const countedSeverities = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const;

/** An image, and what is found in it as far as lists tell. */
export interface SummedImage {
  readonly image: StoredImage;
  /** Absent: it was not read yet, or could not be. */
  readonly sums?: ImageSums;
}

export interface ImageSums extends ReportSummary {
  readonly findings: SeverityCounts;
  /** Findings that a version fixes. */
  readonly fixable: number;
  /** Vulnerabilities that are known to be exploited. */
  readonly exploited: number;
  /** Of the images of its reference that were read, it came of what was submitted last. */
  readonly latest: boolean;
}

/**
 * What an overview counts, and no other filter picks: last images with a critical finding that has a fix, last images with malware
 * or a web shell, and the last images of their references that could not be scanned.
 */
export const imageConcerns = ['fixable-critical', 'malware', 'failed'] as const;
type ImageConcern = (typeof imageConcerns)[number];

/** `newest`: submitted last; `severity`: the most of the gravest first; `reference`: by name, the newest first in each. */
export const imageOrders = ['newest', 'severity', 'reference'] as const;
export type ImageOrder = (typeof imageOrders)[number];

export interface SummedImageFilter {
  readonly state?: ImageState;
  /** Part of the reference, or a digest. */
  readonly text?: string;
  /** The whole of it. */
  readonly reference?: string;
  /** `id:version`, or the id alone. */
  readonly distribution?: string;
  /** Has a finding of one of these. */
  readonly severities?: readonly StoredSeverity[];
  /** Only the last ones of each reference. */
  readonly latest?: boolean;
  readonly complete?: boolean;
  /** Has a distribution whose end of life is before this day (YYYY-MM-DD). */
  readonly endedBefore?: string;
  /** Has a finding of this kind. */
  readonly kind?: string;
  /** Has a vulnerability that is known to be exploited. */
  readonly exploited?: boolean;
  /** Is one of those that the overview counts so. */
  readonly concern?: ImageConcern;
  readonly order?: ImageOrder;
  /** Where the page before ended, as the shelf gave it. Of the same order. */
  readonly after?: string;
  readonly limit: number;
}

/** A vulnerability, over the last images of each reference. */
export interface SpreadVulnerability {
  readonly name: string;
  /** The gravest that it has anywhere. */
  readonly severity: StoredSeverity;
  readonly images: number;
  /** Package versions that have it, summed over images. */
  readonly findings: number;
  /** Those of them that a version fixes. */
  readonly fixable: number;
  readonly exploited: boolean;
}

export const vulnerabilityOrders = ['images', 'severity', 'name'] as const;
export type VulnerabilityOrder = (typeof vulnerabilityOrders)[number];

export interface VulnerabilityFilter {
  /** What the name begins with. */
  readonly prefix?: string;
  readonly severities?: readonly StoredSeverity[];
  readonly exploited?: boolean;
  readonly fixable?: boolean;
  readonly order?: VulnerabilityOrder;
  readonly after?: string;
  readonly limit: number;
}

/** Sums over the last images of each reference, those of runs not among them. */
export interface FleetSums {
  readonly images: number;
  readonly findings: SeverityCounts;
  readonly fixable: number;
  /** Different ones. */
  readonly vulnerabilities: number;
  /** Different ones that are known to be exploited. */
  readonly exploited: number;
}

/** The sums at the end of a day, or as they are by now. */
export interface FleetDay extends FleetSums {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
}

/** What needs to be known of all images at once. */
export interface FleetOverview {
  readonly sums: FleetSums;
  /** Different vulnerabilities by the gravest severity that they have. */
  readonly vulnerabilities: SeverityCounts;
  /** Images in each state, older ones of the same reference among them. */
  readonly states: Readonly<Record<ImageState, number>>;
  /** References whose last image failed. */
  readonly failed: number;
  /** Of the last images: those that have a vulnerability which is known to be exploited. */
  readonly exploitedImages: number;
  /** Of the last images: those with a critical finding that a version fixes. */
  readonly fixableCriticalImages: number;
  readonly incomplete: number;
  readonly endOfLife: number;
  /** Of the last images: those with malware, a web shell, or both. */
  readonly malwareImages: number;
  /** By kind of finding: last images that have any, and how many they have. */
  readonly kinds: Readonly<Record<string, { readonly images: number; readonly findings: number }>>;
  readonly distributions: readonly { readonly distribution: string; readonly images: number }[];
  readonly worst: readonly SummedImage[];
  readonly widespread: readonly SpreadVulnerability[];
  readonly exploited: readonly SpreadVulnerability[];
  /** Notifications that nobody marked as read, counted up to a bound. */
  readonly unread: number;
}

/** What changes with what happens. */
export interface FleetPulse {
  /** By the clock of the database, in milliseconds since 1970. */
  readonly now: number;
  /** Of the advisories. */
  readonly generation: number;
  /** Differs after every update, whatever it brought. */
  readonly updated: string;
  /** Number of the last notification; 0: there is none. */
  readonly notification: number;
  /** Notifications that nobody marked as read, counted up to a bound. */
  readonly unread: number;
}

/**
 * Looks at all images, answered from sums that are kept right by whoever changes what they are sums of. Pages end with an
 * opaque text; one that no page ended with throws UsageError.
 */
export interface FleetShelf {
  images(filter: SummedImageFilter): Promise<{ readonly images: readonly SummedImage[]; readonly next?: string }>;
  image(id: string): Promise<SummedImage | undefined>;
  vulnerabilities(
    filter: VulnerabilityFilter,
  ): Promise<{ readonly vulnerabilities: readonly SpreadVulnerability[]; readonly next?: string }>;
  /**
   * @param today YYYY-MM-DD, which ends of life are compared with
   * @param most of each list
   */
  overview(today: string, most: number): Promise<FleetOverview>;
  sums(): Promise<FleetSums>;
  /** Keeps the sums of now as those of a day, instead of what was kept of it before. */
  keepDay(day: string): Promise<void>;
  /** What tells that something happened, in few reads. */
  pulse(): Promise<FleetPulse>;
  /**
   * Images that were submitted, begun, done or failed since a moment, the last ones first.
   * @param moment of the clock of the database: see `FleetPulse.now`
   */
  changedSince(moment: number, limit: number): Promise<readonly StoredImage[]>;
  /**
   * Ids of images that were removed since a moment, an hour ago at the most, the last ones first.
   * @param moment as of `changedSince`
   */
  removedSince(moment: number, limit: number): Promise<readonly string[]>;
  /** Days that were kept, from one day on, the oldest first. */
  days(from: string): Promise<readonly FleetDay[]>;
}
