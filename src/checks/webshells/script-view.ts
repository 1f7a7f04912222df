/** One way to read a script. */
export interface ScriptView {
  /**
   * `raw`: the text as it is, UTF-16 transcoded, without the compressed members of a phar archive; of a file over 2 MiB its beginning, its end and the parts with most
   * marks. `stripped`: without comments, white space folded. `decoded`: also with escapes, constant characters and
   * constant concatenations of literals replaced by what they mean. `payload`: what something encoded decodes to,
   * stripped and decoded in its turn.
   */
  readonly name: 'raw' | 'stripped' | 'decoded' | 'payload';
  readonly bytes: Uint8Array;
  /**
   * How the bytes came to be, in the order in which it was done: `base64`, `inflate`. Empty for `raw`. Of small payloads
   * that share a view, each step once.
   */
  readonly chain: readonly string[];
  /** The line of the original file, from 1 on, from which the byte at `offset` comes. */
  lineOf(offset: number): number;
}
