import type { OpenedImage } from '../image/opened-image.ts';
import type { ImageInfo } from '../model/image.ts';
import { mayHoldSecrets } from './may-hold-secrets.ts';

/**
 * The image as it was opened, without the secrets of its configuration and its history. Whatever is made of the image, these
 * texts are in it. The export of an engine tells what they are only when it was read: it is asked again then.
 */
export async function redactOpened(image: OpenedImage): Promise<OpenedImage> {
  const { stream, again } = image;
  if (stream === undefined && !mayHoldSecrets(image.info)) return image;
  const { redactImage } = await import('./redact-image.ts');
  let known: { readonly info: ImageInfo; readonly redacted: ImageInfo } | undefined;
  return {
    get info() {
      const { info } = image;
      if (known?.info !== info) known = { info, redacted: mayHoldSecrets(info) ? redactImage(info) : info };
      return known.redacted;
    },
    get layers() {
      return image.layers;
    },
    get problems() {
      return image.problems;
    },
    ...(stream && { stream }),
    ...(again && { again }),
  };
}
