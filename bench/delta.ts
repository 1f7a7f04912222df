import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { contentDigest } from '../src/advisories/artefact/content-digest.ts';
import { exportAdvisories } from '../src/advisories/artefact/export.ts';
import { installAdvisories } from '../src/advisories/artefact/install.ts';
import { openAdvisories } from '../src/advisories/database.ts';
import { openForReading } from '../src/advisories/sqlite.ts';
import { updateAdvisories } from '../src/advisories/update.ts';
import { allFeeds } from '../src/cli/select-feeds.ts';
import type { Feed, FeedEvent } from '../src/model/feed.ts';
import { offlineDialer } from '../src/net/dial.ts';

/**
 * Measures the delta of a day on which one in a hundred advisories changes and every EPSS score.
 * Run: `node bench/delta.ts DATABASE`, with what `node bench/import.ts FOLDER --keep DATABASE` made.
 */
const [database] = process.argv.slice(2);
if (database === undefined) throw new Error('Name a database.');

const folder = mkdtempSync(path.join(tmpdir(), 'drydock-bench-'));
const file = (name: string): string => path.join(folder, name);
const megabytes = (name: string): string => (statSync(file(name)).size / 1e6).toFixed(2);

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  console.log(`${what.padEnd(28)} ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

/** The feed as it would be the day after: these events, whatever it said before. */
function tomorrow(feed: Feed, events: () => Iterable<FeedEvent>): Feed {
  return {
    ...feed,
    async *update() {
      yield* events();
    },
  };
}

async function contentOf(name: string): Promise<string> {
  const open = await openForReading(file(name));
  try {
    return contentDigest(open);
  } finally {
    open.close();
  }
}

try {
  copyFileSync(database, file('later.db'));
  const source = await openAdvisories(database);
  const changed = new Map<string, FeedEvent[]>();
  let number = 0;
  for (const { feed, advisory } of source.records()) {
    if (number++ % 100 !== 0) continue;
    const description = `${advisory.description ?? ''} Changed.`;
    changed.set(feed, [...(changed.get(feed) ?? []), { type: 'upsert', advisory: { ...advisory, description } }]);
  }
  const names = function* (): Generator<readonly string[]> {
    for (let year = 1999; year <= 2026; year++) {
      for (let thousand = 0; thousand < 70; thousand++) {
        yield Array.from({ length: 1000 }, (_, i) => `CVE-${year}-${String(thousand * 1000 + i).padStart(4, '0')}`);
      }
    }
  };
  const scores: FeedEvent[] = [];
  for (const batch of names()) {
    for (const [i, hits] of source.enrich!(batch).entries()) {
      const score = hits.find(({ enrichment }) => enrichment.epss !== undefined)?.enrichment.epss?.score;
      if (score === undefined) continue;
      // Scores move by little, and by something else each.
      const moved = Math.min(1, Math.max(0, Math.round((score + (Math.random() - 0.5) * 0.002) * 1e5) / 1e5));
      const epss = { score: moved, percentile: Math.round(Math.random() * 1e5) / 1e5, date: '2026-12-01' };
      scores.push({ type: 'enrich', enrichment: { name: batch[i]!, epss } });
    }
  }
  source.close();
  const all = await allFeeds();
  const feeds = all.flatMap((feed) => {
    if (feed.name === 'epss') return [tomorrow(feed, () => scores)];
    const events = changed.get(feed.name);
    return events === undefined ? [] : [tomorrow(feed, () => events)];
  });
  const now = new Date(Date.now() + 1000);
  const summary = await updateAdvisories({ path: file('later.db'), feeds, dialer: offlineDialer(), now, force: true });
  for (const { name, change, error } of summary.feeds) {
    console.log(`${name.padEnd(20)} ${error?.message ?? `${change?.changed} changed of ${change?.records}`}`);
  }
  await timed('export the earlier', () => exportAdvisories({ database, output: file('earlier.drydock'), now }));
  await timed('export the later', () =>
    exportAdvisories({ database: file('later.db'), output: file('later.drydock'), now }),
  );
  await timed('export the delta', () =>
    exportAdvisories({ database: file('later.db'), output: file('delta.drydock'), since: database, now }),
  );
  const install = (artefact: string) =>
    installAdvisories({
      artefact: file(artefact),
      path: file('installed.db'),
      trust: { keys: [], allowUnsigned: true },
      now,
    });
  await timed('install the earlier', () => install('earlier.drydock'));
  await timed('install the delta', () => install('delta.drydock'));
  const same = (await contentOf('installed.db')) === (await contentOf('later.db'));
  const share = ((100 * statSync(file('delta.drydock')).size) / statSync(file('later.drydock')).size).toFixed(1);
  console.log(`whole ${megabytes('later.drydock')} MB, delta ${megabytes('delta.drydock')} MB: ${share} %`);
  console.log(same ? 'the content is the same' : 'THE CONTENT DIFFERS');
  console.log(`memory ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB at the most`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
