import { describe, expect, it } from 'vitest';
import { almalinuxOsv } from '../../src/ecosystems/almalinux/feed.ts';
import { almalinux } from '../../src/ecosystems/almalinux/index.ts';
import { assess } from '../../src/match/assess.ts';
import type { AdvisoryHit } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { makePackage } from '../support/view.ts';

describe.skipIf(!hasShared)('findings of a real list of packages', () => {
  it('are those that rpm itself makes of the AlmaLinux 8 records', { timeout: 60_000 }, async () => {
    const truth = JSON.parse(readShared('fixtures/findings-truth/ubi8-list-vs-almalinux8-osv.json').toString()) as {
      input: { packages: string[] };
      rows: [name: string, installed: string, advisory: string, fixed: string][];
    };
    const { upserts } = await readFiles(almalinuxOsv, {
      'all.ndjson': readShared('feeds/osv/AlmaLinux/all.ndjson.zst'),
    });
    const hits = upserts.flatMap(({ affected, ...advisory }) =>
      affected.map((row): AdvisoryHit => ({ feed: 'almalinux-osv', advisory, affected: row })),
    );
    const byName = Map.groupBy(hits, ({ affected }) => affected.package);

    const found = truth.input.packages.flatMap((line) => {
      const [name = '', rest = ''] = line.split(' ');
      const dot = rest.lastIndexOf('.');
      const pkg = makePackage(name, rest.slice(0, dot), { type: 'rpm', arch: rest.slice(dot + 1) });
      const watch = { ecosystem: almalinux, namespaces: ['almalinux:8'] };
      return (byName.get(name) ?? [])
        .map((hit) => assess(pkg, hit, watch))
        .filter((assessment) => assessment?.verdict.outcome === 'affected')
        .map((assessment) => `${name} ${assessment?.hit.advisory.id} ${assessment?.hit.affected.ranges[0]?.fixed}`);
    });

    expect(found.toSorted()).toEqual(truth.rows.map(([name, , id, fixed]) => `${name} ${id} ${fixed}`).toSorted());
    expect(found).toHaveLength(268);
  });
});
