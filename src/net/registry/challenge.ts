/** One way in which a server wants to be convinced (RFC 9110 section 11.3). */
export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const MAX_HEADER = 8 * 1024;

/** Reads a `WWW-Authenticate` header, also several of them joined by commas (RFC 9110 section 11.6.1). */
export function parseChallenges(header: string | undefined): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  if (header === undefined || header.length > MAX_HEADER) return challenges;
  let rest = header;
  const take = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined) rest = rest.slice(found.length);
    return found;
  };
  for (;;) {
    take(/^[\s,]+/);
    const word = take(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+/)?.toLowerCase();
    if (word === undefined) return challenges;
    if (take(/^[ \t]*=[ \t]*/) === undefined) {
      challenges.push({ scheme: word, parameters: new Map() });
      continue;
    }
    const quoted = take(/^"(?:[^"\\]|\\.)*"/);
    const value = quoted === undefined ? (take(/^[^\s,]*/) ?? '') : quoted.slice(1, -1).replace(/\\(.)/g, '$1');
    challenges.at(-1)?.parameters.set(word, value);
  }
}
