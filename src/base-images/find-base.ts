import type { BaseImage } from '../model/base-image.ts';
import type { HistoryEntry, ImageInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import { type BaseClaim, claimOf } from './base-claim.ts';
import { chainIds } from './chain-ids.ts';
import { type KnownBase, soundLayers } from './known-base.ts';

/**
 * The image that an image was built from: the one with the most layers of those that it begins with. It is never the image
 * itself, nor one with all its layers. Where none is known, what the image claims, without layers.
 * @param known by the names of their layers: see `chainIds`
 * @param problems of reading the image: layers that are not what their digests say are nobody's
 * @param verified every layer was held against its digest; else they are what the configuration says
 */
export function findBase(
  image: ImageInfo,
  known: ReadonlyMap<string, KnownBase>,
  problems: readonly Problem[] = [],
  verified = false,
): BaseImage | undefined {
  const claim = claimOf(image);
  const chain = chainIds(image.layers);
  const most = Math.min(chain.length, image.layers.length - 1, soundLayers(image.layers.length, problems));
  for (let layers = most; layers > 0; layers--) {
    const base = known.get(chain[layers - 1]!);
    if (base?.layers === layers) return recognised(image, base, claim, verified);
  }
  return claim === undefined ? suspected(image) : claimed(claim, known);
}

function recognised(image: ImageInfo, base: KnownBase, claim: BaseClaim | undefined, verified: boolean): BaseImage {
  const { layers, name, by, digest } = base;
  const entries = entriesOf(image.history, base);
  const created = newest(image.history.slice(0, entries ?? 0)) ?? base.created;
  const are = verified ? 'are' : 'are, by digests that the image states (--verify checks them),';
  const how = by === 'taught' ? 'this installation was taught' : 'was scanned here';
  return {
    by,
    name,
    ...(digest !== undefined && { digest }),
    layers,
    ...(entries !== undefined && { entries }),
    ...(created !== undefined && { created }),
    reason: `The first ${layers} of ${image.layers.length} layers ${are} those of an image that ${how}.${agreement(base, claim)}`,
  };
}

const sayers: Readonly<Record<BaseClaim['by'], string>> = {
  annotation: 'Its manifest',
  history: 'Its history',
  label: 'A label',
};

/** Whether the image says the same. A label that was inherited from the base names the base of that. */
function agreement({ digest, name }: KnownBase, claim: BaseClaim | undefined): string {
  if (claim === undefined) return '';
  if (claim.digest !== undefined && digest !== undefined) {
    if (claim.digest !== digest) {
      return ` ${sayers[claim.by]} names another image${claim.by === 'annotation' ? '' : ', which may be its base'}.`;
    }
    return ` ${sayers[claim.by]} says so, too.`;
  }
  return claim.name === name ? ` ${sayers[claim.by]} says so, too.` : '';
}

function claimed({ by, name, digest }: BaseClaim, known: ReadonlyMap<string, KnownBase>): BaseImage {
  let isOther = false;
  if (digest !== undefined) for (const base of known.values()) isOther ||= base.digest === digest;
  const reason = isOther
    ? `${sayers[by]} names it, but the image does not begin with its layers.`
    : `${sayers[by]} names it. Which layers it brought is not known: it was neither scanned here nor taught.`;
  return { by, ...(name !== undefined && { name }), ...(digest !== undefined && { digest }), reason };
}

/**
 * Builders write no FROM, but a command to start with is seldom followed by further layers of the same build file. It may
 * be all the same: only a hint.
 */
function suspected({ history, layers }: ImageInfo): BaseImage | undefined {
  let below = 0;
  let seam = 0;
  let hasStart = false;
  for (const { instruction, layerIndex } of history) {
    if (layerIndex === undefined) {
      if (below > 0 && /^(?:CMD|ENTRYPOINT)\b/.test(instruction)) hasStart = true;
      continue;
    }
    if (hasStart) seam = below;
    hasStart = false;
    below = layerIndex + 1;
  }
  if (seam === 0 || seam >= layers.length) return undefined;
  const few = seam === 1 ? 'first layer comes' : `first ${seam} layers come`;
  return {
    by: 'none',
    reason: `No image with its first layers is known. By its history, the ${few} from one: a command to start with stands before further layers.`,
  };
}

/** The entry of its last layer is the least; after that, as many as the base has, unless they made layers of others. */
function entriesOf(history: readonly HistoryEntry[], { layers, entries }: KnownBase): number | undefined {
  const last = history.findLast(({ layerIndex }) => layerIndex === layers - 1)?.index;
  if (last === undefined) return undefined;
  const next = history.find(({ index, layerIndex }) => index > last && layerIndex !== undefined)?.index;
  return entries > last && entries <= (next ?? history.length) ? entries : last + 1;
}

/** Dates that are none, and those before there were images, do not count: some builders write the year 0 or 1970. */
function newest(entries: readonly HistoryEntry[]): string | undefined {
  let found: string | undefined;
  let at = Date.UTC(2013, 0);
  for (const { created = '' } of entries) {
    const time = /^\d{4}-\d{2}-\d{2}T[\d:.]{8,20}(?:Z|[+-]\d{2}:\d{2})$/.test(created)
      ? Date.parse(created)
      : Number.NaN;
    if (!(time > at)) continue;
    at = time;
    found = created;
  }
  return found;
}
