import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exportAdvisories } from '../src/advisories/artefact/export.ts';
import { importAdvisories } from '../src/advisories/import.ts';
import { allFeeds, selectFeeds } from '../src/cli/select-feeds.ts';

/**
 * Measures what it takes to import whole feeds twice, and to hand the database on.
 * Run: `node bench/import.ts FOLDER [FEED...] [--keep FILE]` (laid out as `db import` wants it).
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'string' } } });
const [source, ...names] = positionals;
if (source === undefined) throw new Error('Name the folder that holds the feeds.');

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

const megabytes = (file: string): string => (statSync(file).size / 1e6).toFixed(1);

const folder = mkdtempSync(path.join(tmpdir(), 'drydock-bench-'));
try {
  const file = values.keep ?? path.join(folder, 'advisories.db');
  const all = await allFeeds();
  const feeds = names.length === 0 ? all : selectFeeds(names, all);
  for (const round of ['first', 'second']) {
    const started = performance.now();
    const summary = await importAdvisories({ path: file, folder: source, feeds, now: new Date() });
    for (const { name, status, milliseconds, change, error } of summary.feeds) {
      const words = error?.message ?? `${change?.records ?? 0} records`;
      console.log(`${name.padEnd(20)} ${status.padEnd(10)} ${String(milliseconds).padStart(6)} ms, ${words}`);
    }
    console.log(`${round} import in ${seconds(started)} s, not read: ${summary.skipped.join(', ')}\n`);
  }
  console.log(`memory   ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB at the most`);
  const output = path.join(folder, 'advisories.drydock');
  const started = performance.now();
  await exportAdvisories({ database: file, output, now: new Date() });
  console.log(`database ${megabytes(file)} MB`);
  console.log(`exported ${megabytes(output)} MB in ${seconds(started)} s`);
  console.log(`memory   ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB at the most, with the export`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
