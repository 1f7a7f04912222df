import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { openImage } from '../../image/open.ts';
import type { OpenOptions } from '../../image/opened-image.ts';
import { storedBytes } from '../../image/stored-bytes.ts';
import { type SavedLayer, SaveError } from './saved-layer.ts';

/**
 * Writes the layers of an image that no engine has (an archive, an OCI layout, a registry) into a folder. They are named
 * after the digest of what was written: an archive may claim any other, and a server does not read a layer whose name it
 * knows.
 * @throws SaveError, SourceError
 */
export async function writeImageLayers(
  reference: string,
  folder: string,
  options: OpenOptions,
): Promise<readonly SavedLayer[]> {
  const opened = await openImage(reference, options);
  try {
    const [image, ...more] = opened.images;
    if (image === undefined || more.length > 0) {
      throw new SaveError('history', `${opened.images.length} images are in ${reference} instead of one`);
    }
    const saved: SavedLayer[] = [];
    for (const [index, content] of image.layers.entries()) {
      const bytes = content === undefined ? undefined : storedBytes(content, options.signal);
      if (bytes === undefined) {
        const why = image.problems.find(({ layer }) => layer === index)?.message;
        throw new SaveError('save', why ?? `layer ${index} of ${reference} is nothing that could be handed over`);
      }
      const part = `${index}/layer.tar`;
      saved.push({ name: await write(bytes, path.join(folder, part)), file: part, byContent: true });
    }
    if (saved.length === 0) throw new SaveError('history', `${reference} has no layer`);
    return saved;
  } finally {
    opened.close();
  }
}

/** @returns the digest of the bytes, in hexadecimal digits */
async function write(bytes: AsyncIterable<Uint8Array>, file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, 'w', 0o600);
  const hash = createHash('sha256');
  try {
    for await (const piece of bytes) {
      hash.update(piece);
      await handle.writeFile(piece);
    }
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}
