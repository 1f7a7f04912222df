/**
 * First and last code points of the blocks that terminals show in two columns: `W` and `F` of EastAsianWidth.txt
 * (Unicode 16), emoji aside.
 */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0xa4c6],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x2fffd],
  [0x30000, 0x3fffd],
];

const ascii = /^[\x20-\x7e]*$/;
const mark = /^\p{M}$/u;
const spacing = /^\p{Mc}$/u;
const emoji = /^\p{Emoji_Presentation}$/u;

/** Columns that a terminal needs for text without control characters. */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** Columns of one code point: none for marks that combine, two for wide ones. */
function widthOf(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (mark.test(character) && !spacing.test(character)) return 0;
  return wide.some(([first, last]) => code >= first && code <= last) || emoji.test(character) ? 2 : 1;
}

/** The beginning of the text that fits, with `...` where something was cut off. */
export function cutTo(text: string, width: number): string {
  // Nothing is narrower than a column for every mark that `escapeText` lets through.
  if (text.length <= width && displayWidth(text) <= width) return text;
  const [whole] = splitAt(text, width);
  if (whole.length === text.length) return text;
  if (width <= 3) return '.'.repeat(Math.max(width, 0));
  return `${splitAt(text, width - 3)[0].trimEnd()}...`;
}

/** Adds blanks up to a width. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Breaks text into lines of a width, between words where it can. Never gives more than `lines`; the last is cut. */
export function wrapTo(text: string, width: number, lines = Number.POSITIVE_INFINITY): readonly string[] {
  const wrapped: string[] = [];
  let rest = text;
  while (rest !== '' && wrapped.length < lines) {
    if (wrapped.length === lines - 1) {
      wrapped.push(cutTo(rest, width));
      break;
    }
    const [line, remainder] = breakAt(rest, Math.max(width, 1));
    wrapped.push(line);
    rest = remainder;
  }
  return wrapped;
}

/**
 * The same for text and an end of it that stays in sight and in one piece: where both do not fit into the lines, the text
 * is cut before the end.
 */
export function wrapWithEnd(text: string, end: string, width: number, lines: number): readonly string[] {
  const tail = cutTo(end, width);
  const body = wrapTo(text, width, lines + 1);
  const last = body.at(-1) ?? '';
  if (body.length <= lines) {
    if (tail === '') return body;
    if (displayWidth(last) + 1 + displayWidth(tail) <= width) return [...body.slice(0, -1), `${last} ${tail}`.trim()];
    if (body.length < lines) return [...body, tail];
  }
  const kept: string[] = [];
  let rest = text;
  while (kept.length < lines - 1) {
    const [line, remainder] = breakAt(rest, Math.max(width, 1));
    kept.push(line);
    rest = remainder;
  }
  const room = width - displayWidth(tail) - (tail === '' ? 0 : 1);
  return [...kept, `${cutTo(rest, room)} ${tail}`.trim()];
}

/**
 * Breaks text between words alone: a word that is longer than the line stays whole, so that an address or a path can
 * still be copied. `first` is what the first line has room for.
 */
export function wrapWords(text: string, width: number, first: number = width): readonly string[] {
  const wrapped: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ')) {
    const room = wrapped.length === 0 ? first : width;
    if (line === undefined) line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= room) line = `${line} ${word}`;
    else {
      wrapped.push(line);
      line = word;
    }
  }
  return line === undefined ? wrapped : [...wrapped, line];
}

/** One line and what remains. A word longer than the line is broken; at least one character goes into every line. */
function breakAt(text: string, width: number): readonly [string, string] {
  const [head, tail] = splitAt(text, width);
  if (tail === '') return [head, ''];
  if (head === '') {
    const first = String.fromCodePoint(tail.codePointAt(0)!);
    return [first, tail.slice(first.length)];
  }
  if (tail.startsWith(' ')) return [head, tail.slice(1)];
  const blank = head.lastIndexOf(' ');
  if (blank <= 0) return [head, tail];
  return [head.slice(0, blank), head.slice(blank + 1) + tail];
}

/** Splits text after as many characters as fit; marks stay with what they combine with. */
function splitAt(text: string, width: number): readonly [string, string] {
  let columns = 0;
  let length = 0;
  for (const character of text) {
    columns += widthOf(character);
    if (columns > width) return [text.slice(0, length), text.slice(length)];
    length += character.length;
  }
  return [text, ''];
}
