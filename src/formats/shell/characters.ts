export const TAB = 9;
export const NEWLINE = 10;
export const SPACE = 32;
export const BANG = 33;
export const DOUBLE = 34;
export const HASH = 35;
export const DOLLAR = 36;
export const AMPERSAND = 38;
export const SINGLE = 39;
export const OPEN = 40;
export const CLOSE = 41;
export const SEMICOLON = 59;
export const LESS = 60;
export const GREATER = 62;
export const BACKSLASH = 92;
export const BACKQUOTE = 96;
export const OPEN_BRACE = 123;
export const BAR = 124;
export const CLOSE_BRACE = 125;

/** Ends a word where it is not quoted. Also at the end of the text, where the code is NaN. */
export function isMeta(code: number): boolean {
  return (
    code === SPACE ||
    code === TAB ||
    code === NEWLINE ||
    code === SEMICOLON ||
    code === AMPERSAND ||
    code === BAR ||
    code === OPEN ||
    code === CLOSE ||
    code === LESS ||
    code === GREATER ||
    Number.isNaN(code)
  );
}

export function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
