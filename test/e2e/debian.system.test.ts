import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asTruth, debianRoot, dpkgTruth, whyNoDebian } from '../support/debian.ts';
import { dockerArchive } from '../support/image.ts';
import { scanOne } from '../support/scan.ts';
import { writeTemporary } from '../support/temporary.ts';

const why = whyNoDebian();

describe('a real Debian image', () => {
  it.for([
    ['trixie', 'debian', '13'],
    ['bookworm', 'debian', '12'],
  ] as const)(
    '%s has the packages that dpkg-query lists, and no other',
    { timeout: 300_000 },
    async ([suite, id, version], context) => {
      if (why !== undefined) return context.skip(why);
      const { tar, why: notBuilt } = debianRoot(suite);
      if (tar === undefined) return context.skip(notBuilt);
      const image = writeTemporary('image.tar', dockerArchive({ layers: [readFileSync(tar)], layout: 'blobs' }));

      const report = await scanOne(image);

      expect(asTruth(report.packages)).toEqual(dpkgTruth(tar));
      expect(report.image.distribution).toMatchObject({ id, version });
      expect(report.problems).toEqual([]);
      expect(report.coverage.byClass.owned / report.coverage.files).toBeGreaterThan(0.5);
    },
  );
});
