import { UsageError } from '../errors.ts';
import type { ImageInfo } from '../model/image.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { formatImageReference, parseImageReference } from './reference.ts';

/** Names of a file that are told: whoever writes an archive may write as many as it likes. */
const MOST = 20;
/** Characters of one. */
export const LONGEST_CLAIM = 4096;

/** With one of them the image is another one than its digests say, or only somebody says that it is that one. */
const unchecked: ReadonlySet<ProblemCode> = new Set([
  'image.digest-mismatch',
  'image.config-unreadable',
  'image.layer-missing',
  'image.layer-unreadable',
  'sbom.source',
]);

/** Who says which image it is. */
export interface Identity {
  /** By which a registry or an engine has it, or that the user says it has. */
  readonly name?: string | undefined;
  /** It comes from where nobody could have put it under digests that are not its own: a registry, an engine. */
  readonly trusted?: boolean | undefined;
  /** Every layer was held against its digest. */
  readonly hashed: boolean;
}

/** The image with its name, where somebody else than its file says it, and with what it says of itself, where nobody else does. */
export function withIdentity(
  image: ImageInfo,
  problems: readonly Problem[],
  { name, trusted = false, hashed }: Identity,
): ImageInfo {
  const names = name === undefined ? image.names.slice(0, MOST).map((one) => one.slice(0, LONGEST_CLAIM)) : [];
  const isStated = image.id !== undefined || image.digest !== undefined;
  const isUnchecked = isStated && !trusted && (!hashed || problems.some(({ code }) => unchecked.has(code)));
  const claimed = { ...(names.length > 0 && { names }), ...(isUnchecked && { digests: true as const }) };
  return {
    ...image,
    ...(name !== undefined && { name }),
    ...(Object.keys(claimed).length > 0 && { claimed }),
  };
}

/** A name as `docker pull` takes it, in full; undefined for another text. */
export function fullName(text: string): string | undefined {
  try {
    return formatImageReference(parseImageReference(text));
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
