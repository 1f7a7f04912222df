/** Without `.`, `..` and empty parts, as if no part were a link. */
export function normalise(path: string): string {
  if (isClean(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Nothing is to be done for {@link normalise}. */
export function isClean(path: string): boolean {
  if (path.includes('/.') || path.includes('//')) return false;
  return path.length === 1 || path.charCodeAt(path.length - 1) !== 47;
}
