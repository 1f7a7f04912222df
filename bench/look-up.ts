import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openAdvisories } from '../src/advisories/database.ts';
import { AdvisoryWriter } from '../src/advisories/writer.ts';
import type { Advisory, AdvisoryKey } from '../src/model/advisory.ts';
import type { Feed } from '../src/model/feed.ts';
import { randomNumbers } from './random.ts';

/**
 * Measures one look-up of an image against a large database: 500,000 advisories on 200,000 packages in ten namespaces,
 * 3,000 packages asked for at once, of which most are known. Run: `node bench/look-up.ts [advisories]`.
 */
const ADVISORIES = Number(process.argv[2] ?? 500_000);
const PACKAGES = 20_000;
const NAMESPACES = 10;
const ASKED = 3000;
const ROUNDS = 15;

const feed: Feed = {
  name: 'bench',
  version: 1,
  title: 'Generated advisories',
  url: '',
  mirrorPath: '',
  licence: '',
  folder: 'bench',
  update: () => never(),
  read: () => never(),
};

function never(): never {
  throw new Error('the advisories of this bench are generated');
}

const namespaceOf = (i: number): string => `distribution:${i}`;
const packageOf = (i: number): string => `package-name-${i}`;

function generate(i: number, next: (below: number) => number): Advisory {
  const id = `CVE-${2005 + (i % 20)}-${10_000 + i}`;
  return {
    key: `record/${i}`,
    id,
    aliases: i % 3 === 0 ? [`GHSA-aaaa-bbbb-${i}`] : [],
    severity: 'medium',
    description:
      'A flaw was found in the way the library parses the header of a file: a crafted file makes it read beyond the end of a buffer, which an attacker may use to stop the program or to read its memory.',
    cvss: [{ version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:N/A:H', score: 7.1, source: 'nvd' }],
    urls: [`https://example.org/security/${id}`, `https://example.org/commit/${i}`],
    published: '2024-03-01T12:00:00Z',
    affected: [
      {
        namespace: namespaceOf(next(NAMESPACES)),
        package: packageOf(next(PACKAGES)),
        nameKind: 'source',
        state: 'fixed',
        ranges: [{ fixed: `${next(10)}.${next(30)}.${next(9)}-${next(5)}+deb12u1` }],
      },
    ],
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const folder = mkdtempSync(path.join(tmpdir(), 'drydock-bench-'));
try {
  const file = path.join(folder, 'advisories.db');
  const next = randomNumbers(1);
  let started = performance.now();
  const writer = await AdvisoryWriter.open(file);
  const transaction = await writer.begin(feed, new Date());
  for (let i = 0; i < ADVISORIES; i++) transaction.apply({ type: 'upsert', advisory: generate(i, next) });
  transaction.commit();
  writer.close();
  console.log(`build      ${((performance.now() - started) / 1000).toFixed(1)} s for ${ADVISORIES} advisories`);
  console.log(`size       ${(statSync(file).size / 1e6).toFixed(1)} MB`);

  const pick = randomNumbers(2);
  const keys: AdvisoryKey[] = Array.from({ length: ASKED }, () => ({
    namespace: namespaceOf(pick(NAMESPACES)),
    // One in ten is unknown.
    package: packageOf(pick(Math.ceil(PACKAGES * 1.1))),
  }));
  const opened: number[] = [];
  const first: number[] = [];
  const again: number[] = [];
  const details: number[] = [];
  let hits = 0;
  let urls = 0;
  for (let round = 0; round < ROUNDS; round++) {
    started = performance.now();
    const database = await openAdvisories(file);
    opened.push(performance.now() - started);
    started = performance.now();
    hits = database.lookUp(keys).reduce((sum, found) => sum + found.length, 0);
    first.push(performance.now() - started);
    started = performance.now();
    const answer = database.lookUp(keys);
    again.push(performance.now() - started);
    started = performance.now();
    for (const found of answer) for (const hit of found) urls += hit.advisory.urls.length;
    details.push(performance.now() - started);
    database.close();
  }
  console.log(`open       ${median(opened).toFixed(1)} ms`);
  console.log(`look up    ${median(first).toFixed(1)} ms for ${ASKED} keys with ${hits} hits, just opened`);
  console.log(`           ${median(again).toFixed(1)} ms the second time`);
  console.log(
    `details    ${median(details).toFixed(1)} ms to read the advisories of all hits (${urls / ROUNDS} addresses)`,
  );
  console.log(`memory     ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB at the most`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
