import { createHash } from 'node:crypto';
import { bitsOfACharacter } from './randomness.ts';
import type { SecretKind } from './secret-rule.ts';

/** Bits below which a secret could be found by trying: then its fingerprint would tell it. */
const GUESSABLE = 64;

/**
 * What a report may show of a secret: at most four characters of each end, never more than a quarter; of passwords and what
 * is as short, the length.
 */
export function shownOf(secret: string, kind: SecretKind): string {
  const most = kind === 'password' || kind === 'hash' ? 0 : Math.min(8, Math.floor(secret.length / 4));
  if (most < 2) return `(${secret.length} characters)`;
  const behind = Math.floor(most / 2);
  const [head, tail] = [secret.slice(0, most - behind), secret.slice(secret.length - behind)];
  return `${printable(head)}…${printable(tail)}`;
}

/** By which the same secret is known in other places; of one that may be guessed, nothing. */
export function fingerprintOf(secret: string, kind: SecretKind): string | undefined {
  if (kind === 'password' || kind === 'hash') return undefined;
  if (secret.length * bitsOfACharacter(secret) < GUESSABLE) return undefined;
  return createHash('sha256').update(`${kind}\0${secret}`, 'latin1').digest('hex').slice(0, 16);
}

function printable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?');
}
