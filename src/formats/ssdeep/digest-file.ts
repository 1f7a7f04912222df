import { parseDigest } from './parsed-digest.ts';

/** The first line of a list of digests, as ssdeep 2.14 writes it. */
const HEADER = 'ssdeep,1.1--blocksize:hash:hash,filename';
/** Of lines that are none this many are named; a file of something else has millions. */
const MOST_PROBLEMS = 100;

/** A digest and the file that has it. */
export interface KnownDigest {
  readonly digest: string;
  readonly name: string;
}

/** A line that could not be used. */
export interface DigestProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** What a list of digests says. */
export interface DigestFile {
  readonly digests: readonly KnownDigest[];
  /** The first hundred. */
  readonly problems: readonly DigestProblem[];
  /** All lines that could not be used, named or not. */
  readonly unusable: number;
}

/**
 * Reads a list of digests as `ssdeep FILE... > LIST` writes it: a header, then `DIGEST,"NAME"` a line, in which a quote is
 * `\"`, and all else stands as it is, so that a name may run over several lines. Versions of the format before 1.1 write
 * names alike. A line that is no digest is a problem, and the rest works.
 */
export function readDigestFile(text: string): DigestFile {
  const digests: KnownDigest[] = [];
  const problems: DigestProblem[] = [];
  let unusable = 0;
  const refuse = (line: number, message: string): void => {
    unusable++;
    if (problems.length < MOST_PROBLEMS) problems.push({ line, message });
  };
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  for (let line = 1; at < text.length; line++) {
    const end = endOfLine(text, at);
    const first = line;
    const start = at;
    at = end + 1;
    const content = text.slice(start, end).replace(/\r$/, '');
    if (first === 1 && /^ssdeep,1\.[01]--/.test(content)) continue;
    if (first === 1) refuse(first, `the header ${HEADER} is missing`);
    if (content.trim() === '') continue;
    const comma = content.indexOf(',');
    const digest = comma < 0 ? content : content.slice(0, comma);
    if (parseDigest(digest) === undefined) {
      if (first !== 1) refuse(first, 'it does not begin with a digest');
      continue;
    }
    if (content[comma + 1] !== '"') {
      refuse(first, 'no name in quotes follows the digest');
      continue;
    }
    const quote = closingQuote(text, start + comma + 2);
    if (quote === undefined) {
      refuse(first, 'the name has no closing quote');
      continue;
    }
    const name = text.slice(start + comma + 2, quote);
    at = endOfLine(text, quote) + 1;
    for (let i = name.indexOf('\n'); i >= 0; i = name.indexOf('\n', i + 1)) line++;
    if (text.slice(quote + 1, at - 1).trim() !== '') refuse(first, 'something follows the name');
    else digests.push({ digest, name: name.replaceAll('\\"', '"') });
  }
  return { digests, problems, unusable };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Names are paths, which Linux cuts at 4 KiB: a quote that is missing does not cost the rest of the file. */
const LONGEST_NAME = 16 * 1024;

function closingQuote(text: string, from: number): number | undefined {
  const last = Math.min(text.length, from + LONGEST_NAME);
  for (let i = from; i < last; i++) {
    if (text[i] === '"' && text[i - 1] !== '\\') return i;
    // The next line is another digest: this one lost its end.
    if (text[i] === '\n' && /^\d{1,16}:[\w+/]*:[\w+/]*,"/.test(text.slice(i + 1, i + 160))) return undefined;
  }
  return undefined;
}

/** The list as ssdeep writes it and reads it. */
export function writeDigestFile(digests: readonly KnownDigest[]): string {
  const lines = digests.map(({ digest, name }) => `${digest},"${name.replaceAll('"', '\\"')}"\n`);
  return `${HEADER}\n${lines.join('')}`;
}
