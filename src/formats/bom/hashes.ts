import type { Hashes } from '../../model/package.ts';

/** The digests that are kept, with their hex digits, and what CycloneDX and SPDX call them. */
export const algorithms = [
  { name: 'md5', digits: 32, cycloneDx: 'MD5', spdx: 'MD5' },
  { name: 'sha1', digits: 40, cycloneDx: 'SHA-1', spdx: 'SHA1' },
  { name: 'sha256', digits: 64, cycloneDx: 'SHA-256', spdx: 'SHA256' },
  { name: 'sha512', digits: 128, cycloneDx: 'SHA-512', spdx: 'SHA512' },
] as const;

/** Digests that are what they say: so many hex digits. */
export function validHashes(
  hashes: Hashes | undefined,
): readonly { readonly name: keyof Hashes; readonly value: string }[] {
  return algorithms.flatMap(({ name, digits }) => {
    const value = hashes?.[name];
    return value !== undefined && value.length === digits && /^[0-9a-f]+$/i.test(value) ? [{ name, value }] : [];
  });
}

/** Digests by the names that a format gives to algorithms; others, and what is none, are left out. */
export function hashesOf(
  pairs: Iterable<{ readonly algorithm: unknown; readonly value: unknown }>,
  format: 'cycloneDx' | 'spdx',
): Hashes | undefined {
  const found: { -readonly [K in keyof Hashes]: string } = {};
  for (const { algorithm, value } of pairs) {
    const known = algorithms.find((one) => one[format] === algorithm);
    if (known !== undefined && typeof value === 'string' && found[known.name] === undefined) found[known.name] = value;
  }
  const kept = validHashes(found);
  return kept.length === 0 ? undefined : Object.fromEntries(kept.map(({ name, value }) => [name, value]));
}
