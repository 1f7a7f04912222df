import { FormatError } from '../../errors.ts';

/**
 * Reads the `.meta` file beside a file of NVD: lines `name:value`, of which `sha256` is that of the uncompressed file.
 * @throws FormatError if it tells none
 */
export function readMeta(text: string): { readonly sha256: string } {
  const found = /^sha256:([0-9A-Fa-f]{64})\s*$/m.exec(text.slice(0, 10_000))?.[1];
  if (found === undefined) throw new FormatError('the .meta file tells no SHA-256');
  return { sha256: found.toLowerCase() };
}
