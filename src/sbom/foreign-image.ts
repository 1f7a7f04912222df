import type { SbomDocument } from '../formats/bom/document.ts';
import { parsePackageUrl } from '../formats/package-url.ts';
import type { ImageInfo } from '../model/image.ts';

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** What a document of another tool says of its image: its name, its digest, and for Trivy its layers. */
export function foreignImage({ subject }: SbomDocument, reference: string): Omit<ImageInfo, 'names' | 'config'> {
  const trivy = (name: string): readonly string[] => subject?.properties.get(`aquasecurity:trivy:${name}`) ?? [];
  const purl = subject?.purl === undefined ? undefined : parsePackageUrl(subject.purl);
  const digest = [purl?.version, subject?.version].find((text) => text !== undefined && digestPattern.test(text));
  const id = trivy('ImageID').find((text) => digestPattern.test(text));
  return {
    reference: subject?.name ?? reference,
    ...(id !== undefined && { id }),
    ...(digest !== undefined && { digest }),
    layers: trivy('DiffID').map((diffId, index) => ({ index, diffId, size: 0 })),
    history: [],
  };
}
