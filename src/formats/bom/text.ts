/** Characters of a name, a version or a path beyond which it is none. */
const LONGEST = 4096;

/** A text that is not empty and not longer than a path may be; undefined for anything else. */
export function sbomText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : undefined;
}
