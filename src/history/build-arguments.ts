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

/**
 * Takes the build arguments off. Builders put values down without quotes, so a value with a blank in it looks like what
 * follows; the ARG entries before tell the values, and where the shell begins is the next best sign.
 *
 * @param known Values of the ARG entries so far.
 * @param shells Texts that a command can begin with, such as `/bin/sh -c `.
 */
export function splitArguments(
  text: string,
  known: ReadonlyMap<string, string>,
  shells: readonly string[],
): SplitArguments | undefined {
  const head = /^\|(\d{1,4}) /.exec(text);
  if (head === null) return undefined;
  const count = Number(head[1]);
  if (count > MOST) return undefined;
  const pairs: { name: string; value: string }[] = [];
  let at = head[0].length;
  let isCertain = true;
  for (let number = 0; number < count; number++) {
    const equals = text.indexOf('=', at);
    const name = equals < 0 ? '' : text.slice(at, equals);
    if (name === '' || name.includes(' ')) return { pairs, command: text.slice(at), isCertain: false };
    const start = equals + 1;
    const end = endOfValue(text, start, known.get(name), number === count - 1 ? shells : undefined);
    isCertain &&= end.isCertain;
    pairs.push({ name, value: text.slice(start, end.at) });
    at = Math.min(text.length, end.at + 1);
  }
  return { pairs, command: text.slice(at), isCertain };
}

function endOfValue(
  text: string,
  start: number,
  known: string | undefined,
  shells: readonly string[] | undefined,
): { readonly at: number; readonly isCertain: boolean } {
  if (known !== undefined && text.startsWith(`${known} `, start)) return { at: start + known.length, isCertain: true };
  if (shells !== undefined) {
    // The first place decides: whatever a value says further on is then read as a command, not hidden from it.
    const places = shells.map((shell) => text.indexOf(` ${shell}`, start)).filter((place) => place >= 0);
    if (text.startsWith(' ', start)) return { at: start, isCertain: true };
    const at = Math.min(...places);
    if (places.length > 0) return { at, isCertain: !text.slice(start, at).includes(' ') };
  } else {
    const next = /^[^ ]*(?= [\w.-]+=)/.exec(text.slice(start, start + 4096));
    if (next !== null) return { at: start + next[0].length, isCertain: true };
    const later = / [A-Za-z_][\w.-]*=/.exec(text.slice(start, start + 65_536));
    if (later !== null) return { at: start + later.index, isCertain: false };
  }
  const blank = text.indexOf(' ', start);
  return { at: blank < 0 ? text.length : blank, isCertain: shells === undefined };
}
