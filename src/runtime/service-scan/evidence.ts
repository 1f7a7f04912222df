import { withoutSecrets } from '../../secrets/without-secrets.ts';

/**
 * What a service said, fit for a finding: without secrets, without anything that a terminal would obey, and cut.
 * @param most characters of the result
 */
export function evidenceOf(text: string, most: number): string {
  const shown = visible(withoutSecrets(text, Math.max(most, 256)));
  return shown.length <= most ? shown : `${shown.slice(0, Math.max(0, most - 1))}…`;
}

/** One byte a character: whatever is not plain ASCII becomes `\x1b`; line ends become `\r\n`. */
export function visible(bytes: string): string {
  return bytes.replace(/[^\x20-\x7e]/gu, (one) => {
    if (one === '\n') return '\\n';
    if (one === '\r') return '\\r';
    if (one === '\t') return '\\t';
    const code = one.codePointAt(0)!;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
