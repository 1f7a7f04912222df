/** What the reference of a manifest begins with whose layers a client of Clair v4 named: their addresses are kept nowhere. */
export const CLAIR_MANIFEST = 'clair:';

/** What an image is called whose manifest has this hash. */
export function manifestName(hash: string): string {
  return `${CLAIR_MANIFEST}${hash}`;
}

/** The hash of a manifest, by what its image is called. */
export function manifestHash(reference: string): string {
  return reference.slice(CLAIR_MANIFEST.length);
}
