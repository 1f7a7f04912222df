import { parseInteger } from './json/go-text.ts';

/** How versions are written, as the v1 API calls it. */
export type VersionFormat = 'dpkg' | 'rpm';

export function isVersionFormat(format: string): format is VersionFormat {
  return format === 'dpkg' || format === 'rpm';
}

/** What the v1 API writes for a version that is yet to come. */
export const noVersion = 'None';

/** A version as a fix names it: one of a package, that none is fixed yet, or that the package is not affected. */
export type FixVersion = { readonly version: string } | 'none-yet' | 'not-affected';

/**
 * Reads the version of a fix.
 * @returns undefined where the format does not know such a version
 */
export function parseFixVersion(format: VersionFormat, text: string): FixVersion | undefined {
  if (text === noVersion) return 'none-yet';
  const trimmed = trimSpace(text);
  if (trimmed === '#MAXV#') return 'none-yet';
  if (trimmed === '#MINV#') return 'not-affected';
  return isValidVersion(format, trimmed) ? { version: text } : undefined;
}

const symbols = { version: '.-+~:_', dpkgRevision: '.+~_' };

/**
 * Tells whether the format knows such a version: an epoch that is a number, a version, and of each part only the bytes
 * that are letters or digits of Latin-1 or one of some symbols. A version of Clair's need not begin with a digit.
 */
export function isValidVersion(format: VersionFormat, text: string): boolean {
  const trimmed = trimSpace(text);
  const colon = trimmed.indexOf(':');
  if (colon >= 0) {
    const epoch = parseInteger(trimmed.slice(0, colon));
    if (typeof epoch !== 'number' || epoch < 0) return false;
  }
  const rest = trimmed.slice(colon + 1);
  const dash = format === 'dpkg' ? rest.lastIndexOf('-') : rest.indexOf('-');
  const version = dash < 0 ? rest : rest.slice(0, dash);
  const revision = dash < 0 ? '' : rest.slice(dash + 1);
  if (version === '') return false;
  return (
    consistsOf(version, symbols.version) &&
    consistsOf(revision, format === 'dpkg' ? symbols.dpkgRevision : symbols.version)
  );
}

function consistsOf(text: string, allowed: string): boolean {
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    if (!/[0-9A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]/.test(character)) {
      if (!allowed.includes(character)) return false;
    }
  }
  return true;
}

/** Unicode's White_Space at both ends goes; not by a regular expression, which takes long for long spaces. */
function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start]!)) start += 1;
  while (end > start && isSpace(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}

function isSpace(character: string): boolean {
  return /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(character);
}
