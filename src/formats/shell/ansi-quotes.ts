const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The text of `$'…'` without its quotes (Bash manual, "ANSI-C Quoting"). A NUL ends it, as it does in bash. */
export function readAnsi(text: string): string {
  if (!text.includes('\\')) return text;
  const read = text.replace(
    /\\(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|([0-7]{1,3})|c([\s\S])|([\s\S]))/g,
    (whole, hex?: string, short?: string, long?: string, octal?: string, control?: string, other?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f);
      const digits = hex ?? short ?? long;
      if (digits !== undefined) {
        const point = Number.parseInt(digits, 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
      }
      if (other === undefined) return whole;
      return simple[other] ?? (/['"?\\]/.test(other) ? other : whole);
    },
  );
  const end = read.indexOf('\0');
  return end < 0 ? read : read.slice(0, end);
}
