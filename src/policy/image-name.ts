import { type ImageReference, parseImageReference } from '../image/reference.ts';
import { isElsewhere, splitReference } from '../image/scheme.ts';
import type { Report } from '../model/report.ts';
import { matchesGlob } from './glob.ts';

/** The name of the image in a registry; undefined where it was read from a file, which has none. */
export function imageNameOf({ image }: Pick<Report, 'image'>): ImageReference | undefined {
  let place: ReturnType<typeof splitReference>;
  try {
    place = splitReference(image.reference);
  } catch {
    return undefined;
  }
  const { scheme, location } = place;
  const isName = scheme === undefined || isElsewhere(scheme);
  return isName ? nameOf(location) : undefined;
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
 */
export function matchesImage(pattern: string, report: Pick<Report, 'image'>): boolean {
  const { reference, digest, id } = report.image;
  if (pattern === reference || matchesGlob(pattern, reference)) return true;
  if (/^sha256:[0-9a-f]{64}$/.test(pattern)) return pattern === digest || pattern === id;
  const name = imageNameOf(report);
  if (name === undefined) return false;
  const at = pattern.indexOf('@');
  const named = at < 0 ? pattern : pattern.slice(0, at);
  if (at >= 0 && pattern.slice(at + 1) !== (name.digest ?? digest)) return false;
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  if (tagged && at < 0 && !matchesGlob(named.slice(colon + 1), name.tag ?? '')) return false;
  return matchesGlob(fullPattern(tagged ? named.slice(0, colon) : named), repositoryOf(name));
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
