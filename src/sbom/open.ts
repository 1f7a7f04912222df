import { SourceError } from '../errors.ts';
import { readBytes } from '../formats/byte-source.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { Coverage } from '../model/report.ts';
import type { ImageView } from '../model/view.ts';
import { Pauses } from '../pauses.ts';
import { readSbomDocument } from './read-document.ts';
import { sbomOf } from './sbom-of.ts';
import { sbomView } from './view.ts';

/** Bytes of a document: held as a whole, while its components are read one by one. */
const MAXIMUM_BYTES = 512 * 1024 * 1024;

/** More than any image has packages, and few enough for the memory of a small machine. */
const MAXIMUM_COMPONENTS = 250_000;

/** Nothing of the image was looked at. */
const nothing: Omit<Coverage, 'complete'> = {
  files: 0,
  bytes: 0,
  analysed: 0,
  byClass: { owned: 0, analysed: 0, unowned: 0 },
  unexplained: [],
};

/**
 * The image that a bill of materials describes, as if its layers had been read.
 * @throws SourceError where the file is no bill of materials, or none that can be read
 * @throws the reason of the signal where the user or the system asked to stop
 */
export async function openSbom(
  source: ByteSource,
  reference: string,
  ecosystems: readonly Ecosystem[],
  signal: AbortSignal,
): Promise<{ readonly view: ImageView; readonly coverage: Omit<Coverage, 'complete'> }> {
  if (source.size > MAXIMUM_BYTES) {
    throw new SourceError(
      'source.limit',
      `${reference} has more than ${MAXIMUM_BYTES} bytes, the most that is read of a bill of materials`,
    );
  }
  const bytes = readBytes(source, 0, source.size);
  const document = readSbomDocument(bytes, reference, { components: MAXIMUM_COMPONENTS });
  // Each of the two steps takes a second or two for the largest document that is read.
  await new Pauses(signal).take();
  return { view: sbomView(sbomOf(document, reference, ecosystems)), coverage: nothing };
}
