import type { Finding } from '../model/finding.ts';

/**
 * Findings about no package, of two reports, each with the one that it was before. One of an earlier report is one of a later
 * report at most: where a file has two passwords and had one, one of them is new. Those of which everything is the same are
 * paired first, then those with the same id at the same place, then those that share another id.
 * @returns by the later one, the earlier one
 */
export function pairsOf(before: readonly Finding[], after: readonly Finding[]): ReadonlyMap<Finding, Finding> {
  const pairs = new Map<Finding, Finding>();
  const taken = new Set<Finding>();
  let left = after.filter(isAboutNoPackage);
  const earlier = before.filter(isAboutNoPackage);
  for (const keysOf of [everything, placeAndId, placeAndIds]) {
    const waiting = new Map<string, Finding[]>();
    for (const finding of earlier) {
      if (taken.has(finding)) continue;
      for (const key of keysOf(finding, subjectOf(finding))) {
        const others = waiting.get(key);
        if (others === undefined) waiting.set(key, [finding]);
        else others.push(finding);
      }
    }
    for (const list of waiting.values()) list.reverse();
    const next = (key: string): Finding | undefined => {
      const list = waiting.get(key);
      for (let one = list?.pop(); one !== undefined; one = list?.pop()) if (!taken.has(one)) return one;
      return undefined;
    };
    left = left.filter((finding) => {
      for (const subject of [subjectOf(finding), ...placeOf(finding)]) {
        for (const key of keysOf(finding, subject)) {
          const same = next(key);
          if (same === undefined) continue;
          pairs.set(finding, same);
          taken.add(same);
          return false;
        }
      }
      return true;
    });
  }
  return pairs;
}

export function isAboutNoPackage({ package: pkg }: Finding): boolean {
  return pkg === undefined;
}

type Keys = (finding: Finding, subject: string) => readonly string[];

const everything: Keys = ({ id, evidence }, subject) => [JSON.stringify([subject, id, evidence])];
const placeAndId: Keys = ({ id }, subject) => [JSON.stringify([subject, id])];
const placeAndIds: Keys = ({ id, aliases }, subject) => [id, ...aliases].map((one) => JSON.stringify([subject, one]));

/** What it is about: the secret itself, if the finding says by what it is known, or else where it was found. */
function subjectOf({ kind, fingerprint, location }: Finding): string {
  return fingerprint === undefined ? `${kind}\0${location?.path ?? ''}` : `${kind}\0\0${fingerprint}`;
}

/** Where it is, to find it in a report that is older than fingerprints. */
function placeOf({ kind, fingerprint, location }: Finding): readonly string[] {
  return fingerprint === undefined ? [] : [`${kind}\0${location?.path ?? ''}`];
}
