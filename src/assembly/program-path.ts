const U = 0x75;
const folders: readonly string[] = ['bin/', 'sbin/', 'libexec/', 'lib/', 'lib64/', 'lib32/', 'libx32/'];

/**
 * Whether a part of a text, a path without its slash at the start, is below the folders of programs and libraries that
 * packages of distributions fill: not those of `usr/local`.
 */
export function isProgramPath(text: string, start: number, end: number): boolean {
  const from = text.charCodeAt(start) === U && text.startsWith('usr/', start) ? start + 4 : start;
  const first = text.charCodeAt(from);
  // b, l, s: most other paths are of usr/share, and some of etc and var.
  if (first !== 0x62 && first !== 0x6c && first !== 0x73) return false;
  return folders.some((folder) => text.startsWith(folder, from) && from + folder.length < end);
}

/** Programs stand there directly, libraries too, and below folders named after a machine whatever packages put there. */
const places = /^(?:usr\/)?(?:s?bin\/[^/]+|lib(?:64|32)?\/[^/]+\.so(?:\.[^/]*)?|lib\/[a-z0-9_]+-linux-[a-z0-9]+\/.+)$/;

/**
 * Whether a path is of a place that package managers alone fill: what a build adds stands in `usr/local`, `opt` or in folders of
 * its own (`usr/lib/jvm`).
 */
export function isDistributionPlace(path: string): boolean {
  return places.test(path);
}
