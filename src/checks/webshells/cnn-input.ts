import type { ScriptView } from './script-views.ts';

/** Bytes that the network reads of a file. */
export const cnnBytes = 8192;

/** What the network reads of a file: the views, joined and filled up with zeros. */
export function cnnInput(views: readonly ScriptView[]): Uint8Array {
  const input = new Uint8Array(cnnBytes);
  const text = views.findLast(({ name }) => name !== 'payload');
  if (text !== undefined) input.set(text.bytes.subarray(0, cnnBytes));
  return input;
}
