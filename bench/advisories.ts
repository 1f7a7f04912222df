import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openAdvisories } from '../src/advisories/database.ts';
import { runFeed } from '../src/advisories/feed-run.ts';
import { importAdvisories } from '../src/advisories/import.ts';
import { AdvisoryWriter } from '../src/advisories/writer.ts';
import { ecosystems } from '../src/ecosystems/index.ts';
import { epss } from '../src/enrichers/epss/index.ts';
import { enrichers } from '../src/enrichers/index.ts';
import { matchPackages } from '../src/match/match.ts';
import type { FeedEvent } from '../src/model/feed.ts';
import type { Package } from '../src/model/package.ts';

/**
 * Measures a whole advisory database with enrichment: its size, how long 3,000 packages of Debian 11 take to be judged
 * with it and without, and how much a day takes on which every EPSS score changes.
 * Run: `node bench/advisories.ts FOLDER`, with a folder as `drydock db import` takes it; or `FILE.db`, made of one.
 */
const PACKAGES = 3000;
/** One package in so many is old, and has all that was ever fixed in it: as many findings as a large image has. */
const OLD = 2;
const ROUNDS = 15;

const [source = ''] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'drydock-bench-'));

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function packagesOf(file: string): readonly Package[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database
    .prepare(
      `SELECT DISTINCT p.name FROM affected a JOIN namespace n ON n.id = a.namespace JOIN package p ON p.id = a.package
       WHERE n.name = 'debian:11' ORDER BY p.name`,
    )
    .all() as { name: string }[];
  database.close();
  return Array.from({ length: PACKAGES }, (_, i) => {
    // More than there are names: the rest is of packages that nobody has advisories on.
    const name = rows[i]?.name ?? `nothing-known-${i}`;
    const version = i % OLD === 0 ? '0~' : '99:1';
    return {
      name,
      version,
      type: 'deb',
      purl: `pkg:deb/debian/${name}@${version}`,
      licences: [],
      distribution: 'debian:11',
      layer: { index: 0 },
      locations: ['var/lib/dpkg/status'],
      presence: 'present',
    };
  });
}

async function measure(file: string, packages: readonly Package[], isEnriched: boolean): Promise<void> {
  const times: number[] = [];
  let findings = 0;
  let rated = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const database = await openAdvisories(file);
    const { enrich, ...plain } = database;
    const started = performance.now();
    const result = matchPackages({ image: { layers: [] }, packages }, ecosystems, isEnriched ? database : plain);
    times.push(performance.now() - started);
    findings = result.findings.length;
    rated = result.findings.filter(({ score }) => score?.epss !== undefined).length;
    database.close();
  }
  const what = isEnriched ? `with enrichment (${rated} of them with EPSS)` : 'without enrichment';
  console.log(`match      ${median(times).toFixed(1)} ms for ${PACKAGES} packages, ${findings} findings, ${what}`);
}

/** Every score a little higher, as of the next day. */
async function* tomorrow(file: string): AsyncGenerator<FeedEvent> {
  const database = await openAdvisories(file);
  const names: string[] = [];
  for (let year = 1999; year <= 2026; year++) {
    for (let number = 1; number < 60_000; number++) names.push(`CVE-${year}-${String(number).padStart(4, '0')}`);
  }
  for (let at = 0; at < names.length; at += 20_000) {
    for (const hits of database.enrich?.(names.slice(at, at + 20_000)) ?? []) {
      for (const { feed, enrichment } of hits) {
        if (feed !== epss.name || enrichment.epss === undefined) continue;
        const { score, percentile = 0 } = enrichment.epss;
        const noise = ((score * 1e5 * 31) % 97) / 1e5;
        const next = { score: Math.min(1, score + noise), percentile: Math.min(1, percentile + 0.00001) };
        yield { type: 'enrich', enrichment: { name: enrichment.name, epss: { ...next, date: '2026-08-17' } } };
      }
    }
  }
  database.close();
}

try {
  let file = source;
  if (statSync(source).isDirectory()) {
    file = path.join(folder, 'advisories.db');
    const feeds = [...new Map([...ecosystems.flatMap((e) => e.feeds), ...enrichers].map((f) => [f.name, f])).values()];
    const started = performance.now();
    await importAdvisories({ path: file, folder: source, feeds, now: new Date() });
    console.log(`import     ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  const { size } = statSync(file);
  console.log(`size       ${(size / 1e6).toFixed(1)} MB`);
  const packages = packagesOf(file);
  await measure(file, packages, false);
  await measure(file, packages, true);

  const writer = await AdvisoryWriter.open(file);
  const started = performance.now();
  const options = { now: new Date(), progress: { report() {} }, force: true };
  const { change } = await runFeed(writer, epss, () => tomorrow(file), options);
  writer.close();
  const database = new DatabaseSync(file, { readOnly: true });
  const { bytes } = database
    .prepare('SELECT sum(length(data)) AS bytes FROM score_block WHERE valid_from = ?')
    .get(change?.generation ?? 0) as { bytes: number };
  database.close();
  const share = ((bytes / size) * 100).toFixed(1);
  console.log(
    `next day   ${((performance.now() - started) / 1000).toFixed(1)} s, ${change?.changed} scores changed: ${(bytes / 1e6).toFixed(2)} MB, ${share} % of the file`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
