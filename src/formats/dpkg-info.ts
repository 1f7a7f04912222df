import { decodeName } from './tar/path.ts';

/** A path that dpkg moved aside for the package that diverted it (dpkg-divert(1)). */
export interface Diversion {
  /** Without a leading slash, as `to`. */
  readonly from: string;
  readonly to: string;
  /** Name of the package that diverted the path; `:` stands for the local administrator. */
  readonly by: string;
}

/** An image with more has no diversions but something else. */
const MAX_DIVERSIONS = 100_000;

/** Reads `var/lib/dpkg/diversions`: three lines for each. A rest of fewer lines is `incomplete`. */
export function parseDiversions(bytes: Uint8Array): { readonly diversions: Diversion[]; readonly incomplete: boolean } {
  const lines = dpkgText(bytes).split('\n', MAX_DIVERSIONS * 3 + 1);
  if (lines.at(-1) === '') lines.pop();
  const diversions: Diversion[] = [];
  for (let i = 0; i + 2 < lines.length && diversions.length < MAX_DIVERSIONS; i += 3) {
    const [from, to, by] = lines.slice(i, i + 3) as [string, string, string];
    diversions.push({ from: withoutSlash(from), to: withoutSlash(to), by });
  }
  return { diversions, incomplete: diversions.length * 3 !== lines.length };
}

/**
 * Text of a list that dpkg wrote, as paths stand elsewhere in the program: UTF-8 where it is valid, otherwise `\xNN`.
 */
export function dpkgText(bytes: Uint8Array): string {
  return decodeName(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** The paths of `hex  path` lines (md5sum(1)), one a line. */
export function md5sumPaths(md5sums: string): string {
  const paths: string[] = [];
  for (const line of md5sums.split('\n')) {
    const blank = line.indexOf(' ');
    if (blank < 0) continue;
    // The character behind the blank tells text from binary.
    const path = withoutSlash(line.slice(blank + 2));
    if (path !== '') paths.push(path);
  }
  return paths.join('\n');
}

function withoutSlash(path: string): string {
  let start = 0;
  while (path.charCodeAt(start) === 0x2f) start++;
  return start === 0 ? path : path.slice(start);
}
