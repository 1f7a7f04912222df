import { didYouMean } from './nearest.ts';
import { type Scope, scopes } from './service-options.ts';

/** Whoever has a token with this digest may do what its scope allows. */
export interface ServiceToken {
  /** For logs. */
  readonly name: string;
  readonly scope: Scope;
  /** SHA-256 of the token. */
  readonly digest: Buffer;
}

const MOST_NAME = 64;

/** What a token can be called, in words. */
export const tokenNameWords = `a name of letters, digits and "._@-", at most ${MOST_NAME} of them,`;

export function isTokenName(name: string): boolean {
  return /^[\w.@-]+$/.test(name) && name.length <= MOST_NAME;
}

/**
 * `ci:scan:5e88…` -> a token.
 * @returns what is wrong with the text, as a string; it never repeats what might be a token itself
 */
export function parseToken(text: string): ServiceToken | string {
  const parts = text.trim().split(':');
  if (parts.length !== 3) return 'NAME:SCOPE:SHA256 is expected, as "drydock serve token NAME" prints it.';
  const [name = '', scope = '', hex = ''] = parts;
  if (!isTokenName(name)) return `${tokenNameWords} is expected before the first colon.`;
  const known = scopes.find((word) => word === scope);
  if (known === undefined) {
    const meant = didYouMean(scope, scopes, (word) => `"${word}"`);
    return `the scope of "${name}" is none of ${scopes.join(', ')}.${meant}`;
  }
  if (!/^[0-9a-f]{64}$/i.test(hex)) {
    return `the digest of "${name}" is no SHA-256: 64 hexadecimal digits. Is it the token itself? Its digest belongs here.`;
  }
  return { name, scope: known, digest: Buffer.from(hex, 'hex') };
}
