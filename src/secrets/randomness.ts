/**
 * Bits by which the second of two letters surprises, rows and columns a to z, 9 and more as 9: counted over each distinct
 * word of the sources and manuals of some hundred programs.
 */
const pairs =
  `84449759597343959343658868 38673999459289389447399949 38693993595489289463599979 47651799377686379656588969
47435568799453856334966579 39883489299586299475499969 59892854399564579445499999 38882999399877389483699989
56455559998452359543959796 29852999498889385928499999 47771778399685779636584947 37852799299399379844599949
25872969499558339957599989 48433538496786479932679979 66448669687442549355465899 36863997599397349353599859
89879999999498989768069999 38462769396755389544569959 59482895396788449742487969 39672693299669469455597849
54574769499443849333999999 27891969299779689878999799 35984993299895359448994999 48484798499949839872879269
66675879599354429434785998 39991987599888499969499978`
    .split(/\s/)
    .map((row) => [...row].map(Number));

/**
 * How little a text looks like words and names: bits by which each of its characters surprises who has read many of them.
 * About 3 to 4.5 of words, identifiers and sentences, 5 and more of what is drawn at random from letters and digits.
 */
export function surprise(text: string): number {
  if (text.length < 2) return 0;
  let sum = 0;
  let last = text.charCodeAt(0);
  for (let at = 1; at < text.length; at++) {
    const next = text.charCodeAt(at);
    sum += step(last, next);
    last = next;
  }
  return sum / (text.length - 1);
}

const DIGIT_TO_DIGIT = 3.5;
const OTHER_CLASS = 5.5;
const SEPARATOR = 3;

function step(last: number, next: number): number {
  const [from, to] = [letterOf(last), letterOf(next)];
  if (from >= 0 && to >= 0) {
    // A new word begins in the middle: `apiKey`.
    if (last >= 0x61 && next < 0x61) return OTHER_CLASS;
    return pairs[from]![to]!;
  }
  const [isDigit, willBe] = [isDigitCode(last), isDigitCode(next)];
  if (isDigit && willBe) return DIGIT_TO_DIGIT;
  if ((from >= 0 || isDigit) && (to >= 0 || willBe)) return OTHER_CLASS;
  return isSeparator(last) || isSeparator(next) ? SEPARATOR : OTHER_CLASS;
}

/** `-`, `.`, `/`, `:`, `_`, space: what names and addresses are put together with. */
function isSeparator(code: number): boolean {
  return (code >= 0x2d && code <= 0x2f) || code === 0x3a || code === 0x5f || code === 0x20;
}

function letterOf(code: number): number {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? lower - 0x61 : -1;
}

function isDigitCode(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Shannon's entropy of the characters of a text, in bits. Those beyond Latin-1 count as one. */
export function bitsOfACharacter(text: string): number {
  const { length } = text;
  for (let at = 0; at < length; at++) counts[Math.min(text.charCodeAt(at), 0xff)]!++;
  let bits = 0;
  for (let at = 0; at < length; at++) {
    const code = Math.min(text.charCodeAt(at), 0xff);
    const count = counts[code]!;
    if (count > 0) bits -= (count / length) * Math.log2(count / length);
    counts[code] = 0;
  }
  return bits;
}

/** Zeros between two calls: values are asked about by the million. */
const counts = new Uint32Array(256);

/** Characters of a value of which chance can be told from any word. */
export const LEAST_DRAWN = 20;

/** Whether a text was drawn at random for sure: for places where nothing but the text itself speaks for it. */
export function isDrawn(text: string): boolean {
  if (text.length < LEAST_DRAWN || !/\d/.test(text) || !/[A-Za-z]/.test(text)) return false;
  if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(text)) return text.length >= 32 && bitsOfACharacter(text) >= 2.9;
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && surprise(text) >= 4.9 && bitsOfACharacter(text) >= 3.6;
}
