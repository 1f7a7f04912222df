/**
 * A text as every database can keep it: PostgreSQL has no NUL in texts, and neither knows halves of surrogate pairs.
 * Names that an image or a feed chose may have both.
 */
export function storable(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '\u{FFFD}') : text).toWellFormed();
}
