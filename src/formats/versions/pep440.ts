import { digitsEnd, isDigit, isLetter } from './parts.ts';

/** A version of PEP 440, normalised. Absent parts are `undefined`; numbers are digits, and implicit ones `0`. */
export interface PublicVersion {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly pre?: { readonly label: 'a' | 'b' | 'rc'; readonly number: string };
  readonly post?: string;
  readonly dev?: string;
  readonly local: readonly string[];
}

/** Spellings of PEP 440's labels; of two that begin alike the longer one stands first. */
const preLabels = [
  ['alpha', 'a'],
  ['a', 'a'],
  ['beta', 'b'],
  ['b', 'b'],
  ['preview', 'rc'],
  ['pre', 'rc'],
  ['c', 'rc'],
  ['rc', 'rc'],
] as const;
const postLabels = [
  ['post', 'post'],
  ['rev', 'post'],
  ['r', 'post'],
] as const;
const devLabels = [['dev', 'dev']] as const;

/**
 * Reads a version as PEP 440 does, "Appendix B: Parsing version strings with regular expressions", in one pass. Undefined
 * for one that does not comply.
 *
 * @param text in lower case, without white space around it
 */
export function readPublicVersion(text: string): PublicVersion | undefined {
  let at = text.startsWith('v') ? 1 : 0;

  function digits(): string {
    const start = at;
    at = digitsEnd(text, start);
    return text.slice(start, at);
  }

  /** `[.-_]LABEL[.-_]N`, all but the label optional. */
  function suffix<L extends string>(
    labels: readonly (readonly [string, L])[],
  ): { label: L; number: string } | undefined {
    const start = isSeparator(text, at) ? at + 1 : at;
    const found = labels.find(([spelling]) => text.startsWith(spelling, start));
    if (found === undefined) return undefined;
    at = start + found[0].length;
    if (isSeparator(text, at)) at++;
    return { label: found[1], number: digits() || '0' };
  }

  let number = digits();
  let epoch = '0';
  if (number !== '' && text.charAt(at) === '!') {
    epoch = number;
    at++;
    number = digits();
  }
  if (number === '') return undefined;
  const release = [number];
  while (text.charAt(at) === '.' && isDigit(text.charCodeAt(at + 1))) {
    at++;
    release.push(digits());
  }
  const pre = suffix(preLabels);
  let post: string | undefined;
  if (text.charAt(at) === '-' && isDigit(text.charCodeAt(at + 1))) {
    at++;
    post = digits();
  } else post = suffix(postLabels)?.number;
  const dev = suffix(devLabels)?.number;
  const local = text.charAt(at) === '+' ? text.slice(at + 1).split(/[-_.]/) : [];
  if (local.length === 0 ? at < text.length : !local.every(isLocal)) return undefined;
  return {
    epoch,
    release,
    ...(pre !== undefined && { pre }),
    ...(post !== undefined && { post }),
    ...(dev !== undefined && { dev }),
    local,
  };
}

function isSeparator(text: string, at: number): boolean {
  const character = text.charAt(at);
  return character === '.' || character === '-' || character === '_';
}

function isLocal(segment: string): boolean {
  for (let i = 0; i < segment.length; i++) {
    if (!isDigit(segment.charCodeAt(i)) && !isLetter(segment.charCodeAt(i))) return false;
  }
  return segment !== '';
}
