import { readBytes } from '../formats/byte-source.ts';
import { isDeeperThan } from '../formats/json-depth.ts';
import type { Limits } from '../limits.ts';
import type { ByteSource } from '../model/bytes.ts';

/**
 * Reads a JSON file of an image: a manifest, an index, a configuration.
 * @returns undefined where it is absent, too large or no JSON; `why` says which
 */
export function readJson(
  source: ByteSource | undefined,
  limits: Limits,
): { readonly value?: unknown; readonly bytes?: Buffer; readonly why?: string } {
  if (source === undefined) return { why: 'it is missing' };
  if (source.size > limits.manifestBytes) return { why: `it is larger than ${limits.manifestBytes} bytes` };
  const bytes = readBytes(source, 0, source.size);
  if (bytes.length < source.size) return { why: 'it is truncated' };
  if (isDeeperThan(bytes, DEEPEST)) return { bytes, why: 'its values are nested too deep' };
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const twice = keyTwice(value);
    return twice === undefined
      ? { value, bytes }
      : { bytes, why: `it has "${twice}" in two spellings, and programs differ in which they take` };
  } catch {
    return { bytes, why: bytes.length === 0 ? 'it is empty' : 'it is no valid JSON' };
  }
}

/** Deeper than anything that describes an image: a parser takes 50 bytes a level, and a level takes one. */
const DEEPEST = 1000;

/** Keys that are read anywhere: Go takes them in any case, the last one where there are several. */
const keys: ReadonlySet<string> = new Set(
  'annotations architecture config created_by diff_ids digest empty_layer history layers manifests mediatype os platform repotags rootfs size variant'.split(
    ' ',
  ),
);

function keyTwice(root: unknown): string | undefined {
  const pending = [root];
  for (let value = pending.pop(); pending.length > 0 || value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const seen = new Set<string>();
    for (const [key, inner] of Object.entries(value)) {
      const folded = key.toLowerCase().replaceAll('\u017f', 's');
      if (seen.has(folded) && keys.has(folded)) return folded;
      seen.add(folded);
      if (typeof inner === 'object' && inner !== null) pending.push(inner);
    }
  }
  return undefined;
}
