import type { Hashes } from '../../model/package.ts';

const BYTES = { md5: 16, sha1: 20, sha256: 32, sha512: 64 } as const;

/**
 * Digests that an `integrity` states, as hex (W3C Subresource Integrity, section 3.5): `sha512-BASE64`, several with
 * blanks between them, options behind a `?`. What is of another length than its algorithm has, or of an algorithm that
 * nobody checks with, is left out; undefined where nothing is left.
 */
export function integrityHashes(integrity: unknown): Hashes | undefined {
  if (typeof integrity !== 'string' || integrity.length > 2000) return undefined;
  const hashes: { -readonly [name in keyof Hashes]: string } = {};
  for (const one of integrity.split(/\s+/)) {
    const dash = one.indexOf('-');
    const algorithm = one.slice(0, dash) as keyof typeof BYTES;
    if (dash < 0 || !Object.hasOwn(BYTES, algorithm) || hashes[algorithm] !== undefined) continue;
    const bytes = Buffer.from(one.slice(dash + 1).split('?', 1)[0]!, 'base64');
    if (bytes.length === BYTES[algorithm]) hashes[algorithm] = bytes.toString('hex');
  }
  return Object.keys(hashes).length === 0 ? undefined : hashes;
}

/** The SHA-1 that npm and Yarn write behind the URL of an archive: `...tgz#HEX`. */
export function urlHashes(url: unknown): Hashes | undefined {
  const sha1 = typeof url === 'string' ? /\.tgz#([0-9a-f]{40})$/.exec(url.slice(-60))?.[1] : undefined;
  return sha1 === undefined ? undefined : { sha1 };
}
