import { FormatError } from '../errors.ts';
import { type BoltBucket, readBolt } from '../formats/bolt/bolt.ts';
import type { ByteSource } from '../model/bytes.ts';

/** An image of containerd: a name in a namespace, and what it stands for. */
export interface ContainerdImage {
  readonly namespace: string;
  readonly name: string;
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes of the document that the digest names. */
  readonly size: number;
}

/** What was found of a name, and what there is where it was not. */
export interface FoundImages {
  /** At most one a namespace. */
  readonly found: readonly ContainerdImage[];
  /** Namespaces that were looked into, or all of them where the wanted one is none. */
  readonly namespaces: readonly string[];
  /** Some names of images in the namespaces that were looked into. */
  readonly others: readonly string[];
}

const OTHERS = 10;
const MOST_NAMESPACES = 1000;
const MOST_TEXT = 4096;

/**
 * Looks a name up in containerd's database (containerd, core/metadata/buckets.go: `v1`, the namespace, `images`, the name,
 * `target`).
 * @param names forms of one name, the first that is there counts
 * @param namespace the only one to look into
 * @throws FormatError, LimitError where the database cannot be read
 */
export function findImages(
  source: () => ByteSource,
  names: readonly string[],
  namespace: string | undefined,
): FoundImages {
  return readBolt(source, (root) => {
    const version = root.bucket('v1');
    if (version === undefined) throw new FormatError('it is no database of containerd that is read here');
    const all: (readonly [string, BoltBucket])[] = [];
    for (const one of version.buckets()) {
      if (all.push(one) === MOST_NAMESPACES) break;
    }
    const wanted = namespace === undefined ? all : all.filter(([name]) => name === namespace);
    const found: ContainerdImage[] = [];
    const others: string[] = [];
    for (const [space, bucket] of wanted) {
      const images = bucket.bucket('images');
      const name = names.find((one) => images?.bucket(one) !== undefined);
      if (name !== undefined)
        found.push({ namespace: space, name, ...targetOf(images?.bucket(name)?.bucket('target')) });
      else for (const [other] of images?.buckets() ?? []) if (others.push(other) >= OTHERS) break;
    }
    return {
      found,
      namespaces: (wanted.length > 0 ? wanted : all).map(([name]) => name),
      others: others.slice(0, OTHERS),
    };
  });
}

function targetOf(target: BoltBucket | undefined): Pick<ContainerdImage, 'digest' | 'mediaType' | 'size'> {
  const text = (name: string): string => target?.value(name)?.subarray(0, MOST_TEXT).toString() ?? '';
  const digest = text('digest');
  if (digest === '') throw new FormatError('an image in it has no digest');
  return { digest, mediaType: text('mediatype'), size: signedVarint(target?.value('size')) };
}

/** Go's `binary.Varint`: seven bits a byte, the lowest bit of all is the sign. */
function signedVarint(bytes: Buffer | undefined): number {
  let value = 0;
  for (const [i, byte] of (bytes ?? Buffer.alloc(0)).subarray(0, 8).entries()) {
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  return Math.floor(value / 2);
}
