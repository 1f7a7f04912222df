/** Longer values and more keys are no release file; what is above is left out. */
const MAX_KEYS = 256;
const MAX_VALUE = 4096;

/**
 * Reads `KEY=value` lines as in os-release(5) and lsb-release: values may stand in single or double quotes, `\` takes
 * the meaning of the character behind it away, `#` begins a comment line. A later line wins. Lines of another form
 * are skipped, so that the result is empty for files of another kind.
 */
export function parseReleaseFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.replace(/^\ufeff/, '').split('\n')) {
    const equals = line.indexOf('=');
    if (equals < 1) continue;
    const key = line.slice(0, equals).trim();
    if (!isKey(key)) continue;
    if (fields.size >= MAX_KEYS && !fields.has(key)) continue;
    fields.set(key, unquote(line.slice(equals + 1).trim()).slice(0, MAX_VALUE));
  }
  return fields;
}

function isKey(text: string): boolean {
  return text.length <= 128 && /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** Undoes the quoting of a shell word. A quote that is not closed ends with the line. */
function unquote(text: string): string {
  if (!/["'\\]/.test(text)) return text;
  let value = '';
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\\' && quote !== "'" && i + 1 < text.length) {
      i++;
      value += text.charAt(i);
    } else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else value += character;
  }
  return value;
}
