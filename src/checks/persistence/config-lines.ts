/** A line of a configuration. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Lines that are neither empty nor comments, without blanks around them. */
export function* linesOf(text: string): Iterable<Line> {
  let number = 0;
  let start = 0;
  while (start <= text.length) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    number++;
    const line = text.slice(start, end).trim();
    start = end + 1;
    if (line !== '' && !line.startsWith('#')) yield { number, text: line };
  }
}
