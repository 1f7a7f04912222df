/**
 * Outside text as a part of an id of a node. Half of a surrogate pair, which a cut may leave, has no form in a URI, and
 * `encodeURIComponent` throws for it (ECMA-262, section 19.2.6.5): it becomes U+FFFD.
 * @param most UTF-16 code units that are kept
 */
export function idPart(text: string, most: number = text.length): string {
  return encodeURIComponent(text.slice(0, most).toWellFormed());
}

/** Characters of the name of a process that processes of one name are told apart by. */
export const PROCESS_NAME = 60;
