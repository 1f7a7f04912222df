import type { RenderOptions } from './format.ts';
import { jsonText } from './json.ts';

/** One document is an object; of several each is an element of a list. */
export function documentsText(
  documents: readonly object[],
  { several = documents.length !== 1 }: RenderOptions,
): string {
  return jsonText(documents.length === 1 && !several ? documents[0]! : documents);
}
