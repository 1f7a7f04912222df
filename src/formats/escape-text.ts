/**
 * Makes text from an image or a feed safe for a terminal. What a terminal would obey or hide becomes visible:
 * `\x1b`, `\u202e`, `\u{e0041}`. Text without such characters is returned unchanged.
 */
export function escapeText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  // Both expressions stand here, not at the top: to make them takes a millisecond of every start.
  return (
    text
      // Controls (C0, C1, DEL), format characters (bidi controls, zero-width ones, tags), line and paragraph separators,
      // whatever Unicode lets programs ignore, and surrogates without their half.
      .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{fffe}\u{ffff}]/gu, visibly)
      // More marks on one character than any script needs pile up over the lines around it.
      .replace(/(\p{M}{4})(\p{M}+)/gu, (_, kept: string, surplus: string) => kept + surplus.replace(/./gsu, visibly))
  );
}

/**
 * The same for a text whose lines and tabs are part of it, such as a build file: what a terminal would obey or hide is
 * written with four hexadecimal digits as JSON has it (`\u001b`), a character beyond these as its two halves. Where the
 * text holds JSON, that means the same character (RFC 8259, section 7); elsewhere it only shows that there was one.
 */
export function escapeSource(text: string): string {
  if (/^[\t\n\x20-\x7e]*$/.test(text)) return text;
  return text.replace(
    /(?![\t\n]|\r\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{fffe}\u{ffff}]/gu,
    escapeAsJson,
  );
}

/** A character as it may stand in a text of JSON: `\u202e`. */
export function escapeAsJson(character: string): string {
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
}

function visibly(character: string): string {
  const code = character.codePointAt(0)!;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

/**
 * The same for text that may span lines, such as an instruction: runs of white space become one blank, and the
 * backslashes that only continue a line are left out.
 */
export function escapeLine(text: string): string {
  if (/^[\x21-\x7e]*$/.test(text)) return text;
  return escapeText(
    text
      .replace(/\\(?=\r?\n)/g, '')
      .trim()
      .replace(/\s+/g, ' '),
  );
}
