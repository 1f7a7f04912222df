/**
 * Records of what was learned of layers, by keys: bytes that the store does not look into. A cache that processes share
 * (stored-layer-cache.ts): any of them may be gone at any time.
 */
export interface ReadingShelf {
  has(key: string): Promise<boolean>;
  /** Says besides that the record is used. */
  get(key: string): Promise<Buffer | undefined>;
  /**
   * Keeps a record whole or not at all; one that is there already stays.
   * @param pieces asked for anew where the transaction runs again; what they throw is thrown
   * @throws StoreError `store.bad-request` for an empty key
   */
  put(key: string, pieces: () => Iterable<Uint8Array>): Promise<void>;
  remove(key: string): Promise<void>;
  /**
   * Takes out what was not used for longer than `age` milliseconds, and what was used longest ago where all together
   * have more than so many bytes.
   * @returns how many
   */
  sweep(bounds: { readonly bytes: number; readonly age: number }): Promise<number>;
}
