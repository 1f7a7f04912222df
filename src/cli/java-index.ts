import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { FormatError, UsageError } from '../errors.ts';
import { mavenName } from '../formats/java/coordinates.ts';
import { lookUpDigests } from '../formats/java/digest-index.ts';
import type { IdentifiedPackage, PackageIdentifier } from '../model/identifier.ts';

/**
 * An index of Java archives by their digests, in a file that the user brings. It is read when an image has archives that
 * nothing else names, once an image.
 * @param shown the file as messages name it
 * @param tell says at the end what is odd about the file
 * @throws UsageError if there is no such file
 */
export async function javaDigestIndex(
  file: string,
  shown: string,
  tell: (message: string) => void,
): Promise<PackageIdentifier> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (!('isFile' in found) || !found.isFile()) {
    throw new UsageError('usage.option', `--java-index: ${JSON.stringify(shown)} is no file that can be read.`);
  }
  let told = false;
  return {
    async identify(sha1) {
      let answers: Awaited<ReturnType<typeof lookUpDigests>>;
      try {
        answers = await lookUpDigests(createReadStream(file, { highWaterMark: 1 << 18 }), sha1);
      } catch (error) {
        if (error instanceof FormatError) {
          throw new UsageError('usage.option', `--java-index: ${shown} is no index of digests: ${error.message}.`);
        }
        const { message } = error as Error;
        throw new UsageError('usage.option', `--java-index: ${shown} cannot be read: ${message}.`, { cause: error });
      }
      const { found: known, passedOver, firstPassedOver } = answers;
      if (passedOver > 0 && !told) {
        told = true;
        const line = `the first of them line ${firstPassedOver}`;
        tell(`${shown}: ${passedOver} lines are no entry of an index (${line}); they were passed over.`);
      }
      return new Map(
        [...known].map(([digest, { version, ...name }]): [string, IdentifiedPackage] => [
          digest,
          { type: 'maven', name: mavenName(name), version },
        ]),
      );
    },
  };
}
