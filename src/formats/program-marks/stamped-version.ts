import type { Executable } from '../executables/executable.ts';
import { type MarkedVersion, windowsOf } from './find-version.ts';
import { MOST_PLACES, parseMark, versionsAt } from './mark.ts';
import { isDigit } from './version-form.ts';

/** Digits of a time in nanoseconds. */
const STAMP = 19;
/** Characters of the name of a machine, and of the version before it. */
const MOST_TEXT = 100;
const MOST_VERSIONS = 1000;
const MOST_STAMPED = 100;

const bare = parseMark('\0{*.*.*}\0');

/**
 * The version of Redis and what was made of it. Their programs are full of versions (since when each command is there), but
 * only their own stands there with the id of the build behind it: name of the machine, a hyphen, nanoseconds (mkreleasehdr.sh),
 * or the time alone. Where the one ends and the other begins only the version by itself tells.
 */
export function stampedVersion(program: Executable): MarkedVersion {
  const versions = new Set<string>();
  const stamped = new Set<string>();
  const left = { places: MOST_PLACES };
  for (const window of windowsOf(program)) {
    for (const version of versionsAt(window, bare, left)) if (versions.size < MOST_VERSIONS) versions.add(version);
    for (const text of stampedTexts(window)) if (stamped.size < MOST_STAMPED) stamped.add(text);
  }
  const found = new Set<string>();
  for (const text of stamped) for (const version of versions) if (isIn(text, version)) found.add(version);
  // `8.0.2` is what `8.0.21` begins with.
  const longest = [...found].filter((one) => ![...found].some((other) => other !== one && other.startsWith(one)));
  const [version] = longest;
  if (version === undefined) return { kind: 'none' };
  return longest.length === 1
    ? { kind: 'version', version }
    : { kind: 'several', versions: longest.sort().slice(0, 2) };
}

/** Whether a version begins the text, where a name may stand before it: `valkey8.1.1…`. */
function isIn(text: string, version: string): boolean {
  const at = text.search(/\d/);
  return at >= 0 && text.startsWith(version, at);
}

/** Texts that end with the digits of a stamp, without these. */
function* stampedTexts(bytes: Buffer): Generator<string, void, void> {
  let run = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (isDigit(bytes[at])) {
      run++;
      continue;
    }
    if (bytes[at] === 0 && run >= STAMP) {
      const end = at - STAMP;
      const start = bytes.lastIndexOf(0, end) + 1;
      if (end > start && end - start <= MOST_TEXT) yield bytes.toString('latin1', start, end);
    }
    run = 0;
  }
}
