import { UsageError } from '../errors.ts';

/** An image in a registry: what `docker pull` takes, in its full form. */
export interface ImageReference {
  /** `docker.io`, `ghcr.io`, `localhost:5000` */
  readonly registry: string;
  /** `library/alpine` */
  readonly repository: string;
  /** `latest` where neither tag nor digest was given. */
  readonly tag?: string;
  /** Rules where there is a tag too. */
  readonly digest?: string;
}

/** Bytes of registry and repository together (distribution reference grammar). */
const MAX_NAME = 255;
const MAX_REFERENCE = 1024;

const host = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;
const pathComponent = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[a-z][a-z0-9]*(?:[-_+.][a-z][a-z0-9]*)*:[0-9a-f]{32,}$/;
/** Hexadecimal digits of the digests that registries use. */
const digestLengths: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/**
 * Reads a reference as Docker does (distribution reference grammar): `alpine` is `docker.io/library/alpine:latest`; what
 * stands before the first slash is a registry where it has a dot, a colon or an upper-case letter, or is `localhost`.
 * @throws UsageError that says what is wrong
 */
export function parseImageReference(text: string): ImageReference {
  const bad = (reason: string): UsageError =>
    new UsageError('usage.option', `${JSON.stringify(text.slice(0, MAX_REFERENCE))} is no image reference: ${reason}`);
  if (text === '') throw bad('it is empty');
  if (text.length > MAX_REFERENCE) throw bad('it is too long');
  if (text.includes('://')) throw bad(`it must not begin with "${text.slice(0, text.indexOf('://') + 3)}"`);
  const at = text.indexOf('@');
  // `user:password@host/name`: a digest has no slash. The password is not repeated.
  if (at >= 0 && text.includes('/', at)) {
    const message =
      'credentials are no part of an image reference: use docker login or podman login, whose files are read.';
    throw new UsageError('usage.option', message);
  }
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  if (digest !== undefined) checkDigest(digest, bad);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const tag = tagged ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !tagPattern.test(tag)) {
    throw bad(`the tag ${JSON.stringify(tag)} is not one of letters, digits, "_", "." and "-", at most 128 of them`);
  }
  const name = tagged ? named.slice(0, colon) : named;
  const { registry, repository } = splitName(name);
  if (!host.test(registry)) throw bad(`${JSON.stringify(registry)} is no name of a registry`);
  if (Number(/:(\d+)$/.exec(registry)?.[1] ?? 1) > 65_535) throw bad('there is no such port');
  checkRepository(repository, bad);
  if (registry.length + 1 + repository.length > MAX_NAME) throw bad(`the name has more than ${MAX_NAME} characters`);
  if (/^[0-9a-f]{64}$/.test(name)) throw bad('64 hexadecimal digits are an image id, not a name in a registry');
  return {
    registry: registry.toLowerCase(),
    repository,
    ...(tag === undefined ? digest === undefined && { tag: 'latest' } : { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** `docker.io/library/alpine:latest`, `ghcr.io/a/b:1@sha256:...` */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function splitName(name: string): { readonly registry: string; readonly repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  const isHost = first !== '' && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = isHost ? first : 'docker.io';
  const rest = isHost ? name.slice(slash + 1) : name;
  if (!['docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(registry.toLowerCase())) {
    return { registry, repository: rest };
  }
  return { registry: 'docker.io', repository: rest.includes('/') ? rest : `library/${rest}` };
}

function checkRepository(repository: string, bad: (reason: string) => UsageError): void {
  for (const part of repository.split('/')) {
    if (pathComponent.test(part)) continue;
    if (part === '') throw bad('a part of the name is empty');
    if (part !== part.toLowerCase()) throw bad(`names are written in lower case, unlike ${JSON.stringify(part)}`);
    throw bad(`${JSON.stringify(part)} is not made of letters and digits with single ".", "_", or "-" between them`);
  }
}

function checkDigest(digest: string, bad: (reason: string) => UsageError): void {
  const algorithm = digest.slice(0, digest.indexOf(':'));
  const wanted = digestLengths.get(algorithm);
  const digits = digest.length - algorithm.length - 1;
  if (!digestPattern.test(digest)) throw bad(`${JSON.stringify(digest)} is no digest, as "sha256:" and 64 digits are`);
  if (wanted !== undefined && digits !== wanted) throw bad(`a ${algorithm} digest has ${wanted} digits, not ${digits}`);
}
