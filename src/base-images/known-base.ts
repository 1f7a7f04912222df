import type { ImageInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import { chainIds } from './chain-ids.ts';

/** An image that others may have been built from. */
export interface KnownBase {
  /** Of all its layers: see `chainIds`. */
  readonly chain: string;
  readonly layers: number;
  readonly name: string;
  /** `taught`: a person said so; `known`: it was scanned. */
  readonly by: 'taught' | 'known';
  /** Digest of its manifest. */
  readonly digest?: string;
  /** RFC 3339, as its configuration says. */
  readonly created?: string;
  /** Entries of its history. */
  readonly entries: number;
  /** RFC 3339: when it was learned, or met again. */
  readonly at: string;
}

/** Characters of a name that are kept. */
const LONGEST_NAME = 1024;

/** Longer ones are no dates. */
const LONGEST_DATE = 40;

/**
 * What others can be recognised by that were built from this image.
 * @returns undefined where its layers have no digests, or where they are not what these say
 */
export function knownBaseOf(
  image: ImageInfo,
  problems: readonly Problem[],
  {
    name,
    by,
    now,
    entries = image.history.length,
  }: {
    readonly name: string;
    readonly by: KnownBase['by'];
    readonly now: Date;
    /** Of its history, where the description does not have them. */
    readonly entries?: number;
  },
): KnownBase | undefined {
  const { layers, digest, created } = image;
  const chain = chainIds(layers);
  const whole = chain.at(-1);
  if (whole === undefined || chain.length < layers.length || name === '') return undefined;
  if (soundLayers(layers.length, problems) < layers.length) return undefined;
  // Whoever writes a bill of materials chooses the name, and the layers.
  if (problems.some(({ code }) => code === 'sbom.source')) return undefined;
  return {
    chain: whole,
    layers: layers.length,
    name: name.slice(0, LONGEST_NAME),
    by,
    ...(digest !== undefined && { digest }),
    ...(created !== undefined && created.length <= LONGEST_DATE && { created }),
    entries,
    at: now.toISOString(),
  };
}

/** How many layers, from 0 on, were not seen to be others than their digests say. */
export function soundLayers(layers: number, problems: readonly Problem[]): number {
  let sound = layers;
  for (const { code, layer = 0 } of problems) {
    if (code === 'image.digest-mismatch' || code === 'image.layer-missing') sound = Math.min(sound, layer);
  }
  return sound;
}

/**
 * Which of two images with the same layers is the one to name: what a person said; then what has fewer instructions, since
 * the other one may have been made from it.
 */
export function isBetter(one: KnownBase, other: KnownBase): boolean {
  if (one.by !== other.by) return one.by === 'taught';
  return one.by === 'taught' || one.name === other.name || one.entries < other.entries;
}
