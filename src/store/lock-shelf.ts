/** Locks that end by themselves, on SQLite with their process: one of many processes does what one must do. */
export interface LockShelf {
  /**
   * Takes a lock, or extends one of the same owner where `renew` says so; locks that ended are cleared first.
   * Undefined: another owner has it, or there is nothing to renew.
   * @param duration milliseconds
   * @returns when it ends
   * @throws StoreError `store.bad-request` for an empty name or owner, or no duration
   */
  take(name: string, owner: string, duration: number, renew?: boolean): Promise<Date | undefined>;
  /** Gives back an own lock; that of another owner stays. */
  release(name: string, owner: string): Promise<void>;
  /** Who has it, and until when. */
  find(name: string): Promise<{ readonly owner: string; readonly until: Date } | undefined>;
}
