import { describe, expect, it } from 'vitest';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { scoreCvss, severityOfScore } from './score.ts';

describe('scoreCvss', () => {
  // Examples of the specifications: 2.0 guide section 3.3; 3.1 examples document; 4.0 examples document.
  it.each([
    ['AV:N/AC:L/Au:N/C:N/I:N/A:C', '2.0', 7.8],
    ['(AV:N/AC:L/Au:N/C:C/I:C/A:C)', '2.0', 10],
    ['AV:L/AC:H/Au:N/C:C/I:C/A:C', '2.0', 6.2],
    ['AV:N/AC:L/Au:N/C:N/I:N/A:N', '2.0', 0],
    ['CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', '3.0', 6.4],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '3.1', 9.8],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/E:P/RL:O', '3.1', 10],
    ['CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', '3.1', 0],
    ['CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', '4.0', 7.3],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', '4.0', 10],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N', '4.0', 5.1],
    ['CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', '4.0', 0],
  ])('%s', (vector, version, score) => {
    expect(scoreCvss(vector)).toEqual({ version, score });
  });

  it.each([
    ['nothing', ''],
    ['a bare score', '9.8'],
    ['an unknown version', 'CVSS:5.0/AV:N'],
    ['a missing metric', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H'],
    ['a metric twice', 'CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    ['an unknown value', 'CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    ['a value that objects inherit', 'CVSS:3.1/AV:toString/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    ['something endless', `CVSS:3.1/${'AV:N/'.repeat(1000)}`],
  ])('%s is no vector', (_, text) => {
    expect(scoreCvss(text)).toBeUndefined();
  });

  it.skipIf(!hasShared)('agrees with the base scores of real CVE records', () => {
    const text = readShared('feeds/vulnrichment-cve5/cve5-vulnrichment.ndjson.zst').toString();
    const counted = new Map<string, { same: number; other: number }>();
    for (const found of text.matchAll(/\{[^{}]*"vectorString":"[^{}]*\}/g)) {
      const { vectorString, baseScore } = JSON.parse(found[0]) as { vectorString: string; baseScore: number | string };
      // Where threat or environment were judged, many records give the score after them.
      if (/\/(?:E|RL|RC|[CIA]R|M[A-Z]+):[^X]/.test(vectorString)) continue;
      const result = scoreCvss(vectorString);
      const version = result?.version ?? 'none';
      const count = counted.get(version) ?? { same: 0, other: 0 };
      counted.set(version, count);
      if (result?.score === Number(baseScore)) count.same++;
      else count.other++;
    }

    // What is left are wrong scores in the records, and halves that a program rounded down (4.0).
    expect(Object.fromEntries(counted)).toEqual({
      '2.0': { same: 2424, other: 0 },
      '3.0': { same: 4956, other: 2 },
      '3.1': { same: 28_948, other: 130 },
      '4.0': { same: 2326, other: 3 },
      none: { same: 0, other: 2 },
    });
  });
});

describe('severityOfScore', () => {
  it.each([
    [0, undefined, 'negligible'],
    [0.1, undefined, 'low'],
    [3.9, undefined, 'low'],
    [4, undefined, 'medium'],
    [6.9, undefined, 'medium'],
    [7, undefined, 'high'],
    [8.9, undefined, 'high'],
    [9, undefined, 'critical'],
    [10, '2.0', 'high'],
  ])('%d of version %s is %s', (score, version, word) => {
    expect(severityOfScore(score, version)).toBe(word);
  });
});
