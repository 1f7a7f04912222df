/** busybox, toybox and what distributions call their variants of them: `busybox.static`, `busybox-extras`. */
const multiCall = /^(?:busybox|toybox)(?:[.-][\w.-]{0,30})?$/;

const baseName = (path: string | undefined): string =>
  path === undefined ? '' : path.slice(path.lastIndexOf('/') + 1).replace(/^-/, '');

/** Which program of those that busybox and toybox have in one file runs, and where its own arguments begin. */
export interface Applet {
  readonly name: string;
  /** The words from its name on. */
  readonly arguments: readonly string[];
}

/**
 * These files are what they are called as: `sh` by a link or by the first word, or by the second one where the first is
 * the name of the file itself (busybox(1), "USAGE").
 * @returns undefined for other programs, and where no name follows
 */
export function appletOf(path: string, words: readonly string[]): Applet | undefined {
  if (!multiCall.test(baseName(path))) return undefined;
  const own = multiCall.test(baseName(words[0])) ? words.slice(1) : words;
  const name = baseName(own[0]);
  return name === '' ? undefined : { name, arguments: own };
}
