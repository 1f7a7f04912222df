import { expect, it } from 'vitest';
import { damaged } from '../../test/support/damaged.ts';
import { makeFinding, makeReport, makeVulnerability } from '../../test/support/report.ts';
import { advisoriesOf, makeLayers, makePackage } from '../../test/support/view.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { UsageError } from '../errors.ts';
import { matchPackages } from '../match/match.ts';
import type { Report } from '../model/report.ts';
import { renderDiffMarkdown } from '../report/diff-markdown.ts';
import { renderDiffTable } from '../report/diff-table.ts';
import { readReports } from '../report/read-report.ts';
import { withBaseline } from './baseline.ts';
import { diffReports } from './report-diff.ts';

const accepted = { by: 'policy', reason: 'x', expires: '2026-01-01' };
const source = { name: 'openssl', version: '3.0' };
const build = { source, arch: 'x86_64', vendor: 'Red Hat, Inc.', modularity: 'm:1', repositories: ['a'] };
const good = makeReport({
  findings: [
    makeVulnerability('CVE-2024-1', 'openssl', '3.0', { fixedVersion: '3.1', suppressed: accepted }),
    makeFinding('key', { kind: 'secret', location: { path: 'a/b' } }),
  ],
  view: {
    packages: [makePackage('openssl', '3.0', { type: 'rpm', distribution: 'rhel:9', ...build })],
    image: { layers: makeLayers('ADD a') },
  },
});

it('a report with anything wrong in it is refused with words, or compared', () => {
  let read = 0;
  for (const text of damaged(JSON.stringify(good))) {
    let report: Report;
    try {
      report = readReports(text, 'a.json')[0]!;
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      continue;
    }
    read++;
    for (const diff of [diffReports(report, good), diffReports(good, report)]) {
      renderDiffMarkdown(diff);
      renderDiffTable(diff, { width: 80, colour: false });
    }
    withBaseline(good, report);
    expect(report.advisories.feeds.length).toBeGreaterThanOrEqual(0);
    const { image, packages } = report;
    const view = { image: good.image, packages, ...(image.distribution && { distribution: image.distribution }) };
    matchPackages(view, ecosystems, advisoriesOf({}));
  }
  expect(read).toBeGreaterThan(100);
});
