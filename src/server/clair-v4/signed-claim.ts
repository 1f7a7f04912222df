import { createHmac, timingSafeEqual } from 'node:crypto';

/** A key that clients of Clair share with it, and who may sign with it. */
export interface PresharedKey {
  readonly key: Buffer;
  /** Names that a claim may bear as its `iss`. */
  readonly issuers: readonly string[];
}

/** Seconds that clocks may differ; as in Clair. */
const LEEWAY = 15;

/** Claims that clients make are a few names and times. */
const LONGEST = 4096;

/**
 * Checks a token as Clair v4 has them: a JWT (RFC 7519) in compact form that the key signed (HS256, RFC 7518 section 3.2),
 * of a listed issuer, and within its time. One without an end is refused: it would be a password that passes through logs.
 * @param now milliseconds since 1970
 * @returns who issued it; undefined: it is none, or not to be believed
 */
export function issuerOf(token: string, { key, issuers }: PresharedKey, now: number): string | undefined {
  if (token.length > LONGEST || key.length === 0) return undefined;
  const parts = token.split('.');
  const [head = '', claims = '', signature = ''] = parts;
  if (parts.length !== 3 || !parts.every((part) => /^[\w-]+$/.test(part))) return undefined;
  const header = objectOf(head);
  // Anything else is not what the key was given for: `none`, or a key pair's algorithm with the key taken for its public half.
  if (header?.['alg'] !== 'HS256' || header['crit'] !== undefined) return undefined;
  const expected = createHmac('sha256', key).update(`${head}.${claims}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const { iss, exp, nbf, iat } = objectOf(claims) ?? {};
  const seconds = now / 1000;
  const isIn = (moment: unknown): boolean =>
    moment === undefined || (typeof moment === 'number' && moment <= seconds + LEEWAY);
  if (typeof exp !== 'number' || exp < seconds - LEEWAY || !isIn(nbf) || !isIn(iat)) return undefined;
  return typeof iss === 'string' && issuers.includes(iss) ? iss : undefined;
}

function objectOf(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
