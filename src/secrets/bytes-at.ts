/** What the bytes at a keyword tell before any of them is made a text: each looks at few of them and allocates nothing. */

const NAME = 1;
const TOKEN = 2;
/** Between a name and its value. */
const SIGN = 4;
/** Ends the user or the password of an address. */
const STOP = 8;

const classOf: Readonly<Uint8Array> = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(256);
  const add = (characters: string, bit: number): void => {
    for (const character of characters) table[character.charCodeAt(0)]! |= bit;
  };
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  add(`${letters}_-.`, NAME);
  add(`${letters}_-.+/=%!*#$@~:`, TOKEN);
  add('\\"\'`>< \t\r\n=:?+|', SIGN);
  for (let byte = 0; byte <= 0x20; byte++) table[byte]! |= STOP;
  add('"\'<>`\\', STOP);
  return table;
}

/** Characters that the shortest tokens have behind their keywords: those of `LTAI`, `npg_` and `pdus+`. */
const LEAST_BEHIND = 12;

/** Whether a token may stand before a place, its keyword being over there. */
export function mayBeToken(bytes: Uint8Array, at: number): boolean {
  if (at + LEAST_BEHIND > bytes.length) return false;
  for (let i = at; i < at + LEAST_BEHIND; i++) if ((classOf[bytes[i] as number]! & TOKEN) === 0) return false;
  return true;
}

/**
 * Whether a keyword at a place stands within a word, where no token begins. Behind a mark of another text no letter is one of
 * a word: `\\n`, `%3D`, `\\u003d`.
 */
export function isWithinWord(bytes: Uint8Array, at: number): boolean {
  if (at === 0 || (classOf[bytes[at - 1] as number]! & NAME) === 0 || bytes[at - 1] === 0x2e) return false;
  return bytes[at - 2] !== 0x5c && bytes[at - 3] !== 0x25 && bytes[at - 6] !== 0x5c;
}

/** Characters of a name, as `assignmentAt` looks at. */
const MOST_NAME = 80;

/** Whether behind the name at a place stands what may give it a value. */
export function mayBeAssigned(bytes: Uint8Array, at: number): boolean {
  let end = at;
  while (end - at < 3 && (classOf[bytes[end] as number]! & NAME) === 0) end++;
  const most = Math.min(bytes.length, end + MOST_NAME);
  while (end < most && (classOf[bytes[end] as number]! & NAME) !== 0) end++;
  return end < bytes.length && (classOf[bytes[end] as number]! & SIGN) !== 0;
}

/** Characters of a user and a password in an address. */
const MOST_USER = 100;
const MOST_PASSWORD = 300;

/** Whether an address goes on with a user and a password: a colon, later an `@`, before anything that ends it. */
export function mayHaveLogin(bytes: Uint8Array, at: number): boolean {
  let place = at;
  const user = Math.min(bytes.length, at + MOST_USER + 1);
  for (; place < user; place++) {
    const byte = bytes[place] as number;
    if (byte === 0x3a) break;
    // `/`, `@`, `?`, `#`.
    if (byte === 0x2f || byte === 0x40 || byte === 0x3f || byte === 0x23 || (classOf[byte]! & STOP) !== 0) return false;
  }
  const most = Math.min(bytes.length, place + MOST_PASSWORD + 2);
  for (place++; place < most; place++) {
    const byte = bytes[place] as number;
    if (byte === 0x40) return true;
    // Another address begins.
    if (byte === 0x3a && bytes[place + 1] === 0x2f && bytes[place + 2] === 0x2f) return false;
    if ((classOf[byte]! & STOP) !== 0) return false;
  }
  return false;
}
