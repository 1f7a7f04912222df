/** What a line that is too long costs besides. */
const TOO_LONG = 100_000;

/** As Go's strings.TrimSpace. */
const outer = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * Breaks a text into lines of about the same length: the squares of what lines fall short of the width are the least in
 * sum, the last line not counted. Line breaks and blanks alone separate words, so that runs of them stay visible within
 * a line; bytes count, not characters (spec 12.3).
 */
export function wrapEvenly(text: string, width: number): readonly string[] {
  const trimmed = trimEnd(text.replace(outer, ''));
  const words = trimmed.split(/[\n ]/);
  const sizes = words.map((word) => Buffer.byteLength(word));
  const count = words.length;
  const breaks = new Array<number>(count).fill(count);
  const costs = new Array<number>(count + 1).fill(0);
  /** Bytes from a word to the end, which is the last line where they fit. */
  let remaining = -1;
  for (let from = count - 1; from >= 0; from--) {
    remaining += (sizes[from] ?? 0) + 1;
    if (remaining <= width || from === count - 1) continue;
    costs[from] = Number.POSITIVE_INFINITY;
    let size = -1;
    for (let to = from + 1; to < count; to++) {
      size += (sizes[to - 1] ?? 0) + 1;
      const own = (width - size) ** 2 + (size > width ? TOO_LONG : 0);
      // Beyond the width a line only gets worse with every word.
      if (size > width && own >= (costs[from] ?? 0)) break;
      const cost = own + (costs[to] ?? 0);
      if (cost < (costs[from] ?? 0)) {
        costs[from] = cost;
        breaks[from] = to;
      }
    }
  }
  const lines: string[] = [];
  for (let from = 0; from < count; from = breaks[from] ?? count) lines.push(words.slice(from, breaks[from]).join(' '));
  return lines;
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && outer.test(text[end - 1] as string)) end--;
  return text.slice(0, end);
}
