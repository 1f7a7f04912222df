import type { HttpPattern } from './template.ts';

/**
 * Reads a request that a template writes out: request line, headers, an empty line, body. Lines `@name: value` before it
 * steer the client and are left out where they only do that.
 */
export function parseRawRequest(text: string): HttpPattern | { readonly reason: string } {
  const lines = text.replace(/^\s+/, '').split('\n');
  while (lines[0]?.startsWith('@') === true) {
    const name = /^@([\w-]+)/.exec(lines.shift()!)?.[1]?.toLowerCase();
    if (name !== 'timeout' && name !== 'once' && name !== 'note') return { reason: `@${name ?? ''} before a request` };
  }
  const first = /^([A-Za-z]{1,30}|\{\{[^}]{1,100}\}\})[ \t]+(.*?)(?:[ \t]+HTTP\/[\d.]+)?\s*$/.exec(lines.shift() ?? '');
  if (first === null) return { reason: 'a raw request without a request line' };
  const headers: (readonly [string, string])[] = [];
  for (;;) {
    const line = lines.shift();
    if (line === undefined || line.trim() === '') break;
    const colon = line.indexOf(':');
    if (colon <= 0) return { reason: 'a raw request with a line that is no header' };
    const name = line.slice(0, colon).trim();
    // Who is asked is decided by the connection; the name stays where a template wants another.
    const value = line.slice(colon + 1).trim();
    if (!(name.toLowerCase() === 'host' && value === '{{Hostname}}')) headers.push([name, value]);
  }
  // What an editor ends the last line with belongs to the file, not to the body.
  const body = bodyOf(lines, headers).replace(/\n+$/, '');
  return { method: first[1]!, target: first[2]!, headers, ...(body !== '' && { body }) };
}

/** Bodies in parts are told apart by lines that end with CRLF (RFC 2046, section 5.1.1). */
function bodyOf(lines: readonly string[], headers: HttpPattern['headers']): string {
  const isParted = headers.some(([name, value]) => /^content-type$/i.test(name) && /^multipart\//i.test(value));
  if (!isParted) return lines.join('\n');
  const text = lines.map((line) => line.replace(/\r$/, '')).join('\r\n');
  return `${text.replace(/(?:\r\n)+$/, '')}\r\n`;
}
