import { lines } from '../lines.ts';
import { type Coordinates, isPart, isVersion } from './coordinates.ts';

/** What an index says of the digests that were asked for. */
export interface DigestAnswers {
  readonly found: ReadonlyMap<string, Coordinates>;
  /** Lines that are no entry, and the number of the first. */
  readonly passedOver: number;
  readonly firstPassedOver?: number;
}

/**
 * Looks up archives in an index that the user brings: a text with a line for each, the SHA-1 digest of the archive in hex,
 * blanks, and `group:artifact:version`, as `sha1sum` and a sheet of a repository give it. Empty lines and such as begin with
 * `#` say nothing. The index is read once, front to back, and nothing of it is held but what was asked for, however large it
 * is. Of two entries for one digest the first counts.
 * @param wanted digests in lower case
 * @throws FormatError if a line is longer than any could be
 */
export async function lookUpDigests(
  index: AsyncIterable<Uint8Array>,
  wanted: ReadonlySet<string>,
): Promise<DigestAnswers> {
  const found = new Map<string, Coordinates>();
  let passedOver = 0;
  let firstPassedOver: number | undefined;
  let number = 0;
  for await (const line of lines(index)) {
    number++;
    if (line[0] === 0x23) continue;
    const entry = parseEntry(line);
    if (entry === undefined) {
      if (line.toString('latin1').trim() === '') continue;
      passedOver++;
      firstPassedOver ??= number;
    } else if (wanted.has(entry.sha1) && !found.has(entry.sha1)) {
      found.set(entry.sha1, entry.coordinates);
    }
  }
  return { found, passedOver, ...(firstPassedOver !== undefined && { firstPassedOver }) };
}

function parseEntry(line: Buffer): { readonly sha1: string; readonly coordinates: Coordinates } | undefined {
  if (line.length > 1000) return undefined;
  const [, digest, name] = /^([0-9a-fA-F]{40})[ \t]+(\S+)[ \t]*$/.exec(line.toString('utf8')) ?? [];
  const [group, artifact, version, more] = name?.split(':', 4) ?? [];
  if (digest === undefined || more !== undefined) return undefined;
  if (!isPart(group) || !isPart(artifact) || !isVersion(version)) return undefined;
  return { sha1: digest.toLowerCase(), coordinates: { group, artifact, version } };
}
