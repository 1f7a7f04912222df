import type { CvssScore } from '../../model/cvss.ts';

/** Scores in the metadata of a vulnerability that a user wrote, in the form that Clair has for those of the NVD. */
export function scoresOf(metadata: string): readonly CvssScore[] {
  if (metadata === '') return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(metadata);
  } catch {
    return [];
  }
  const nvd = memberOf(parsed, 'NVD');
  return [scoreOf(memberOf(nvd, 'CVSSv3'), '3.0'), scoreOf(memberOf(nvd, 'CVSSv2'), '2.0')].filter(
    (score) => score !== undefined,
  );
}

function scoreOf(value: unknown, version: string): CvssScore | undefined {
  const score = memberOf(value, 'Score');
  const vector = memberOf(value, 'Vectors');
  if (typeof score !== 'number' || typeof vector !== 'string') return undefined;
  const stated = /^CVSS:(\d\.\d)\//.exec(vector)?.[1];
  return { version: stated ?? version, vector, score, source: 'nvd' };
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
