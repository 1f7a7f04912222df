import { fullName, LONGEST_CLAIM } from '../image/identity.ts';
import { type ImageReference, parseImageReference } from '../image/reference.ts';
import { isElsewhere, splitReference } from '../image/scheme.ts';
import type { Report } from '../model/report.ts';
import { matchesGlob } from './glob.ts';

/** The name of the image in a registry; undefined where nobody but the file that it was read from tells one. */
export function imageNameOf({ image }: Pick<Report, 'image'>): ImageReference | undefined {
  return image.name === undefined ? undefined : nameOf(image.name);
}

/** The names that a file gives the image that it has: whoever wrote it may have chosen any. */
export function claimedNamesOf({ image }: Pick<Report, 'image'>): readonly ImageReference[] {
  if (image.name !== undefined) return [];
  return (image.claimed?.names ?? []).flatMap((name) => nameOf(name) ?? []);
}

/** Whether a digest is that of the image, and not only what a file says of itself. */
export function hasDigest({ image }: Pick<Report, 'image'>, digest: string): boolean {
  return image.claimed?.digests !== true && (digest === image.digest || digest === image.id);
}

/** Whether a digest would be that of the image, if what a file says of itself were so. */
export function claimsDigest({ image }: Pick<Report, 'image'>, digest: string): boolean {
  return image.claimed?.digests === true && (digest === image.digest || digest === image.id);
}

/** A name as `docker pull` takes it: `nginx`, `index.docker.io/library/nginx:1.25`; undefined for another text. */
export function nameOf(text: string): ImageReference | undefined {
  try {
    return parseImageReference(text);
  } catch {
    return undefined;
  }
}

/** `docker.io/library/nginx`. */
export function repositoryOf({ registry, repository }: ImageReference): string {
  return `${registry}/${repository}`;
}

/**
 * Tells whether an image is one of those that a pattern means: `nginx`, `nginx:1.*`, `ghcr.io/example/**`, a digest, or
 * the path of an archive. Without a tag every tag is meant. Names of Docker Hub are the same with and without its host.
 * What a file calls itself is no name, and its path is none either: `nginx` is no folder that is called so.
 */
export function matchesImage(pattern: string, report: Pick<Report, 'image'>): boolean {
  if (/^\*+$/.test(pattern)) return true;
  if (isDigest(pattern)) return hasDigest(report, pattern);
  const name = imageNameOf(report);
  if (name !== undefined && matchesName(pattern, name, (digest) => hasDigest(report, digest))) return true;
  return matchesReference(pattern, report);
}

/** Tells whether {@link matchesImage} would say yes if what a file says of itself, or how it is called, were its name. */
export function claimsToMatch(pattern: string, report: Pick<Report, 'image'>): boolean {
  if (isDigest(pattern)) return claimsDigest(report, pattern);
  const path = report.image.name === undefined ? nameOf(report.image.reference) : undefined;
  return [...claimedNamesOf(report), ...(path === undefined ? [] : [path])].some((name) =>
    matchesName(pattern, name, (digest) => hasDigest(report, digest) || claimsDigest(report, digest)),
  );
}

function isDigest(pattern: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(pattern);
}

function matchesName(pattern: string, name: ImageReference, has: (digest: string) => boolean): boolean {
  const at = pattern.indexOf('@');
  const named = at < 0 ? pattern : pattern.slice(0, at);
  if (at >= 0 && pattern.slice(at + 1) !== name.digest && !has(pattern.slice(at + 1))) return false;
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  if (tagged && at < 0 && !matchesGlob(named.slice(colon + 1), name.tag ?? '')) return false;
  return matchesGlob(fullPattern(tagged ? named.slice(0, colon) : named), repositoryOf(name));
}

/** What the user typed, where that is a path or has a scheme: a document may have put another word in its place. */
function matchesReference(pattern: string, { image }: Pick<Report, 'image'>): boolean {
  const { reference, claimed, name } = image;
  if (claimed?.names?.includes(reference.slice(0, LONGEST_CLAIM)) === true) return false;
  if (!isPath(pattern) && (name === undefined || fullName(splitReference(reference).location) !== name)) return false;
  return pattern === reference || matchesGlob(pattern, reference);
}

/** Whether a pattern means files: with a scheme, or as no name of an image looks. */
function isPath(pattern: string): boolean {
  if (/^[./~]|\\|\.(?:aci|bz2|gz|img|json|oci|sif|snap|spdx|sqfs|squashfs|tar|tgz|xml|xz|zst)$/i.test(pattern))
    return true;
  const { scheme } = splitReference(pattern);
  return scheme !== undefined && !isElsewhere(scheme);
}

function fullPattern(pattern: string): string {
  const slash = pattern.indexOf('/');
  const first = slash < 0 ? '' : pattern.slice(0, slash);
  if (/^(?:index\.|registry-1\.)?docker\.io$/.test(first)) return hub(pattern.slice(slash + 1));
  // What begins with a star may stand for a host, too.
  return first.includes('*') || /[.:]/.test(first) || first === 'localhost' || pattern.startsWith('**')
    ? pattern
    : hub(pattern);
}

function hub(repository: string): string {
  return `docker.io/${repository.includes('/') ? '' : 'library/'}${repository}`;
}
