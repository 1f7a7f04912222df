/** Letters that mean something behind a backslash; before all else it is superfluous. */
const ESCAPES = 'wWsSdDbBntrfaxAz';

/**
 * A regular expression of YARA as YARA-X takes it: a brace that counts nothing, and a backslash before a letter that needs
 * none, stand for themselves in the one and are errors in the other. Everything else stays; no character changes its line.
 * (Its own `relaxed_re_syntax` does the same, but the WebAssembly has no such option.)
 */
export function strictRegex(regex: string): string {
  let strict = '';
  let copied = 0;
  let isClass = false;
  for (let at = 1; at < regex.length; at++) {
    const letter = regex[at];
    if (letter === '\\') {
      const next = regex[at + 1] ?? '';
      if (/[A-Za-z]/.test(next) && !ESCAPES.includes(next)) {
        strict += regex.slice(copied, at);
        copied = at + 1;
      }
      at++;
    } else if (isClass) isClass = letter !== ']';
    else if (letter === '[') isClass = true;
    else if (letter === '{' && !isCount(regex, at)) {
      strict += `${regex.slice(copied, at)}\\`;
      copied = at;
    }
  }
  return copied === 0 ? regex : strict + regex.slice(copied);
}

/** `{3}`, `{3,}`, `{,3}`, `{1,3}`. */
function isCount(regex: string, at: number): boolean {
  const count = /\{(\d*)(,?)(\d*)\}/y;
  count.lastIndex = at;
  const found = count.exec(regex);
  return found !== null && (found[1] !== '' || found[3] !== '');
}
