import type { ImageReference } from '../image/reference.ts';
import type { Report } from '../model/report.ts';
import { imageNameOf } from '../policy/image-name.ts';

/** The name of an image in a registry. The path of a file could be one, too, but is none that a registry knows. */
export function registryNameOf(report: Pick<Report, 'image'>): ImageReference | undefined {
  const isFile = /\.(?:aci|gz|json|oci|tar|tgz|xz|zst)$/.test(report.image.reference);
  return isFile ? undefined : imageNameOf(report);
}
