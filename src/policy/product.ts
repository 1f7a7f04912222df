import type { Report } from '../model/report.ts';
import { imageNameOf, repositoryOf } from './image-name.ts';

/**
 * The package URL of an image: `pkg:oci/nginx@sha256:...?repository_url=docker.io/library/nginx&tag=1.25` (purl
 * specification, type `oci`). Undefined where it has neither a name nor a digest.
 */
export function imagePurl(report: Pick<Report, 'image'>): string | undefined {
  const name = imageNameOf(report);
  const { digest, id } = report.image;
  const known = name?.digest ?? digest ?? id;
  if (name === undefined && known === undefined) return undefined;
  const repository = name === undefined ? undefined : repositoryOf(name);
  const last = repository === undefined ? 'image' : repository.slice(repository.lastIndexOf('/') + 1);
  const qualifiers = [
    ...(repository === undefined ? [] : [`repository_url=${encode(repository)}`]),
    ...(name?.tag === undefined ? [] : [`tag=${encode(name.tag)}`]),
  ];
  const version = known === undefined ? '' : `@${encodeURIComponent(known)}`;
  return `pkg:oci/${encode(last)}${version}${qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':');
}
