import { UsageError } from '../../errors.ts';
import { openImage } from '../../image/open.ts';
import type { Dialer } from '../../net/dial.ts';
import type { Invocation } from '../command.ts';
import { readingOptions } from '../reading-options.ts';
import { makeScanContext } from '../scan-context.ts';

/** Digests of the manifests of an image, whatever it is read from; only its description is read, no layer. */
export async function manifestDigests(
  word: string,
  invocation: Invocation,
  dialer: Dialer,
): Promise<readonly string[]> {
  if (/^sha256:[0-9a-f]{64}$/.test(word)) return [word];
  const context = makeScanContext(invocation);
  const { platform, elsewhere } = readingOptions(invocation, context, dialer);
  const { limits, signal, temporary } = context;
  const opened = await openImage(word, {
    ...(platform !== undefined && { platform }),
    elsewhere,
    limits,
    signal,
    temporary,
    descriptionOnly: true,
  });
  try {
    return opened.images.flatMap(({ info }) => info.digest ?? []);
  } finally {
    opened.close();
  }
}

/** @throws UsageError where an image has no manifest that a statement could be about, or several */
export function oneDigest(word: string, digests: readonly string[]): string {
  const [digest] = digests;
  if (digest === undefined) {
    const why = 'it has no manifest with a digest, by which a statement could name it';
    throw new UsageError('usage.option', `${word}: ${why}. Name it in its registry, or as an OCI layout.`);
  }
  if (digests.length > 1)
    throw new UsageError('usage.option', `${word} stands for ${digests.length} images; name a --platform.`);
  return digest;
}
