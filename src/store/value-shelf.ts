/** Small things to remember: when the feeds were last read. */
export interface ValueShelf {
  get(key: string): Promise<string | undefined>;
  /** @throws StoreError `store.bad-request` for an empty key or value */
  set(key: string, value: string): Promise<void>;
}
