import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importAdvisories } from '../src/advisories/import.ts';
import { alpineSecdb } from '../src/ecosystems/alpine/feed.ts';
import { debianTracker } from '../src/ecosystems/debian/feed.ts';
import { ubuntuOsv } from '../src/ecosystems/ubuntu/feed.ts';

/** Measures what it takes to import whole feeds, twice. Run: `node bench/import.ts FOLDER` (laid out as `db import` wants it). */
const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('Name the folder that holds the feeds.');

const folder = mkdtempSync(path.join(tmpdir(), 'drydock-bench-'));
try {
  const file = path.join(folder, 'advisories.db');
  for (const round of ['first', 'second']) {
    const started = performance.now();
    const feeds = [alpineSecdb, debianTracker, ubuntuOsv];
    const summary = await importAdvisories({ path: file, folder: source, feeds, now: new Date() });
    for (const { name, status, milliseconds, change } of summary.feeds) {
      console.log(`${name.padEnd(16)} ${status.padEnd(10)} ${milliseconds} ms, ${change?.records ?? 0} records`);
    }
    console.log(`${round} import in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  }
  console.log(`size   ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  console.log(`memory ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB at the most`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
