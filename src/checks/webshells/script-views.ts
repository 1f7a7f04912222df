import type { ScriptLanguage } from './language.ts';
import { lineCounter } from './lines-of.ts';
import { scriptText } from './script-text.ts';

export { cnnBytes, cnnInput } from './cnn-input.ts';
export type { ScriptLanguage } from './language.ts';
export { scriptLanguage } from './language.ts';
export { oneGram, threeGram, tokenHashes, tokenWindows, twoGram, windowStep, windowTokens } from './n-grams.ts';
export type { Tokens } from './tokens.ts';
export { forEachToken, readTokens, tokenRoom } from './tokens.ts';

/** One way to read a script. */
export interface ScriptView {
  /**
   * `raw`: the text as it is, UTF-16 transcoded. `stripped`: without comments, white space folded. `decoded`: also
   * with escapes, constant characters and constant concatenations of literals replaced by what they mean.
   * `payload`: what a literal decodes to.
   */
  readonly name: 'raw' | 'stripped' | 'decoded' | 'payload';
  readonly bytes: Uint8Array;
  /** How the bytes came to be, in the order in which it was done: `base64`, `inflate`. Empty for `raw`. */
  readonly chain: readonly string[];
  /** The line of the original file, from 1 on, from which the byte at `offset` comes. */
  lineOf(offset: number): number;
}

/**
 * All that is to be seen of a script. The first view is `raw`; one that would be as the one before it is left out.
 * Never throws, whatever the bytes are.
 */
export function scriptViews(bytes: Uint8Array, _language: ScriptLanguage): ScriptView[] {
  const text = scriptText(bytes);
  return [{ name: 'raw', bytes: text, chain: [], lineOf: lineCounter(text) }];
}
