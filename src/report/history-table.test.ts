import { describe, expect, it } from 'vitest';
import { buildkitHistory } from '../../test/support/history.ts';
import { makeLayers, makeView } from '../../test/support/view.ts';
import type { Finding } from '../model/finding.ts';
import type { ImageView } from '../model/view.ts';
import { buildHistoryReport } from './history-report.ts';
import { renderHistoryJson, renderHistoryTable } from './history-table.ts';

const file = 'ARG MODE=\u001b[31mred\nRUN apt-get install -y curl\nENV A=1\nCOPY app /srv/\nCMD ["/srv/app"]';

const view: ImageView = makeView({
  image: {
    reference: 'app:1',
    created: '2026-05-01T00:00:00Z',
    layers: makeLayers('RUN apt-get install -y curl', 'COPY app /srv/'),
    history: buildkitHistory(file, '2026-05-01T00:00:00Z'),
    config: { Cmd: ['/srv/app'], Env: ['A=1'] },
  },
  changes: () => [
    { layer: 0, added: 1200, changed: 0, removed: 0, bytes: 5_000_000, hidden: 0, again: { files: 0, bytes: 0 } },
    { layer: 1, added: 1, changed: 2, removed: 3, bytes: 1_000, hidden: 2_000_000, again: { files: 0, bytes: 0 } },
  ],
  efficiency: () => ({
    score: 0.75,
    wasted: 4_000_000,
    bytes: 8_000_000,
    userBytes: 5_000_000,
    paths: [{ path: 'var/lib/x', appearances: 2, bytes: 4_000_000 }],
  }),
});

const finding: Finding = {
  kind: 'history',
  id: 'apt-recommends',
  aliases: ['DL3015'],
  severity: 'low',
  confidence: 'certain',
  title: 'Packages that nobody asked for',
  from: 'unknown',
  historyIndex: 1,
  evidence: 'It runs apt-get install -y curl.',
  source: { name: 'drydock' },
};

const report = buildHistoryReport(
  view,
  [finding, { ...finding, id: 'user-root', historyIndex: 99 }],
  [{ code: 'check.undecided', message: 'history: x cannot be decided' }],
);

describe('the history of an image', () => {
  it('has every instruction with what its layer did', () => {
    expect(report.steps.map(({ kind, layer }) => [kind, layer?.index])).toEqual([
      ['ARG', undefined],
      ['RUN', 0],
      ['ENV', undefined],
      ['COPY', 1],
      ['CMD', undefined],
    ]);
    expect(report.steps[3]?.layer).toMatchObject({ added: 1, changed: 2, removed: 3, bytes: 1000, hidden: 2_000_000 });
    expect(report.efficiency).toMatchObject({ score: 0.75, userWastedShare: 0.8 });
    expect(report.dockerfile).toContain('RUN apt-get install -y curl');
    expect(JSON.parse(renderHistoryJson(report))).toEqual(JSON.parse(JSON.stringify(report)));
  });

  it('is told with what is wrong below each instruction', () => {
    const text = renderHistoryTable(report, { width: 100, colour: false });
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.includes('RUN apt-get install'));
    expect(lines.slice(at, at + 3).join('\n')).toBe(
      [
        '   1  RUN apt-get install -y curl',
        '      layer 0, 5.0 MB: 1,200 added; 2026-05-01',
        '      LOW  Packages that nobody asked for [apt-recommends]: It runs apt-get install -y curl.',
      ].join('\n'),
    );
    expect(text.replace(/\s+/g, ' ')).toContain(
      'efficiency 75 %, 4.0 MB in paths that appear twice or more (80 % of the size of what is above the first layer)',
    );
    expect(text).toContain('1 added, 2 changed, 3 removed, 2.0 MB below hidden');
    expect(text).toContain('THE IMAGE AS A WHOLE');
    expect(text).toContain('history: x cannot be decided');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('prints nothing of the image as it is', () => {
    const text = renderHistoryTable(report, { width: 60, colour: false });
    expect(text).toContain('MODE=');
    expect(text).not.toMatch(/[\p{Cc}](?<!\n)/u);
  });

  it('says that there is none', () => {
    const empty = buildHistoryReport(makeView({ image: { history: [] } }), [], []);
    const text = renderHistoryTable(empty, { width: 80, colour: false });
    expect(text).toContain('The history is empty.');
    expect(text).toContain('No instruction is recorded for 1 layer: 0.');
  });
});
