/** Words that stand for whatever is newest: npm's tags, Maven's metaversions. */
const moving = new Set(['latest', 'next', 'release', 'stable', 'dev', 'master', 'main', 'head', 'any']);

/**
 * Whether a file that asks for a package names one version of it: not a range, an address, a variable or a tag. Some
 * orders (Maven's) would compare anything.
 */
export function isExactVersion(version: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9.+_:~!-]*$/.test(version) && !version.includes('://') && !isMoving(version);
}

function isMoving(version: string): boolean {
  return moving.has(version.toLowerCase()) || /(?:^|\.)[xX](?:\.|$)/.test(version) || /^[a-z]+:/i.test(version);
}
