/** Below these is the API of Clair v4, as its services have it: indexer, matcher, notifier. */
export const CLAIR_V4 = {
  indexer: '/indexer/api/v1',
  matcher: '/matcher/api/v1',
  notifier: '/notifier/api/v1',
} as const;

const roots = Object.values(CLAIR_V4);

export function isClairV4(path: string): boolean {
  return roots.some((root) => path === root || path.startsWith(`${root}/`));
}
