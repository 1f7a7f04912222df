/** The path of a request, taken apart before its escapes are: `a%2Fb` is one segment. */
export interface UrlPath {
  readonly segments: readonly string[];
  readonly query: string;
}

/**
 * Takes the target of a request apart.
 * @param target as Node gives it: one character a byte
 * @returns undefined for an escape that is none
 */
export function parseTarget(target: string): UrlPath | undefined {
  const end = target.indexOf('?');
  const path = end < 0 ? target : target.slice(0, end);
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    const decoded = decodePart(segment);
    if (decoded === undefined) return undefined;
    segments.push(decoded);
  }
  return { segments, query: end < 0 ? '' : target.slice(end + 1) };
}

/** Parameters of a query, the first of each name: pairs with a bad escape or a semicolon do not count, as in Go. */
export function parseQuery(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const equals = pair.indexOf('=');
    const name = decodePart((equals < 0 ? pair : pair.slice(0, equals)).replaceAll('+', ' '));
    const value = decodePart((equals < 0 ? '' : pair.slice(equals + 1)).replaceAll('+', ' '));
    if (name !== undefined && value !== undefined && !parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

/** Bytes that are no UTF-8 become text with a NUL, which nothing that can be kept has. */
function decodePart(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const bytes = Buffer.from(
    text.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    'latin1',
  );
  const decoded = bytes.toString('utf8');
  return decoded.includes('\ufffd') && !Buffer.from(decoded).equals(bytes) ? `\0${decoded}` : decoded;
}

/** A query for a header: bytes beyond ASCII escaped. */
export function escapeQuery(query: string): string {
  return query.replace(/[^\x21-\x7e]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** A path as Go writes it in a `Location`. */
export function escapePath(segments: readonly string[]): string {
  return segments
    .map((segment) =>
      encodeURIComponent(segment)
        .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
        .replace(/%(24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent),
    )
    .join('/');
}
