import { SourceError, UsageError } from '../../errors.ts';
import { openImage } from '../../image/open.ts';
import { isFile } from '../../image/scheme.ts';
import type { Problem, ProblemCode } from '../../model/problem.ts';
import type { Dialer } from '../../net/dial.ts';
import { views } from '../../scan.ts';
import type { Invocation } from '../command.ts';
import { readingOptions } from '../reading-options.ts';
import { makeScanContext } from '../scan-context.ts';

/**
 * Digests of the manifests of an image, whatever it is read from. What a registry gives has the digest that it was asked
 * for; a file may hold anything under one, so all of it is held against what its manifest names. No package is looked for.
 * @throws SourceError for a file that is something else than its digests say
 */
export async function manifestDigests(
  word: string,
  invocation: Invocation,
  dialer: Dialer,
): Promise<readonly string[]> {
  if (/^sha256:[0-9a-f]{64}$/.test(word)) return [word];
  const context = makeScanContext(invocation);
  const options = readingOptions(invocation, context, dialer);
  if (isFile(word)) {
    const digests: string[] = [];
    for await (const { view } of views(word, { ...options, ecosystems: [], checks: [], verify: true }, context)) {
      refuseOtherBytes(word, view.problems);
      if (view.image.digest !== undefined) digests.push(view.image.digest);
    }
    return digests;
  }
  const { platform, elsewhere } = options;
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
    for (const { problems } of opened.images) refuseOtherBytes(word, problems);
    return opened.images.flatMap(({ info }) => info.digest ?? []);
  } finally {
    opened.close();
  }
}

/** Where the bytes of an image are not those that its digest names. */
const otherBytes: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['image.digest-mismatch']);

/** The same, or nobody can tell, where no registry vouches for what was not read to its end. */
const otherBytesOfFiles: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  ...otherBytes,
  // A runtime may take the other one of two images.
  'image.ambiguous',
  'image.layer-unreadable',
  'layer.damaged',
  'layer.truncated',
  'layer.limit',
  // The digest is a claim of whoever wrote the document.
  'sbom.source',
]);

/** @throws SourceError where a statement on the digest of an image would not be one on its bytes */
export function refuseOtherBytes(word: string, problems: readonly Problem[]): void {
  const codes = isFile(word) ? otherBytesOfFiles : otherBytes;
  const problem = problems.find(({ code }) => codes.has(code));
  if (problem === undefined) return;
  const how = 'Get the image anew, or name the digest of its manifest (sha256:...) if that alone is what you mean.';
  throw new SourceError(
    'source.unreadable',
    `${word}: nothing shows that it is what its digest names: ${problem.message}. ${how}`,
  );
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
