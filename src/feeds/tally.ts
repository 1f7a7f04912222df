import { FeedError } from '../errors.ts';
import { latestPossible, sortableMoment } from './osv-index.ts';

/** Unreadable or missing entries that are put up with, and the share of all above which something is wrong. */
const TOLERATED = 20;
const TOLERATED_SHARE = 0.05;

/** Counts the entries of one update: records, documents, files. */
export class Tally {
  all = 0;
  unreadable = 0;
  /** The latest change of an entry. */
  newest: string | undefined;
  readonly #ceiling = latestPossible(Date.now());

  /** Notes the time of an entry's last change. */
  saw(modified: unknown): void {
    const moment = sortableMoment(modified);
    if (moment === undefined || moment > this.#ceiling) return;
    if (this.newest === undefined || moment > this.newest) this.newest = moment;
  }

  /** @throws FeedError if too much is missing or unreadable to be a slip of single entries */
  check(what: string): void {
    const { all, unreadable } = this;
    if (unreadable > TOLERATED && unreadable > all * TOLERATED_SHARE) this.#refuse(what);
  }

  /** The same of a feed that is read as a whole: it has entries, and not all of them are unreadable. */
  checkWhole(name: string, what: string): void {
    if (this.all === 0) throw new FeedError('feed.refused', `${name} has no ${what}`);
    if (this.unreadable === this.all) this.#refuse(`${what} of ${name}`);
    this.check(`${what} of ${name}`);
  }

  #refuse(what: string): never {
    throw new FeedError('feed.refused', `${this.unreadable} of ${this.all} ${what} are unreadable`);
  }
}
