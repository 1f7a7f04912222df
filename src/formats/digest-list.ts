/** Digests that lists of known files are made of. */
export type DigestAlgorithm = 'md5' | 'sha1' | 'sha256';

/** A file that a list knows. */
export interface ListedDigest {
  readonly algorithm: DigestAlgorithm;
  /** Hex, lower case. */
  readonly digest: string;
  /** What the list says of it: a path or the name of a family; the digest where it says nothing. */
  readonly name: string;
}

/** A line that is none of a list. */
export interface DigestListProblem {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

const algorithms: Readonly<Record<number, DigestAlgorithm>> = { 32: 'md5', 40: 'sha1', 64: 'sha256' };

/**
 * A list of known files: a line is a digest in hex (MD5, SHA-1 or SHA-256, told by its length), then, behind blanks, a
 * comma or a colon, anything that names it: what `sha256sum` writes, or one digest a line. `#` begins a comment.
 */
export function readDigestList(text: string): {
  readonly digests: readonly ListedDigest[];
  readonly problems: readonly DigestListProblem[];
} {
  const digests: ListedDigest[] = [];
  const problems: DigestListProblem[] = [];
  let number = 0;
  for (const raw of text.split('\n')) {
    number++;
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const length = hexLength(line);
    const algorithm = algorithms[length];
    const follower = line[length];
    if (algorithm === undefined || (follower !== undefined && !' \t,:;*'.includes(follower))) {
      problems.push({ line: number, reason: 'it does not begin with an MD5, a SHA-1 or a SHA-256 in hex' });
      continue;
    }
    const name = line.slice(length).replace(/^[\s,:;*]+/, '');
    const digest = line.slice(0, length).toLowerCase();
    digests.push({ algorithm, digest, name: name === '' ? digest : name });
  }
  return { digests, problems };
}

/** How many characters at the start are hex digits; more than a digest has are not counted on. */
function hexLength(line: string): number {
  let at = 0;
  for (; at < line.length && at <= 65; at++) {
    const code = line.charCodeAt(at) | 0x20;
    const isDigit = line.charCodeAt(at) >= 0x30 && line.charCodeAt(at) <= 0x39;
    if (!isDigit && (code < 0x61 || code > 0x66)) break;
  }
  return at;
}
