import { endOfVersion, isDigit, type VersionForm, versionForm } from './version-form.ts';

/** A text that stands in a program and has its version in it. */
export interface Mark {
  readonly before: Buffer;
  readonly form: VersionForm;
  readonly after: Buffer;
  /** What is looked for: what the mark begins with, what its version begins with, or what follows the version. */
  readonly anchor: { readonly text: Buffer; readonly at: 'start' | 'version' | 'end' } | undefined;
  /** Hardly anything but the ends of a text are around the version: others may look the same. */
  readonly isBare: boolean;
}

/** Bytes that a mark has at most, its version among them: windows overlap by so many. */
export const MOST_MARK = 128;

/** How many places of one mark are looked at yet, in all of a program. Browsers have some hundred thousand of a bare one. */
export interface PlacesLeft {
  places: number;
}

export const MOST_PLACES = 1_000_000;

/** Fewer bytes stand in a program for many reasons: they say nothing, and to look for them finds too much. */
const TELLING = 4;
const FINDABLE = 2;
const DOT = 0x2e;

/** Reads a mark: `nginx/{*.*.*}\0`, text with the form of a version in braces. For those who write rows. */
export function parseMark(text: string): Mark {
  const [open, close] = [text.indexOf('{'), text.indexOf('}')];
  if (open < 1 || close < open) throw new TypeError(`no mark: ${text}`);
  const before = Buffer.from(text.slice(0, open), 'latin1');
  const after = Buffer.from(text.slice(close + 1), 'latin1');
  const form = versionForm(text.slice(open + 1, close));
  const isBare = before.length < TELLING && after.length < TELLING;
  return { before, after, form, anchor: anchorOf(before, after, form), isBare };
}

function anchorOf(before: Buffer, after: Buffer, { numbers }: VersionForm): Mark['anchor'] {
  if (before.length >= TELLING) return { text: before, at: 'start' };
  if (after.length >= TELLING) return { text: after, at: 'end' };
  const [first, second] = numbers;
  // Half of all bytes of a program are 0: to be asked for each of them takes longest.
  const known = first?.digits === undefined ? '' : `${first.digits}${second?.optional === false ? '.' : ''}`;
  return known.length >= FINDABLE ? { text: Buffer.from(known), at: 'version' } : undefined;
}

/**
 * The versions that a mark has in some bytes, each time that it is there.
 * @param bytes of a window on a program
 */
export function* versionsAt(
  bytes: Buffer,
  mark: Mark,
  left: PlacesLeft = { places: MOST_PLACES },
): Generator<string, void, void> {
  const { before, after, form } = mark;
  for (const at of placesOf(bytes, mark)) {
    if (left.places-- <= 0) return;
    const start = at + before.length;
    const end = endOfVersion(bytes, start, form);
    if (end < 0 || end - at > MOST_MARK || !isAt(bytes, before, at) || !isAt(bytes, after, end)) continue;
    yield bytes.toString('latin1', start, end);
  }
}

/** Where a mark may begin. */
function* placesOf(bytes: Buffer, { before, anchor }: Mark): Generator<number, void, void> {
  if (anchor?.at === 'start' || anchor?.at === 'version') {
    const back = anchor.at === 'start' ? 0 : before.length;
    for (let at = bytes.indexOf(anchor.text); at >= 0; at = bytes.indexOf(anchor.text, at + 1)) {
      if (at >= back) yield at - back;
    }
  } else if (anchor?.at === 'end') {
    for (let end = bytes.indexOf(anchor.text); end >= 0; end = bytes.indexOf(anchor.text, end + 1)) {
      let start = end;
      while (end - start < MOST_MARK && isVersionByte(bytes[start - 1])) start--;
      if (start >= before.length) yield start - before.length;
    }
  } else {
    const first = before[0] as number;
    const { length } = before;
    for (let at = bytes.length - length - 1; at >= 0; at--) {
      if (bytes[at] === first && isDigit(bytes[at + length])) yield at;
    }
  }
}

function isAt(bytes: Buffer, text: Buffer, at: number): boolean {
  return (
    text.length === 0 ||
    (at + text.length <= bytes.length && bytes.compare(text, 0, text.length, at, at + text.length) === 0)
  );
}

function isVersionByte(byte: number | undefined): boolean {
  return byte === DOT || isDigit(byte);
}
