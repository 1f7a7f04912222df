import { SourceError } from '../errors.ts';

/** Node's names of architectures in the words of image platforms (Go's GOARCH). */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386' };

/** The platform a container engine on this machine would take. Images for other systems are Linux images here too. */
export function ownPlatform(): string {
  return `linux/${architectures[process.arch] ?? process.arch}`;
}

/**
 * Chooses among the variants of an image. Without a wish: this machine's own platform, or the only variant there is.
 * The wish `all` takes every variant.
 * @throws SourceError for a wish that is no platform, or naming the available platforms where the one asked for is absent; nothing is chosen in silence
 */
export function choosePlatform<T extends { readonly platform?: string }>(
  reference: string,
  variants: readonly T[],
  wish: string | undefined,
): readonly T[] {
  const [only] = variants;
  if (wish === 'all') return variants;
  if (wish === undefined && variants.length === 1 && only !== undefined) return [only];
  const wanted = normalise(wish ?? ownPlatform());
  // What does not say its platform may be meant too.
  const isPlatform = wish === undefined || /^[\w.-]+\/[\w.-]+(?:\/[\w.-]+)?$/.test(wish);
  const fitting = !isPlatform
    ? []
    : variants.filter(({ platform }) =>
        platform === undefined ? wish === undefined : normalise(platform) === wanted || isVariantOf(platform, wanted),
      );
  if (fitting.length > 0) return fitting;
  const available = variants.map((variant) => variant.platform ?? 'unnamed').join(', ');
  const asked = isPlatform ? wanted : `${JSON.stringify(wish)}, which is not of the form OS/ARCH`;
  throw new SourceError(
    'source.platform',
    `${reference} has no variant for ${asked}. Available: ${available}. Choose one with --platform.`,
  );
}

/** arm64 has one variant that matters, and is written with and without it. */
function normalise(platform: string): string {
  return platform === 'linux/arm64/v8' ? 'linux/arm64' : platform;
}

function isVariantOf(platform: string | undefined, wanted: string): boolean {
  return platform?.startsWith(`${wanted}/`) === true;
}
