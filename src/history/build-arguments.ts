/** `|2 A=1 B=2 ` before the command of a RUN, taken apart. */
export interface SplitArguments {
  readonly pairs: readonly { readonly name: string; readonly value: string }[];
  /** What follows. */
  readonly command: string;
  /** False where the text can be taken apart in more than one way, or does not hold as many as it says. */
  readonly isCertain: boolean;
}

/** More than any build file has; a count above it is no count. */
const MOST = 1000;
/** How far ahead the next argument is looked for: each value costs so much at most. */
const FAR = 16_384;

/**
 * Takes the build arguments off. Builders put values down without quotes, so a value with a blank in it looks like what
 * follows; the ARG entries before tell names and values, and where the shell begins is the next best sign.
 *
 * @param known Names of the ARG entries so far, with their values where they have one.
 * @param shells Texts that a command can begin with, such as `/bin/sh -c `.
 * @param countsWords The number is that of words that blanks part, as buildah has it, not that of arguments.
 */
export function splitArguments(
  text: string,
  known: ReadonlyMap<string, string | undefined>,
  shells: readonly string[],
  countsWords = false,
): SplitArguments | undefined {
  const split = splitCounted(text, known, shells, countsWords);
  if (split === undefined || split.isCertain || shells.some((shell) => split.command.startsWith(shell))) return split;
  // In doubt, what follows the first shell is a command: nothing that was run may pass as a value.
  const places = shells.map((shell) => text.indexOf(` ${shell}`)).filter((place) => place >= 0);
  return places.length === 0 ? split : { ...split, command: text.slice(Math.min(...places) + 1) };
}

function splitCounted(
  text: string,
  known: ReadonlyMap<string, string | undefined>,
  shells: readonly string[],
  countsWords: boolean,
): SplitArguments | undefined {
  const head = /^\|(\d{1,4}) /.exec(text);
  if (head === null) return undefined;
  const count = Number(head[1]);
  if (count > MOST) return undefined;
  if (countsWords) {
    const end = endOfWords(text, head[0].length, count);
    const pairs = splitPairs(text.slice(head[0].length, end), known);
    return { ...pairs, command: text.slice(end + 1) };
  }
  const pairs: { name: string; value: string }[] = [];
  let at = head[0].length;
  let isCertain = true;
  for (let number = 0; number < count; number++) {
    const equals = text.indexOf('=', at);
    const name = equals < 0 ? '' : text.slice(at, equals);
    if (name === '' || name.includes(' ')) return { pairs, command: text.slice(at), isCertain: false };
    const end = endOfValue(text, equals + 1, known, name, number === count - 1 ? shells : undefined);
    isCertain &&= end.isCertain;
    pairs.push({ name, value: text.slice(equals + 1, end.at) });
    at = Math.min(text.length, end.at + 1);
  }
  return { pairs, command: text.slice(at), isCertain };
}

function endOfWords(text: string, start: number, count: number): number {
  let at = start - 1;
  for (let word = 0; word < count; word++) {
    at = text.indexOf(' ', at + 1);
    if (at < 0) return text.length;
  }
  return at;
}

function splitPairs(
  text: string,
  known: ReadonlyMap<string, string | undefined>,
): Pick<SplitArguments, 'pairs' | 'isCertain'> {
  const pairs: { name: string; value: string }[] = [];
  let isCertain = true;
  for (let at = 0; at < text.length; ) {
    const equals = text.indexOf('=', at);
    if (equals < 0) return { pairs, isCertain: false };
    const name = text.slice(at, equals);
    const next = nextName(text, equals + 1, known);
    isCertain &&= next.isCertain;
    pairs.push({ name, value: text.slice(equals + 1, next.at) });
    at = next.at + 1;
  }
  return { pairs, isCertain };
}

function endOfValue(
  text: string,
  start: number,
  known: ReadonlyMap<string, string | undefined>,
  name: string,
  shells: readonly string[] | undefined,
): { readonly at: number; readonly isCertain: boolean } {
  const value = known.get(name);
  if (value !== undefined && text.startsWith(`${value} `, start)) return { at: start + value.length, isCertain: true };
  if (shells === undefined) return nextName(text, start, known);
  // The first place decides: whatever a value says further on is then read as a command, not hidden from it.
  const places = shells.map((shell) => text.indexOf(` ${shell}`, start)).filter((place) => place >= 0);
  const blank = text.indexOf(' ', start);
  const at = places.length > 0 ? Math.min(...places) : blank < 0 ? text.length : blank;
  const isAgain = shells.some((shell) => text.includes(` ${shell}`, at + 1));
  return { at, isCertain: places.length > 0 && at === blank && !isAgain };
}

/** Where a value ends that another argument follows: before a name that ARG told of, else before what looks like a name. */
function nextName(
  text: string,
  start: number,
  known: ReadonlyMap<string, string | undefined>,
): { readonly at: number; readonly isCertain: boolean } {
  let other: number | undefined;
  for (let at = text.indexOf(' ', start); at >= 0 && at - start < FAR; at = text.indexOf(' ', at + 1)) {
    const name = /^[A-Za-z_][\w.-]*(?==)/.exec(text.slice(at + 1, at + 257))?.[0];
    if (name !== undefined && known.has(name)) return { at, isCertain: true };
    if (name !== undefined) other ??= at;
  }
  if (other !== undefined) return { at: other, isCertain: text.indexOf(' ', start) === other };
  return { at: text.length, isCertain: text.length - start < FAR };
}
