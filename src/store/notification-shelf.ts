import type { PackageVersion } from './package-version.ts';
import type { StoredVulnerability } from './vulnerability-shelf.ts';

/** What happened to a vulnerability: it came (new), changed (old and new) or went (old). */
export interface StoredNotification {
  /** UUID version 4. */
  readonly name: string;
  readonly created: Date;
  /** When the last target had it. */
  readonly notified?: Date;
  /** When somebody said that it was read. */
  readonly deleted?: Date;
  /** Rows as they were then: superseded ones still know which package versions they affect. */
  readonly old?: StoredVulnerability;
  readonly new?: StoredVulnerability;
}

/** A layer whose own difference to its parent adds a package version that a vulnerability affects. */
export interface IntroducingLayer {
  /** Ascends with the age of layers. */
  readonly id: number;
  readonly name: string;
}

/** An image whose packages a vulnerability affects. */
export interface ConcernedImage {
  /** Ascends with the age of images. */
  readonly id: number;
  readonly reference: string;
  /** The first of those packages, by name. */
  readonly package: PackageVersion & { readonly fixedBy?: string };
}

/** What is known of sending a notification to one target. */
export interface Delivery {
  readonly target: string;
  readonly delivered?: Date;
  /** Rounds that failed since the last success. */
  readonly failures: number;
  /** Not to be tried again before. */
  readonly notBefore?: Date;
}

export interface NotificationFilter {
  /** Only those that nobody marked as read. */
  readonly unread?: boolean;
  /** Where the page before ended, as `list` gave it. */
  readonly after?: string;
  readonly limit: number;
}

export interface NotificationShelf {
  /**
   * Newest first.
   * @throws UsageError for an `after` that no page ended with
   */
  list(
    filter: NotificationFilter,
  ): Promise<{ readonly notifications: readonly StoredNotification[]; readonly next?: string }>;
  find(name: string): Promise<StoredNotification | undefined>;
  /** Layers with ids from `from` on, by id, at most `limit`. Rows that were superseded can be asked, too. */
  introducingLayers(vulnerability: number, from: number, limit: number): Promise<readonly IntroducingLayer[]>;
  /**
   * Images with ids from `from` on, by id, at most `limit`. Rows that were superseded can be asked, too.
   * @param beginning what the references of the images begin with
   * @param except a row that does not affect them; absent: whatever else does
   */
  concernedImages(
    vulnerability: number,
    page: { readonly beginning: string; readonly except?: number; readonly from: number; readonly limit: number },
  ): Promise<readonly ConcernedImage[]>;
  /** Marks it as read, once. False: there is none. */
  markRead(name: string, at: Date): Promise<boolean>;
  /**
   * Makes targets known. For one that is new waits what comes from now on, and nothing of before; one that is known
   * already has nothing lost.
   */
  addTargets(names: readonly string[]): Promise<void>;
  /**
   * One that waits, at random among the oldest: not read, not locked, and for one of the targets not delivered, or
   * delivered before `now - renotifyAfter`, and not resting. A moment further ahead than `now + longestRest` (of a
   * delivery: `now + renotifyAfter`) was written by a clock that went wrong, and holds nothing up.
   * @param longestRest milliseconds that anything rests at most; default: `renotifyAfter`
   */
  nextFor(
    targets: readonly string[],
    now: Date,
    renotifyAfter: number,
    longestRest?: number,
  ): Promise<StoredNotification | undefined>;
  deliveries(name: string): Promise<readonly Delivery[]>;
  /** Keeps the outcome for a target; a success sets `notified` as soon as all of `targets` for which it waited had it. */
  recordDelivery(name: string, delivery: Delivery, targets: readonly string[]): Promise<void>;
  /** Those that are neither read nor delivered everywhere, oldest first, and how many there are. */
  waiting(limit: number): Promise<{ readonly count: number; readonly first: readonly StoredNotification[] }>;
}
