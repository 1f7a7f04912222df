import { gunzipSync, gzipSync } from 'node:zlib';
import { compareText } from '../../model/order.ts';
import type { ImageView } from '../../model/view.ts';
import { programOwners } from './image-knowledge.ts';

/** Of an image whose programs take more, nothing is kept; and nothing larger is read. */
const PACKED_BYTES = 8 * 1024 * 1024;
const PLAIN_BYTES = 64 * 1024 * 1024;

/** Package URLs of those that a program or a library of an image belongs to, by its path from the root. */
export type ImagePrograms = ReadonlyMap<string, readonly string[]>;

interface WrittenPrograms {
  readonly schemaVersion: 1;
  readonly packages: readonly string[];
  /** Sorted; and for each the places of its packages in the list. */
  readonly paths: readonly string[];
  readonly owners: readonly (readonly number[])[];
}

/** What is kept of the programs of an image. @returns undefined where that would be too much */
export function writePrograms(view: ImageView): Uint8Array | undefined {
  const owners = [...programOwners(view)].sort(([a], [b]) => compareText(a, b));
  const places = new Map<string, number>();
  const placeOf = (purl: string): number => {
    const known = places.get(purl) ?? places.size;
    places.set(purl, known);
    return known;
  };
  const written: WrittenPrograms = {
    schemaVersion: 1,
    paths: owners.map(([path]) => path),
    owners: owners.map(([, purls]) => purls.map(placeOf)),
    packages: [...places.keys()],
  };
  const text = JSON.stringify(written);
  if (text.length > PLAIN_BYTES / 4) return undefined;
  const bytes = gzipSync(text);
  return bytes.length > PACKED_BYTES ? undefined : bytes;
}

/** @returns undefined for what `writePrograms` did not make */
export function readPrograms(bytes: Uint8Array): ImagePrograms | undefined {
  try {
    const text = gunzipSync(bytes, { maxOutputLength: PLAIN_BYTES }).toString();
    const { schemaVersion, packages, paths, owners } = JSON.parse(text) as WrittenPrograms;
    if (schemaVersion !== 1 || paths.length !== owners.length) return undefined;
    return new Map(paths.map((path, index) => [path, owners[index]!.flatMap((place) => packages[place] ?? [])]));
  } catch {
    return undefined;
  }
}
