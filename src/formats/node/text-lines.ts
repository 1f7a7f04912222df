/** The lines of a text with their numbers, from 1, without their ends. One at a time, so that a file of nothing else costs nothing. */
export function* textLines(text: string): Generator<{ readonly line: number; readonly raw: string }, void, void> {
  let line = 0;
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    yield { line: ++line, raw: text.slice(start, text[end - 1] === '\r' && end > start ? end - 1 : end) };
    start = end + 1;
  }
}
